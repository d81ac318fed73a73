import { extname, join } from "node:path";

import type { AuditFacts, ForeignFacts, TrainedVersion } from "../../audit/facts.ts";
import { askedTexts } from "../../audit/sources/evaluation-results.ts";
import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { lifecycleOf } from "../../catalog/model-lifecycle.ts";
import { findModel } from "../../catalog/models.ts";
import { readWholeRows } from "../../curate/rows/read-whole-rows.ts";
import { textSlots } from "../../curate/rows/text-slots.ts";
import type { ForeignDataset, ForeignRecord } from "../../domain/audit-import.ts";
import { isInspectLog } from "../../audit/sources/inspect-results.ts";
import { readRuns } from "../evaluate/imports/read-runs.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { readForeignRecord } from "./foreign-record.ts";
import { identifiersIn, type Row, searchRows, SHORTEST_ITEM, type TestItem, words } from "./search-rows.ts";

/** Maximum number of items named in a finding among those whose identifiers occur in training rows. */
const NAMED_ITEMS = 5;

/** A test item: its text, and its location. */
type TestText = TestItem & { text: string };

/**
 * Facts from the sources of an import, with the training files searched now, as if they were the version that was
 * trained on.
 *
 * @returns null for a programme that was not imported
 * @throws Failure bad_input if the record or a file of the folder cannot be read
 */
export async function foreignFacts(
  loaded: LoadedProgramme,
): Promise<{ facts: ForeignFacts; trained: AuditFacts["trained"] } | null> {
  const { dir, programme, origin } = loaded;
  const record = await readForeignRecord(dir);
  if (record === null) return null;
  const named = new Set(programme.data.files.map(({ path }) => path));
  const datasets = record.datasets.filter(({ file }) => named.has(file));
  const changed = await changedFiles(dir, datasets);
  const training = datasets.filter(({ role }) => role === "train");
  const tests = changed.length > 0 ? [] : await testTexts(dir, record, datasets);
  const searched = changed.length > 0 || training.length === 0 ? null : await search(dir, training, tests);
  const facts: ForeignFacts = {
    record,
    isStated: (field) => origin(field).kind === "user",
    changed,
    lifecycles: lifecyclesOf(record),
    shared: searched === null || tests.length === 0 ? null : sharedItems(tests, searched.identifiers),
    reservedRows: searched?.reservedRows ?? 0,
  };
  return { facts, trained: searched?.trained ?? null };
}

async function changedFiles(dir: string, datasets: readonly ForeignDataset[]): Promise<string[]> {
  const changed: string[] = [];
  for (const { file, sha256 } of datasets) if ((await hashFile(join(dir, file))) !== sha256) changed.push(file);
  return changed;
}

async function search(dir: string, training: readonly ForeignDataset[], tests: readonly TestText[]) {
  const items = new Map<string, TestItem>();
  for (const { text, set, item } of tests) {
    const key = words(text);
    if (key.length >= SHORTEST_ITEM && !items.has(key)) items.set(key, { set, item });
  }
  const wanted = identifiersIn(tests.map(({ text }) => text));
  const { reservedRows, identifiers, ...found } = await searchRows(rowsOf(dir, training), items, wanted);
  const [first, ...rest] = training;
  const trained: TrainedVersion = {
    folder: rest.length === 0 ? first!.file : `${first!.file} and ${rest.length} more`,
    digest: first!.sha256,
    rows: training.reduce((sum, { rows }) => sum + rows, 0),
    ...found,
    sets: [...new Set(tests.map(({ set }) => set))].toSorted(),
  };
  return { trained, reservedRows, identifiers };
}

async function* rowsOf(dir: string, datasets: readonly ForeignDataset[]): AsyncGenerator<Row> {
  for (const { file } of datasets) yield* readWholeRows(join(dir, file), file);
}

/** Test items of the evaluation files, and of the results that contain the questions. */
async function testTexts(dir: string, record: ForeignRecord, datasets: readonly ForeignDataset[]): Promise<TestText[]> {
  const texts: TestText[] = [];
  for (const { file } of datasets.filter(({ role }) => role === "eval")) {
    let item = 0;
    for await (const fields of readWholeRows(join(dir, file), file)) {
      item += 1;
      const slots = textSlots(fields).map(({ text }) => text);
      texts.push({ set: file, item, text: slots.reduce((a, b) => (b.length > a.length ? b : a), "") });
    }
  }
  for (const file of new Set(record.results.map((result) => result.file))) {
    texts.push(...(await askedIn(dir, file)).map((text, index) => ({ set: file, item: index + 1, text })));
  }
  return texts;
}

/** Prompts of the items in a file of results. */
async function askedIn(dir: string, file: string): Promise<string[]> {
  const isArchive = extname(file) === ".eval";
  const value = isArchive ? undefined : parseJson(await readText(join(dir, file), { shown: file }), file);
  if (!isArchive && !isInspectLog(value)) return askedTexts(value);
  return (await readRuns(join(dir, file), file)).flatMap(({ items }) => items.map(({ prompt }) => prompt));
}

/** Test items, each once, and those that contain an identifier that also occurs in a training row. */
function sharedItems(tests: readonly TestText[], identifiers: ReadonlySet<string>): ForeignFacts["shared"] {
  const different = new Map(tests.map((test) => [test.text, test]));
  const sharing = [...different.values()].filter(({ text }) =>
    [...identifiersIn([text])].some((name) => identifiers.has(name)),
  );
  const examples = sharing.slice(0, NAMED_ITEMS).map(({ set, item }) => `${set}, item ${item}`);
  return { items: different.size, sharing: sharing.length, examples };
}

/** Dated statements about the bases of the configurations, for bases in the catalogue, each base once. */
function lifecyclesOf({ configs }: ForeignRecord): ForeignFacts["lifecycles"] {
  const bases = new Map<string, ForeignFacts["lifecycles"][number]>();
  for (const { base } of configs) {
    if (base === null) continue;
    const id = modelId(base.value);
    if (id !== null && !bases.has(id)) bases.set(id, { base: base.value, place: base.place, rows: lifecycleOf(id) });
  }
  return [...bases.values()];
}

function modelId(name: string): string | null {
  try {
    return findModel(name).id;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
