import { stat } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { sha256 } from "../../base/hash.ts";
import { doesCount } from "../../curate/decontaminate/decontaminate-stage.ts";
import { decontaminateFiles } from "../../curate/decontaminate/decontaminate-files.ts";
import { loadDecontaminator } from "../../curate/decontaminate/load-decontaminator.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import { sourceNames } from "../../curate/pipeline/reading/source-names.ts";
import type { Evaluation, EvaluationTarget } from "../../domain/evaluation.ts";
import type { EvaluationResult, ScoredItem } from "../../domain/evaluation-result.ts";
import type { LockedSet } from "../../domain/testset-lock.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import { summariseScore } from "../../evaluate/score/summarise-scores.ts";
import { fieldValue, textOf } from "../../evaluate/set/eval-item.ts";
import { setFolder } from "../folder/testset-lock.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { setRows } from "./set-rows.ts";

/** Input of the search. */
export type FindContamination = {
  dir: string;
  set: LockedSet;
  evaluation: Pick<Evaluation, "prompt" | "reference">;
  trainedOn: NonNullable<EvaluationTarget["trainedOn"]>;
};

/** Items of a set that occur in training rows. */
export type FoundItems = Omit<NonNullable<EvaluationResult["contamination"]>, "clean">;

/**
 * Items of a locked set that occur in the training rows of a target, by the method `default` of `data decontaminate`:
 * the complete item, or most of its rare words in order.
 *
 * @throws Failure not_found or bad_input if the training rows cannot be read
 */
export async function findContamination(
  { dir, set, evaluation, trainedOn }: FindContamination,
  onProgress: (fraction: number) => void,
): Promise<FoundItems> {
  const folder = await setFolder(dir, set);
  const paths = ((await readManifest(folder))?.files ?? []).map(({ file }) => join(folder, file));
  const ids = await idsByFile(folder, set);
  const fields = partFields(evaluation, ids.fields);
  const { benchmarks, hitsOf } = await loadDecontaminator(
    { against: paths.map((path) => `${path}${fields}`), method: "default" },
    { pathOf: (name) => name },
  );
  const names = sourceNames(paths);
  const files = await allTrainingFiles(dir, trainedOn);
  const found = await searchTraining(files, {
    benchmarks,
    hitsOf,
    onProgress,
    idOf: ({ against, item }) => ids.of(paths[names.indexOf(against)]!, item),
  });
  return { against: trainedOn.join(", "), ...found };
}

/** Searches training files for items by the method `default`, and returns the ids of the items found. */
export async function searchTraining(
  files: readonly string[],
  {
    idOf,
    ...search
  }: Pick<Parameters<typeof decontaminateFiles>[1], "benchmarks" | "hitsOf" | "onProgress"> & {
    idOf: (hit: { against: string; item: number }) => string | undefined;
  },
): Promise<Omit<FoundItems, "against">> {
  const found = new Set<string>();
  let trainingRows = 0;
  const hits = decontaminateFiles(files, {
    ...search,
    onOutcome: ({ funnel }) => (trainingRows = funnel[0]?.rowsIn ?? 0),
  });
  for await (const row of hits) for (const hit of row.hits.filter(doesCount)) found.add(idOf(hit) ?? "");
  found.delete(""); // a row of the set without an id
  return { method: "default", trainingRows, sha256: await hashOfFiles(files), hitItems: [...found].toSorted() };
}

/** Hash of files and frozen versions of rows as they are now; undefined if one is not here. */
export async function hashOfRows(dir: string, trainedOn: FindContamination["trainedOn"]): Promise<string | undefined> {
  try {
    return await hashOfFiles(await allTrainingFiles(dir, trainedOn));
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return undefined;
    throw error;
  }
}

async function allTrainingFiles(dir: string, trainedOn: FindContamination["trainedOn"]): Promise<string[]> {
  return (await Promise.all(trainedOn.map((path) => trainingFiles(dir, path)))).flat();
}

async function hashOfFiles(files: readonly string[]): Promise<string> {
  return sha256((await Promise.all(files.map(hashFile))).join("\n"));
}

/** Scores over the items that occur in no training row. */
export function withoutHits(
  found: FoundItems,
  items: readonly ScoredItem[],
  scorers: readonly ReadyScorer[],
): NonNullable<EvaluationResult["contamination"]> {
  const hit = new Set(found.hitItems);
  const rest = items.filter(({ id }) => !hit.has(id));
  return { ...found, clean: scorers.map((scorer) => summariseScore(rest, scorer)) };
}

type SetIds = { fields: ReadonlySet<string>; of: (path: string, item: number) => string | undefined };

/** Ids of items by index, and the fields with texts. */
async function idsByFile(folder: string, set: LockedSet): Promise<SetIds> {
  const byFile = new Map<string, (string | undefined)[]>();
  const fields = new Set<string>();
  for (const { place, row } of await setRows(folder)) {
    const path = join(folder, place.slice(0, place.lastIndexOf(":")));
    const ids = byFile.get(path) ?? [];
    ids.push(row === undefined ? undefined : textOf(fieldValue(row, set.id)));
    byFile.set(path, ids);
    for (const [name, value] of Object.entries(row ?? {})) if (typeof value === "string") fields.add(name);
  }
  return { fields, of: (path, item) => byFile.get(path)?.[item] };
}

/** The parts of an item: the prompt fields as the question, the reference as the answer. */
function partFields({ prompt, reference }: FindContamination["evaluation"], texts: ReadonlySet<string>): string {
  const text = typeof prompt === "string" ? prompt : prompt.map(({ content }) => content).join("\n");
  const named = [...text.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map(([, name]) => name!);
  const question = [...new Set(named)].filter((name) => texts.has(name));
  if (question.length === 0) return ""; // found by their usual names: a list of turns
  const answer = reference !== undefined && texts.has(reference) && !question.includes(reference);
  return `:question=${question.join("+")}${answer ? `,answer=${reference}` : ""}`;
}

/** Files of training rows: a named one, or those of a frozen version. */
async function trainingFiles(dir: string, path: string): Promise<string[]> {
  const isFolder = await stat(join(dir, path)).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [await resolveInside(dir, path)];
  const folder = await setFolder(dir, { folder: path });
  const manifest = await readManifest(folder);
  if (manifest !== undefined) return manifest.files.map(({ file }) => join(folder, file));
  throw new Failure("bad_input", `trainedOn: ${path} is not a frozen version`, {
    hint: "name the file of the training rows, or the folder that data freeze made",
  });
}
