import { extname, join } from "node:path";

import type { AuditFacts, ForeignFacts, TrainedVersion } from "../../audit/facts.ts";
import type { ScoreContrast } from "../../audit/found-facts.ts";
import { type AskedItem, askedItems } from "../../audit/sources/evaluation-results.ts";
import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { lifecycleOf } from "../../catalog/model-lifecycle.ts";
import { findModel } from "../../catalog/models.ts";
import { readWholeRows } from "../../curate/rows/read-whole-rows.ts";
import type { ForeignDataset, ForeignRecord } from "../../domain/audit-import.ts";
import { isInspectLog } from "../../audit/sources/inspect-results.ts";
import { mean } from "../../statistics/index.ts";
import { readRuns } from "../evaluate/imports/read-runs.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { readForeignRecord } from "./foreign-record.ts";
import { identifiersIn, type Row, searchRows } from "./search-rows.ts";
import { indexItems, type ItemTexts, promptTexts } from "./test-items.ts";
import { hitsBySet } from "./trained-version.ts";

/** Maximum number of items named in a finding among those whose identifiers occur in training rows. */
const NAMED_ITEMS = 5;

/** A test item: its texts, its location, and its score; null if its file has none. */
type TestText = ItemTexts & { score: number | null };

/**
 * Facts from the sources of an import, with the training files searched now, as if they were the version that was
 * trained on.
 *
 * @returns null for a programme that was not imported
 * @throws Failure bad_input if the record or a file of the folder cannot be read
 */
export async function foreignFacts(
  loaded: LoadedProgramme,
): Promise<{ facts: ForeignFacts; trained: AuditFacts["trained"]; contrasts: ScoreContrast[] } | null> {
  const { dir, programme, origin, gone = [] } = loaded;
  const record = await readForeignRecord(dir);
  if (record === null) return null;
  const named = new Set(programme.data.files.map(({ path }) => path));
  const datasets = record.datasets.filter(({ file }) => named.has(file));
  // Statements about the rows of some of the files would be about another version.
  const isWhole = !datasets.some(({ file }) => gone.includes(file));
  const changed = isWhole ? await changedFiles(dir, datasets) : [];
  const canSearch = isWhole && changed.length === 0;
  const training = datasets.filter(({ role }) => role === "train");
  const tests = canSearch ? await testTexts(dir, record, datasets) : [];
  const searched = canSearch && training.length > 0 ? await search(dir, training, tests) : null;
  const facts: ForeignFacts = {
    record,
    isStated: (field) => origin(field).kind === "user",
    changed,
    lifecycles: lifecyclesOf(record),
    shared: searched === null || tests.length === 0 ? null : sharedItems(tests, searched.identifiers),
    reservedRows: searched?.reservedRows ?? 0,
  };
  const contrasts = searched === null ? [] : scoredWithout(tests, record, searched);
  return { facts, trained: searched?.trained ?? null, contrasts };
}

async function changedFiles(dir: string, datasets: readonly ForeignDataset[]): Promise<string[]> {
  const changed: string[] = [];
  for (const { file, sha256 } of datasets) if ((await hashFile(join(dir, file))) !== sha256) changed.push(file);
  return changed;
}

/** The training files as if they were the version that was trained on, and what they share with the test items. */
type SearchedFiles = {
  trained: TrainedVersion;
  reservedRows: number;
  identifiers: ReadonlySet<string>;
  /** Ids of the items that rows contain, by file. */
  hits: ReadonlyMap<string, ReadonlySet<string>>;
};

async function search(
  dir: string,
  training: readonly ForeignDataset[],
  tests: readonly TestText[],
): Promise<SearchedFiles> {
  const { index, items } = indexItems([...bySet(tests).values()]);
  const wanted = identifiersIn(tests.flatMap(({ texts }) => texts));
  const { reservedRows, identifiers, hitKeys, ...found } = await searchRows(rowsOf(dir, training), index, wanted);
  const [first, ...rest] = training;
  const trained: TrainedVersion = {
    folder: rest.length === 0 ? first!.file : `${first!.file} and ${rest.length} more`,
    digest: first!.sha256,
    rows: training.reduce((sum, { rows }) => sum + rows, 0),
    ...found,
    sets: [...new Set(tests.map(({ set }) => set))].toSorted(),
  };
  return { trained, reservedRows, identifiers, hits: hitsBySet(items, hitKeys) };
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
      texts.push({ set: file, item, id: String(item), texts: promptTexts(fields), score: null });
    }
  }
  for (const file of new Set(record.results.map((result) => result.file))) {
    for (const [index, { text, score }] of (await askedIn(dir, file)).entries())
      texts.push({ set: file, item: index + 1, id: String(index + 1), texts: [text], score });
  }
  return texts;
}

/** Prompts and scores of the items in a file of results. */
async function askedIn(dir: string, file: string): Promise<AskedItem[]> {
  const isArchive = extname(file) === ".eval";
  const value = isArchive ? undefined : parseJson(await readText(join(dir, file), { shown: file }), file);
  if (!isArchive && !isInspectLog(value)) return askedItems(value);
  const runs = await readRuns(join(dir, file), file);
  return runs.flatMap(({ items, reported }) =>
    items.map(({ prompt, answers }) => {
      const scores = answers.flatMap(({ scores: all }) => all[reported[0]?.scorer ?? ""] ?? []);
      return { text: prompt, score: scores.length === 0 ? null : mean(scores) };
    }),
  );
}

/** Test items, each once, and those that contain an identifier that also occurs in a training row. */
function sharedItems(tests: readonly TestText[], identifiers: ReadonlySet<string>): ForeignFacts["shared"] {
  const different = new Map(tests.map((test) => [test.texts.join("\n"), test]));
  const sharing = [...different.values()].filter((test) => sharesIdentifier(test, identifiers));
  const examples = sharing.slice(0, NAMED_ITEMS).map(({ set, item }) => `${set}, item ${item}`);
  return { items: different.size, sharing: sharing.length, examples };
}

function sharesIdentifier({ texts }: TestText, identifiers: ReadonlySet<string>): boolean {
  return [...identifiersIn(texts)].some((name) => identifiers.has(name));
}

function bySet(tests: readonly TestText[]): Map<string, TestText[]> {
  const groups = new Map<string, TestText[]>();
  for (const test of tests) {
    const known = groups.get(test.set);
    if (known === undefined) groups.set(test.set, [test]);
    else known.push(test);
  }
  return groups;
}

/** Scores of the result files with and without the items that share a text or an identifier with training rows. */
function scoredWithout(
  tests: readonly TestText[],
  { results }: ForeignRecord,
  { hits, identifiers }: SearchedFiles,
): ScoreContrast[] {
  const scored = tests.filter(({ score }) => score !== null);
  return [...bySet(scored)].flatMap(([file, items]) => {
    const found = hits.get(file);
    const clean = items.filter((test) => found?.has(test.id) !== true && !sharesIdentifier(test, identifiers));
    if (clean.length === items.length) return [];
    const result = results.find((each) => each.file === file)!;
    const meanOf = (some: readonly TestText[]): number | null =>
      some.length === 0 ? null : mean(some.map(({ score }) => score!));
    return [
      {
        place: file,
        target: result.model ?? result.series,
        scorer: result.metric,
        items: items.length,
        score: meanOf(items),
        cleanItems: clean.length,
        cleanScore: meanOf(clean),
      },
    ];
  });
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
