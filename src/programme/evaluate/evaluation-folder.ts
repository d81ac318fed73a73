import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { EvaluationResult, ScoredItem } from "../../domain/evaluation-result.ts";

/** Folder of evaluation results, inside the programme folder. */
export const EVALUATIONS = "evaluations";

/** Folder of one evaluation. */
export function evaluationFolder(dir: string, id: string): string {
  return join(dir, EVALUATIONS, id);
}

/**
 * File of the paid answers of a target, from which an interrupted run continues. It does not depend on the scorers:
 * answers are found by their request, so that a changed scorer or gate does not repeat requests.
 */
export function answersPath(
  dir: string,
  { evaluation, target, repeat }: { evaluation: string; target: string; repeat: number },
): string {
  const folder = join(dir, EVALUATIONS, "targets", evaluation, target);
  return join(folder, ...(repeat === 1 ? [] : [`repeat-${repeat}`]), "answers.jsonl");
}

/** File of the paid vectors. */
export function vectorsPath(dir: string, id: string): string {
  return join(evaluationFolder(dir, id), "vectors.jsonl");
}

/**
 * Writes the items, then the result with their hash: a result never exists without its items.
 *
 * @returns the result as written
 */
export async function writeEvaluation(
  dir: string,
  { result, items }: { result: EvaluationResult; items: readonly ScoredItem[] },
): Promise<EvaluationResult> {
  const folder = evaluationFolder(dir, result.id);
  await mkdir(folder, { recursive: true });
  const lines = items.map((item) => `${JSON.stringify(item)}\n`).join("");
  const written: EvaluationResult = { ...result, itemsSha256: sha256(lines) };
  await atomicWrite(join(folder, "items.jsonl"), lines);
  await atomicWrite(join(folder, "result.json"), `${JSON.stringify(written, null, 2)}\n`);
  return written;
}

/** Ids of the completed evaluations of a programme, sorted. */
export async function evaluationIds(dir: string): Promise<string[]> {
  const folder = join(dir, EVALUATIONS);
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.filter((name) => existsSync(join(folder, name, "result.json"))).toSorted();
}

/**
 * The evaluation with this id, of this target, or whose id starts so; if there are several, the one that ended last.
 *
 * @throws Failure not_found, or bad_input if one of its files was changed
 */
export async function findEvaluation(dir: string, words: string): Promise<EvaluationResult> {
  return namedBy(await allResults(dir), words)[0]!;
}

/** Two evaluations, and the other evaluation files that have results of both names. */
export type FoundPair = { baseline: EvaluationResult; target: EvaluationResult; alsoIn: string[] };

/**
 * Two evaluations by id, first characters or target. Names of targets mean results of one evaluation file: of the file
 * in which the target was evaluated last and that has both. Without such a file, the last result of each.
 *
 * @throws Failure not_found, or bad_input if one of their files was changed
 */
export async function findPair(dir: string, words: { baseline: string; target: string }): Promise<FoundPair> {
  const results = await allResults(dir);
  const [baselines, targets] = [namedBy(results, words.baseline), namedBy(results, words.target)];
  const pairs = targets.flatMap((target) => {
    const baseline = baselines.find(({ id, evaluation }) => evaluation === target.evaluation && id !== target.id);
    return baseline === undefined ? [] : [{ baseline, target }];
  });
  const [found = { baseline: baselines[0]!, target: targets[0]! }] = pairs;
  const files = new Set(pairs.map(({ target }) => target.evaluation));
  files.delete(found.target.evaluation);
  return { ...found, alsoIn: [...files] };
}

async function allResults(dir: string): Promise<EvaluationResult[]> {
  return Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
}

/** Evaluations that words name, the last first: an id, else a target, else the start of an id. */
function namedBy(results: readonly EvaluationResult[], words: string): EvaluationResult[] {
  const exact = results.filter(({ id }) => id === words);
  if (exact.length > 0) return exact;
  const ofTarget = results.filter(({ target }) => target === words);
  const named = oldestFirst(ofTarget.length > 0 ? ofTarget : results.filter(({ id }) => id.startsWith(words)));
  if (named.length > 0) return named.toReversed();
  const ids = results.map(({ id }) => id);
  throw new Failure("not_found", `no evaluation is named ${JSON.stringify(words)}`, {
    hint:
      ids.length === 0
        ? "run one first: tunewright eval run NAME"
        : (didYouMean(words, [...ids, ...results.map(({ target }) => target)]) ?? `available: ${ids.join(", ")}`),
  });
}

/** The evaluation that ended last; if several ended at the same time, the one with the last id. */
export function newestOf(results: readonly EvaluationResult[]): EvaluationResult | undefined {
  return oldestFirst(results).at(-1);
}

function oldestFirst(results: readonly EvaluationResult[]): EvaluationResult[] {
  return results.toSorted((a, b) =>
    a.finishedAt < b.finishedAt ? -1 : a.finishedAt > b.finishedAt ? 1 : a.id < b.id ? -1 : 1,
  );
}

/** The result of an evaluation. @throws Failure bad_input if the file is corrupt */
export async function readResult(dir: string, id: string): Promise<EvaluationResult> {
  const path = join(evaluationFolder(dir, id), "result.json");
  const parsed = EvaluationResult.safeParse(parseJson(await readText(path), path));
  if (parsed.success) return parsed.data;
  throw corrupt(path, parsed.error.issues[0]?.path.join(".") ?? "");
}

/** The items of an evaluation. @throws Failure bad_input if the file is corrupt, or not as the evaluation wrote it */
export async function readItems(dir: string, id: string): Promise<ScoredItem[]> {
  const path = join(evaluationFolder(dir, id), "items.jsonl");
  const text = await readText(path, { maxBytes: 2 ** 30 });
  const { itemsSha256, items: count } = await readResult(dir, id);
  const items = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => {
      const parsed = ScoredItem.safeParse(parseJson(line, `${path}, line ${index + 1}`));
      if (parsed.success) return parsed.data;
      throw corrupt(`${path}, line ${index + 1}`, parsed.error.issues[0]?.path.join(".") ?? "");
    });
  if (items.length !== count) throw corrupt(path, `it has ${items.length} of ${count} items and`);
  const lines = text.replaceAll("\r\n", "\n"); // as a checkout on Windows may write it
  if (itemsSha256 !== undefined && sha256(lines) !== itemsSha256) throw corrupt(path, "");
  return items;
}

function corrupt(place: string, field: string): Failure {
  return new Failure("bad_input", `${place} is corrupt: ${field || "it"} was changed after it was written`, {
    hint: "run the evaluation again: answers that were paid for are kept and reused",
  });
}
