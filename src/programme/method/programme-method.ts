import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { MethodFacts, Misfit } from "../../domain/method-facts.ts";
import type { MethodChoice } from "../../domain/study.ts";
import { chooseMethod } from "../../plan/method/method.ts";
import { apiSpend, methodEstimates, methodFacts } from "./method-estimates.ts";
import { trainedWeights } from "../reading/main-method.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import type { TrainMethodOfPlan } from "../training-plan/training-estimate.ts";
import { loadShape } from "../training-plan/training-shape.ts";

/** The ranking of all methods for a programme, its input, and the costed method. */
export type ProgrammeMethod = { facts: MethodFacts; choice: MethodChoice; method: TrainMethodOfPlan };

/**
 * Ranks the methods for a programme. The costed method is the plan's, otherwise the best of the ranking that trains
 * weights.
 *
 * @param given.on day of the prices, YYYY-MM-DD
 * @param given.known facts that replace those of the programme
 */
export async function programmeMethod(
  loaded: LoadedProgramme,
  given: { on: string; datasets: readonly DatasetProfile[]; known?: Partial<MethodFacts> },
): Promise<ProgrammeMethod> {
  const { on, datasets, known } = given;
  const { shape } = await loadShape(loaded, on);
  const { estimateOf, misfits } = await methodEstimates(loaded, on, datasets);
  const facts = { ...methodFacts(loaded.programme, shape, datasets), ...apiSpend(loaded, on), misfits, ...known };
  const choice = chooseMethod(facts, estimateOf);
  return { facts, choice, method: methodToCost(loaded, choice, misfits) };
}

function methodToCost(
  { programme }: LoadedProgramme,
  { ranking }: MethodChoice,
  misfits: readonly Misfit[],
): TrainMethodOfPlan {
  const planned = programme.training.method;
  if (planned !== "auto") return trainedWeights(programme.training);
  if (programme.data.plannedRows === 0) return "continued-pretraining";
  for (const { chain, verdict } of ranking) {
    if (verdict === "excluded") continue;
    const first = chain.find(isTrainMethod);
    if (first === "continued-pretraining" && programme.data.corpusTokens === 0) continue;
    if (first) return first;
  }
  // If nothing fits, the result is about the least demanding method.
  return misfits.some(({ method }) => method === "lora") ? "qlora" : "lora";
}

function isTrainMethod(method: string): method is TrainMethodOfPlan {
  return ["lora", "qlora", "dora", "full-sft", "continued-pretraining"].includes(method);
}
