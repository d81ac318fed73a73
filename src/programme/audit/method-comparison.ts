import type { MethodComparison } from "../../audit/found-facts.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { PricedRun } from "../../domain/money.ts";
import { isHigherBetter } from "../../evaluate/score/score-answer.ts";
import { compareItems, itemPairs } from "../../evaluate/compare/compare-items.ts";
import { otherDifferences } from "../../evaluate/compare/same-terms.ts";
import { readItems } from "../evaluate/evaluation-folder.ts";

type Weights = "full" | "adapter";

/** Params that name the method: of LLaMA-Factory, Axolotl, PEFT and common scripts. */
const NAMED = /^(?:.*[./])?(?:finetuning_type|adapter|peft_type|use_peft|train_type|tuning_method|method)$/i;

/** Params with the rank of an adapter. */
const RANK = /^(?:.*[./])?lora_?(?:r|rank)$/i;

/** Weights that a run trained, by its params; undefined if they do not say. */
function weightsOf({ params }: Pick<PricedRun, "params">): Weights | undefined {
  const named = params.filter(({ key }) => NAMED.test(key)).map(({ value }) => value.toLowerCase());
  if (params.some(({ key, value }) => RANK.test(key) && Number(value) > 0)) return "adapter";
  if (named.some((value) => value.includes("lora") || value === "true")) return "adapter";
  return named.some((value) => /^(?:full|full[-_]?sft|full[-_]?finetun\w*|false)$/.test(value)) ? "full" : undefined;
}

/**
 * An evaluation of a run that trained all weights next to one that trained an adapter, on equal terms: the difference of
 * the headline score. The target of an evaluation names its run, by id or name.
 *
 * @returns null if there is no such pair
 */
export async function methodComparison(
  dir: string,
  { evaluations, runs }: { evaluations: readonly EvaluationResult[]; runs: readonly PricedRun[] },
): Promise<MethodComparison | null> {
  const weights = new Map<string, Weights>();
  for (const run of runs) {
    const trained = weightsOf(run);
    if (trained !== undefined) for (const name of [run.id, run.name]) weights.set(name, trained);
  }
  const judged = evaluations.flatMap((result) => {
    const { target, model, servedModels, isComplete } = result;
    const trained = [target, model ?? "", ...servedModels].map((name) => weights.get(name)).find(Boolean);
    return isComplete && trained !== undefined ? [{ result, trained }] : [];
  });
  const resultsOf = (kind: Weights): EvaluationResult[] =>
    judged.filter(({ trained }) => trained === kind).map(({ result }) => result);
  for (const full of resultsOf("full")) {
    const adapter = resultsOf("adapter").find((result) => otherDifferences(result, full).length === 0);
    if (adapter === undefined || !isHigherBetter(full.scorers[0]!)) continue;
    const pairs = itemPairs(await readItems(dir, adapter.id), await readItems(dir, full.id));
    const { scorer, n, difference, interval, target, baseline } = compareItems(pairs, full.scorers).differences[0]!;
    return {
      scorer,
      items: n,
      full: { place: `evaluations/${full.id}/result.json`, target: full.target, score: target },
      adapter: { place: `evaluations/${adapter.id}/result.json`, target: adapter.target, score: baseline },
      difference,
      interval,
    };
  }
  return null;
}
