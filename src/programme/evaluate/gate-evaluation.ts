import { Failure } from "../../base/failure.ts";
import type { EvaluationGate } from "../../domain/evaluation.ts";
import type { GateReport, GateResult } from "../../domain/evaluation-comparison.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { itemPairs, scorePairs, sliceDifferences } from "../../evaluate/compare/compare-items.ts";
import { judgeGate } from "../../evaluate/compare/judge-gate.ts";
import { pairedScore } from "../../evaluate/compare/paired-score.ts";
import { otherDifferences } from "../../evaluate/compare/same-terms.ts";
import { readyScorers } from "../../evaluate/score/score-answer.ts";
import { scoreOfAnswers, unscoredAnswers } from "../../evaluate/score/summarise-scores.ts";
import { requireUnchanged } from "./check-set.ts";
import { hashOfRows } from "./find-contamination.ts";
import { evaluationIds, newestOf, readItems, readResult } from "./evaluation-folder.ts";
import { type LoadedEvaluation, readEvaluation } from "./read-evaluation.ts";
import { statedNow } from "./stated-now.ts";
import { lockedSet } from "../folder/testset-lock.ts";

/**
 * Evaluates the gates of an evaluation by its last results on the locked set.
 *
 * @param name  of eval/NAME.yaml
 * @param gates  names of gates; all of them if undefined
 * @throws Failure check_failed if the set was changed; not_found if a gate or a result is missing
 */
export async function gateEvaluation(dir: string, name: string, gates?: readonly string[]): Promise<GateReport> {
  const loaded = await readEvaluation(dir, name);
  const { evaluation } = loaded;
  const set = await lockedSet(dir, evaluation.set);
  await requireUnchanged(dir, evaluation.set, set);
  const unknown = gates?.find((gate) => !evaluation.gates.some((entry) => entry.name === gate));
  const chosen = evaluation.gates.filter((gate) => gates === undefined || gates.includes(gate.name));
  if (unknown !== undefined || chosen.length === 0) {
    const what = unknown === undefined ? "no gate" : `no gate ${JSON.stringify(unknown)}`;
    throw new Failure("not_found", `eval/${name}.yaml states ${what}`, {
      hint: "add one under gates, with name, target, baseline, scorer and margin",
    });
  }
  const results = await Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
  const own = results.filter((result) => result.evaluation === name && result.fingerprints.set === set.digest);
  const judged: GateResult[] = [];
  for (const gate of chosen) judged.push(await judgedGate(gate, { dir, loaded, own }));
  return { evaluation: name, set: evaluation.set, passed: judged.every(({ passed }) => passed), gates: judged };
}

type Context = { dir: string; loaded: LoadedEvaluation; own: readonly EvaluationResult[] };

async function judgedGate(gate: EvaluationGate, { dir, loaded, own }: Context): Promise<GateResult> {
  const [baseline, target] = [lastOf(gate.baseline, { loaded, own }), lastOf(gate.target, { loaded, own })];
  const others = otherDifferences(baseline, target);
  if (others.length > 0) {
    throw new Failure(
      "bad_input",
      `gate ${gate.name}: ${others.join(" and ")} differ between ${baseline.id} and ${target.id}`,
      {
        hint: `run both again: tunewright eval run ${loaded.name}`,
      },
    );
  }
  const [before, after] = [await readItems(dir, baseline.id), await readItems(dir, target.id)];
  const pairs = itemPairs(before, after);
  const scorer = readyScorers(loaded.evaluation.scorers, loaded.evaluation.reference).find(
    ({ label }) => label === gate.scorer,
  )!;
  return judgeGate(gate, {
    difference: pairedScore(scorer.label, scorePairs(pairs, scorer)),
    slices: sliceDifferences(pairs, scorer),
    baseline,
    target,
    answerScore: scoreOfAnswers(scorer),
    unscored: { baseline: unscoredAnswers(before, scorer), target: unscoredAnswers(after, scorer) },
    now: { baseline: await statedNow(dir, loaded, baseline), target: await statedNow(dir, loaded, target) },
    trainedOn: loaded.evaluation.targets[gate.target]!.trainedOn,
    changedFiles: await changedFiles(gate, { dir, loaded, baseline, target, answerScore: scoreOfAnswers(scorer) }),
  });
}

/**
 * Files of training rows and labels on which a gate rests, and whose content is not that of the evaluations. A file that
 * is not here is not changed: a gate also runs where the training rows are not.
 */
async function changedFiles(
  { maxContaminatedShare, target: name }: EvaluationGate,
  {
    dir,
    loaded: { evaluation },
    baseline,
    target,
    answerScore,
  }: Pick<Context, "dir" | "loaded"> & Record<"baseline" | "target", EvaluationResult> & { answerScore: string },
): Promise<string[]> {
  const { trainedOn } = evaluation.targets[name]!;
  const searched = maxContaminatedShare === undefined ? null : target.contamination;
  const scorer = evaluation.scorers.find((entry) => (entry.name ?? entry.kind) === answerScore);
  const labels = scorer?.kind === "judge" ? scorer.labels?.file : undefined;
  const known = [baseline, target].flatMap(({ judged }) =>
    judged.filter((entry) => entry.scorer === answerScore).map(({ labelsSha256 }) => labelsSha256),
  );
  const [rowsNow, labelsNow] = [
    trainedOn === undefined || searched === null ? undefined : await hashOfRows(dir, trainedOn),
    labels === undefined ? undefined : await hashOfRows(dir, [labels]),
  ];
  const isOther = (before: string | null, now: string | undefined): boolean =>
    before !== null && now !== undefined && before !== now;
  return [
    ...(searched !== null && isOther(searched.sha256, rowsNow) ? [searched.against] : []),
    ...(labels !== undefined && known.some((before) => isOther(before, labelsNow)) ? [labels] : []),
  ];
}

function lastOf(target: string, { loaded, own }: Pick<Context, "loaded" | "own">): EvaluationResult {
  const last = newestOf(own.filter((entry) => entry.target === target));
  if (last !== undefined) return last;
  throw new Failure("not_found", `${target} has no result on the locked set`, {
    hint: `tunewright eval run ${loaded.name} --target ${target}`,
  });
}
