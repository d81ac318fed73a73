import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { TrainedVersion } from "../../audit/facts.ts";
import { sha256 } from "../../base/hash.ts";
import { rowParts } from "../../curate/duplicates/row-parts.ts";
import { fileLines, readManifest } from "../../curate/freeze/frozen-folder.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import { recognise } from "../../curate/pii/recognisers/recognise.ts";
import { textSlots } from "../../curate/rows/text-slots.ts";
import type { FrozenManifest } from "../../domain/frozen.ts";
import type { TestsetLock } from "../../domain/testset-lock.ts";
import { readTrainingFile } from "../training/read-training-file.ts";

/** File names of training runs. */
const TRAINING_FILE = /^training.*\.ya?ml$/;

/** Largest number of rows that are searched; the finding says so if there are more. */
const MOST_ROWS = 20_000;

/** Lowest score of personal data that counts: patterns with a check or context words, no names. */
const MIN_SCORE = 0.6;

/** Shortest text of a test item that is searched for, in characters; a match of a shorter text says little. */
const SHORTEST_ITEM = 20;

/** Largest number of rows with test items that are listed. */
const NAMED_ROWS = 10;

type Row = Record<string, unknown>;

/**
 * Searches the frozen version that a training job read for personal data by pattern, and for items of the locked sets
 * verbatim.
 *
 * @param digests  versions that jobs trained on
 * @returns null if none of them is in the folder unchanged since it was frozen
 */
export async function trainedVersion(
  dir: string,
  { digests, lock }: { digests: ReadonlySet<string>; lock: TestsetLock | undefined },
): Promise<TrainedVersion | null> {
  const found = await versionFolder(dir, digests);
  if (found === undefined) return null;
  const { folder, manifest } = found;
  const items = await testItems(dir, lock);
  const kinds = new Map<string, number>();
  const testRows: TrainedVersion["testRows"]["first"][number][] = [];
  const conflicts = conflictFinder();
  let [searched, count] = [0, 0];
  for await (const fields of rowsOf(join(dir, folder), manifest)) {
    if (searched === MOST_ROWS) break;
    searched += 1;
    conflicts.note(fields, searched);
    const texts = textSlots(fields).map(({ text }) => text);
    for (const type of new Set(
      texts.flatMap((text) => recognise(text, { minScore: MIN_SCORE })).map((span) => span.type),
    ))
      kinds.set(type, (kinds.get(type) ?? 0) + 1);
    const hit = texts.map((text) => items.get(words(text))).find((item) => item !== undefined);
    if (hit === undefined) continue;
    count += 1;
    if (testRows.length < NAMED_ROWS) testRows.push({ row: searched, ...hit });
  }
  return {
    folder,
    digest: manifest.digest,
    rows: manifest.rows,
    searched,
    personalData: [...kinds]
      .map(([entity, rows]) => ({ entity, rows }))
      .toSorted((a, b) => (a.entity < b.entity ? -1 : 1)),
    sets: Object.keys(lock?.sets ?? {}).toSorted(),
    testRows: { count, first: testRows },
    conflicts: conflicts.found(),
  };
}

/** Finds rows with the same prompt as an earlier row but a different answer, comparing the texts. */
function conflictFinder(): { note: (fields: Row, row: number) => void; found: () => TrainedVersion["conflicts"] } {
  const known = new Map<string, { row: number; answer: string }>();
  const first: TrainedVersion["conflicts"]["first"][number][] = [];
  let count = 0;
  return {
    note: (fields, row) => {
      const parts = rowParts(fields);
      if (parts === undefined || !("prompt" in parts) || !parts.hasOneAnswer) return;
      const [prompt, answer] = [sha256(parts.prompt.trim()), sha256(parts.answer.trim())];
      const earlier = known.get(prompt);
      if (earlier === undefined) known.set(prompt, { row, answer });
      else if (earlier.answer !== answer) {
        count += 1;
        if (first.length < NAMED_ROWS) first.push({ row, earlier: earlier.row });
      }
    },
    found: () => ({ count, first }),
  };
}

/**
 * The folder of the first version with one of these digests that a training file names and that is unchanged since it
 * was frozen.
 */
async function versionFolder(
  dir: string,
  digests: ReadonlySet<string>,
): Promise<{ folder: string; manifest: FrozenManifest } | undefined> {
  if (digests.size === 0) return undefined;
  const names = (await readdir(dir)).filter((name) => TRAINING_FILE.test(name)).toSorted();
  for (const name of names) {
    const { dataset } = await readTrainingFile(dir, name);
    const manifest = await readManifest(join(dir, dataset));
    if (manifest === undefined || !digests.has(manifest.digest)) continue;
    if ((await verifyFrozen(join(dir, dataset), manifest.digest)).ok) return { folder: dataset, manifest };
  }
  return undefined;
}

async function* rowsOf(folder: string, { files }: Pick<FrozenManifest, "files">): AsyncGenerator<Row> {
  for (const { file } of files) {
    for await (const line of fileLines(join(folder, file))) {
      const row: unknown = JSON.parse(line.toString("utf8"));
      if (row !== null && typeof row === "object") yield row as Row;
    }
  }
}

/** The longest text of each item of all locked sets, by its words, if it is long enough; short answers repeat. */
async function testItems(
  dir: string,
  lock: TestsetLock | undefined,
): Promise<Map<string, { set: string; item: number }>> {
  const items = new Map<string, { set: string; item: number }>();
  for (const [set, { folder }] of Object.entries(lock?.sets ?? {})) {
    const manifest = await readManifest(join(dir, folder));
    if (manifest === undefined) continue; // rule 8 reports it
    let item = 0;
    for await (const fields of rowsOf(join(dir, folder), manifest)) {
      item += 1;
      const key = textSlots(fields)
        .map(({ text }) => words(text))
        .reduce((longest, text) => (text.length > longest.length ? text : longest), "");
      if (key.length >= SHORTEST_ITEM && !items.has(key)) items.set(key, { set, item });
    }
  }
  return items;
}

/** The words of a text, without case, punctuation and white space. */
function words(text: string): string {
  return (
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(" ") ?? ""
  );
}
