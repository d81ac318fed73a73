import { canonicalJson, sha256 } from "../../base/hash.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import type { EvaluationList, EvaluationRow, EvaluationView } from "../../domain/evaluation-list.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { headlineScore } from "../../evaluate/report/headline-score.ts";
import { lowestItems } from "../../evaluate/report/lowest-items.ts";
import { scoreBins } from "../../evaluate/report/score-bins.ts";
import { headlineValues } from "../../evaluate/score/summarise-scores.ts";
import { biasOfSlices } from "./bias/find-bias.ts";
import { evaluationIds, findEvaluation, readItems, readResult } from "./evaluation-folder.ts";

/** The evaluations of a programme, the newest first. */
export async function listEvaluations(dir: string): Promise<EvaluationList> {
  const unreadable: string[] = [];
  const evaluations: EvaluationRow[] = [];
  for (const id of await evaluationIds(dir)) {
    const result = await readResult(dir, id).catch(() => undefined);
    if (result === undefined) unreadable.push(id);
    else evaluations.push(rowOf(result));
  }
  evaluations.sort((a, b) =>
    a.finishedAt > b.finishedAt ? -1 : a.finishedAt < b.finishedAt ? 1 : a.id < b.id ? -1 : 1,
  );
  return { evaluations, unreadable };
}

function rowOf(result: EvaluationResult): EvaluationRow {
  const { id, evaluation, target, model, isComplete, counts, judged, contamination, cost, finishedAt } = result;
  const { set, prompt, scorers, sampling } = result.fingerprints;
  const headline = headlineScore(result);
  const judge = judged.find(({ scorer }) => scorer === headline?.scorer);
  const usd = judged.flatMap(({ judges }) => judges.flatMap((card) => card.cost.usd ?? []));
  return {
    id,
    evaluation,
    target,
    model,
    set: result.set.name,
    terms: sha256(canonicalJson({ set, prompt, scorers, sampling })),
    headline,
    isComplete,
    errors: counts.errors,
    isAdmitted: judge === undefined ? null : judge.isAdmitted,
    contaminated: contamination === null ? null : contamination.hitItems.length,
    targetUsd: cost.usd,
    judgesUsd: usd.length === 0 ? null : formatMoney(usd.reduce((sum, amount) => sum + parseMoney(amount), 0n)),
    finishedAt,
  };
}

/** One evaluation with the items that scored lowest. @throws Failure not_found; bad_input if a file is corrupt */
export async function viewEvaluation(dir: string, id: string): Promise<EvaluationView> {
  const result = await findEvaluation(dir, id);
  const items = await readItems(dir, result.id);
  const name = result.scores[0]?.scorer ?? "";
  return {
    result,
    headline: headlineScore(result),
    bias: await biasOfSlices(dir, result.id),
    bins: scoreBins(headlineValues(items, result)),
    ...lowestItems(items, name),
  };
}
