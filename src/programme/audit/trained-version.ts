import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { TrainedVersion } from "../../audit/facts.ts";
import { fileLines, readManifest } from "../../curate/freeze/frozen-folder.ts";
import { verifyFrozen } from "../../curate/freeze/verify-frozen.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { FrozenManifest } from "../../domain/frozen.ts";
import type { TestsetLock } from "../../domain/testset-lock.ts";
import { fieldValue, textOf } from "../../evaluate/set/eval-item.ts";
import { readItems } from "../evaluate/evaluation-folder.ts";
import { readTrainingFile } from "../training/read-training-file.ts";
import { isOnLockedSet, itemsOf } from "./score-contrasts.ts";
import { type Row, searchRows } from "./search-rows.ts";
import { indexItems, type ItemIndex, type ItemTexts, promptTexts } from "./test-items.ts";

/** File names of training runs. */
const TRAINING_FILE = /^training.*\.ya?ml$/;

/**
 * The version that was trained on, or the reason why it cannot be searched; both are null if no job names a version.
 * `hits`: ids of the test items in it, by locked set or by file of items.
 */
export type FoundVersion = {
  trained: TrainedVersion | null;
  problem: string | null;
  hits: ReadonlyMap<string, ReadonlySet<string>>;
};

const NO_HITS: FoundVersion["hits"] = new Map();

/** Names of the training files of a folder, sorted. */
export async function trainingFiles(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => TRAINING_FILE.test(name)).toSorted();
}

/**
 * Searches the frozen version that a training job read for personal data by pattern, and verbatim for items of the
 * locked sets and of evaluations on other sets. A version that changed since it was frozen, or no longer exists, is not searched.
 *
 * @param digests versions that jobs trained on
 */
export async function trainedVersion(
  dir: string,
  {
    digests,
    lock,
    evaluations = [],
  }: { digests: ReadonlySet<string>; lock: TestsetLock | undefined; evaluations?: readonly EvaluationResult[] },
): Promise<FoundVersion> {
  if (digests.size === 0) return { trained: null, problem: null, hits: NO_HITS };
  const found = await versionFolder(dir, digests);
  if ("problem" in found) return { trained: null, problem: found.problem, hits: NO_HITS };
  const { folder, manifest } = found;
  const sets = [...(await lockedItems(dir, lock)), ...(await askedItems(dir, evaluations, lock))];
  const { index, items } = indexItems(sets);
  const {
    hitKeys,
    reservedRows: _reserved,
    identifiers: _names,
    ...searched
  } = await searchRows(rowsOf(join(dir, folder), manifest), index);
  const trained = {
    folder,
    digest: manifest.digest,
    rows: manifest.rows,
    ...searched,
    sets: [...new Set(sets.flatMap((set) => set.slice(0, 1).map((item) => item.set)))].toSorted(),
  };
  return { trained, problem: null, hits: hitsBySet(items, hitKeys) };
}

/**
 * The folder of the first version with one of these digests that a training file names and that is unchanged since it
 * was frozen; otherwise the reason why there is none.
 */
async function versionFolder(
  dir: string,
  digests: ReadonlySet<string>,
): Promise<{ folder: string; manifest: FrozenManifest } | { problem: string }> {
  const problems: string[] = [];
  for (const name of await trainingFiles(dir)) {
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

/** The items of all locked sets. */
async function lockedItems(dir: string, lock: TestsetLock | undefined): Promise<ItemTexts[][]> {
  const sets: ItemTexts[][] = [];
  for (const [set, { folder, id }] of Object.entries(lock?.sets ?? {})) {
    const manifest = await readManifest(join(dir, folder));
    if (manifest === undefined) continue; // rule 8 reports it
    const items: ItemTexts[] = [];
    for await (const fields of rowsOf(join(dir, folder), manifest)) {
      const item = items.length + 1;
      items.push({ set, item, id: textOf(fieldValue(fields, id)) ?? "", texts: promptTexts(fields) });
    }
    sets.push(items);
  }
  return sets;
}

/** The questions of evaluations whose sets are not locked, as of imported ones. */
async function askedItems(
  dir: string,
  evaluations: readonly EvaluationResult[],
  lock: TestsetLock | undefined,
): Promise<ItemTexts[][]> {
  const sets: ItemTexts[][] = [];
  for (const result of evaluations.filter((each) => !isOnLockedSet(each, lock))) {
    const items = await readItems(dir, result.id);
    const set = itemsOf(result);
    sets.push(items.map(({ id, prompt }, index) => ({ set, item: index + 1, id, texts: [prompt] })));
  }
  return sets;
}

/** Ids of the items whose texts were found, by set. */
export function hitsBySet(items: ItemIndex["items"], hitKeys: ReadonlySet<string>): Map<string, Set<string>> {
  const hits = new Map<string, Set<string>>();
  for (const { set, id, key } of items) {
    if (!hitKeys.has(key)) continue;
    const known = hits.get(set);
    if (known === undefined) hits.set(set, new Set([id]));
    else known.add(id);
  }
  return hits;
}
