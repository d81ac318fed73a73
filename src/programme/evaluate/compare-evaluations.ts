import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import type { EvaluationComparison } from "../../domain/evaluation-comparison.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { compareItems, itemPairs } from "../../evaluate/compare/compare-items.ts";
import { otherDifferences } from "../../evaluate/compare/same-terms.ts";
import { binsOfBoth } from "../../evaluate/report/score-bins.ts";
import { headlineValues } from "../../evaluate/score/summarise-scores.ts";
import { evaluationIds, findPair, type FoundPair, newestOf, readItems, readResult } from "./evaluation-folder.ts";

/** Evaluations to compare, by id, its first characters, or the name of a target. */
export type CompareEvaluations = { dir: string; baseline: string; target: string; now: Date; tool: string };

/**
 * Compares two evaluations item by item.
 *
 * @throws Failure not_found; bad_input if anything but the target differs between them
 */
export async function compareEvaluations(request: CompareEvaluations): Promise<EvaluationComparison> {
  return compareResults(await findPair(request.dir, request), request);
}

/** Compares two loaded evaluations. @throws Failure bad_input if anything but the target differs */
async function compareResults(
  { baseline, target, alsoIn }: FoundPair,
  { dir, now, tool }: Pick<CompareEvaluations, "dir" | "now" | "tool">,
): Promise<EvaluationComparison> {
  if (baseline.id === target.id) {
    throw new Failure("bad_input", `${baseline.id} cannot be compared with itself`, { hint: "name two evaluations" });
  }
  const others = otherDifferences(baseline, target);
  if (others.length > 0) {
    throw new Failure(
      "bad_input",
      `${baseline.id} and ${target.id} cannot be compared, because not only the target differs: ${others.join(", ")}`,
      { hint: await comparableHint(dir, { baseline, target }) },
    );
  }
  const [before, after] = [await readItems(dir, baseline.id), await readItems(dir, target.id)];
  const hits = new Set([baseline, target].flatMap(({ contamination }) => contamination?.hitItems ?? []));
  return {
    evaluation: baseline.evaluation,
    alsoIn,
    set: { name: baseline.set.name, digest: baseline.fingerprints.set, items: baseline.items },
    baseline,
    target,
    ...compareItems(itemPairs(before, after), baseline.scorers, hits),
    bins: binsOfBoth(headlineValues(before, baseline), headlineValues(after, target)),
    comparedOn: now.toISOString(),
    tool,
  };
}

/** The last evaluations of both targets that differ in nothing else, as a command; or how to make such ones. */
async function comparableHint(
  dir: string,
  { baseline, target }: { baseline: EvaluationResult; target: EvaluationResult },
): Promise<string> {
  const results = await Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
  const partnerOf = (entry: EvaluationResult): EvaluationResult | undefined =>
    newestOf(
      results.filter(
        (other) =>
          other.target === baseline.target && other.id !== entry.id && otherDifferences(other, entry).length === 0,
      ),
    );
  const last = newestOf(results.filter((entry) => entry.target === target.target && partnerOf(entry) !== undefined));
  return last === undefined
    ? "run both again from one eval/NAME.yaml, so that only the target differs"
    : commandLine(["eval", "compare", partnerOf(last)!.id, last.id]);
}
