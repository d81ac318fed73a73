import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { TrainedVersion } from "../../audit/facts.ts";
import { fileLines, readManifest } from "../../curate/freeze/frozen-folder.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import { textSlots } from "../../curate/rows/text-slots.ts";
import type { FrozenManifest } from "../../domain/frozen.ts";
import type { TestsetLock } from "../../domain/testset-lock.ts";
import { readTrainingFile } from "../training/read-training-file.ts";
import { type Row, searchRows, SHORTEST_ITEM, type TestItem, words } from "./search-rows.ts";

/** File names of training runs. */
const TRAINING_FILE = /^training.*\.ya?ml$/;

/**
 * The version that was trained on, or the reason why it cannot be searched; both are null if no job names a version.
 */
export type FoundVersion = { trained: TrainedVersion | null; problem: string | null };

/**
 * Searches the frozen version that a training job read for personal data by pattern, and for items of the locked sets
 * verbatim. A version that changed since it was frozen, or no longer exists, is not searched.
 *
 * @param digests versions that jobs trained on
 */
export async function trainedVersion(
  dir: string,
  { digests, lock }: { digests: ReadonlySet<string>; lock: TestsetLock | undefined },
): Promise<FoundVersion> {
  if (digests.size === 0) return { trained: null, problem: null };
  const found = await versionFolder(dir, digests);
  if ("problem" in found) return { trained: null, problem: found.problem };
  const { folder, manifest } = found;
  const items = await testItems(dir, lock);
  const searched = await searchRows(rowsOf(join(dir, folder), manifest), items);
  const trained = {
    folder,
    digest: manifest.digest,
    rows: manifest.rows,
    ...searched,
    sets: Object.keys(lock?.sets ?? {}).toSorted(),
  };
  return { trained, problem: null };
}

/**
 * The folder of the first version with one of these digests that a training file names and that is unchanged since it
 * was frozen; otherwise the reason why there is none.
 */
async function versionFolder(
  dir: string,
  digests: ReadonlySet<string>,
): Promise<{ folder: string; manifest: FrozenManifest } | { problem: string }> {
  const names = (await readdir(dir)).filter((name) => TRAINING_FILE.test(name)).toSorted();
  const problems: string[] = [];
  for (const name of names) {
    const { dataset } = await readTrainingFile(dir, name);
    const manifest = await readManifest(join(dir, dataset));
    if (manifest === undefined) problems.push(`${dataset}, which ${name} names, no longer exists`);
    else if (!digests.has(manifest.digest)) problems.push(`${dataset} is another version than the one trained on`);
    else {
      const { ok, findings } = await verifyFrozen(join(dir, dataset), manifest.digest);
      if (ok) return { folder: dataset, manifest };
      const [first] = findings;
      problems.push(
        `${dataset} no longer matches its hash${first === undefined ? "" : `: ${first.file}: ${first.detail}`}`,
      );
    }
  }
  const [digest] = digests;
  const problem = problems[0] ?? `no training file names the version ${digest!.slice(0, 12)} that a job trained on`;
  return { problem };
}

async function* rowsOf(folder: string, { files }: Pick<FrozenManifest, "files">): AsyncGenerator<Row> {
  for (const { file } of files) {
    for await (const line of fileLines(join(folder, file))) {
      const row: unknown = JSON.parse(line.toString("utf8"));
      if (row !== null && typeof row === "object") yield row as Row;
    }
  }
}

/** The longest text of each item of all locked sets, if it is long enough to be unique; answers repeat. */
async function testItems(dir: string, lock: TestsetLock | undefined): Promise<Map<string, TestItem>> {
  const items = new Map<string, TestItem>();
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
