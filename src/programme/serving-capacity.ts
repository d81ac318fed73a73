import { Failure } from "../base/failure.ts";
import type { Estimate, Quantity } from "../domain/estimate.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import { estimatedCapacity } from "../plan/serve-plan/plan-serve.ts";
import { servingFacts } from "../plan/serving/serving-facts.ts";
import { findGpu } from "../catalog/gpus.ts";
import type { LoadedProgramme } from "./read-programme.ts";
import { programmeServing } from "./serve-programme.ts";

/**
 * What one replica of a programme gives within the SLO at the programme's own mix of tokens, prompts included, as
 * `plan serve` estimates it on the same GPUs that the cost is of.
 *
 * @returns undefined where the programme states what makes it needless (a monthly cost, a measured speed, a range of its
 *   own for the speed of a GPU) or not what it follows from (the tokens of a month, requests with answers)
 */
export async function servingCapacity(
  loaded: LoadedProgramme,
  { shape, on, hubCache }: { shape: ModelShape; on: string; hubCache?: string | undefined },
): Promise<Estimate | undefined> {
  const { serving, assumptions } = loaded.programme;
  const { inputTokensPerMonth: input, outputTokensPerMonth: output } = serving;
  if (serving.monthlyUsd !== undefined || serving.outputTokensPerSec !== undefined) return undefined;
  if (input === undefined || output === undefined || output === 0) return undefined;
  if (Object.keys(assumptions).some((id) => CAPACITY_ASSUMPTIONS.test(id))) return undefined;
  try {
    const { gpu, gpuCount } = servingFacts({ programme: loaded.programme, shape, on, prices: loaded.prices });
    const machine = findGpu(gpu!).nodeGpus;
    const layout = { tensorParallel: Math.min(gpuCount, machine), pipelineParallel: Math.ceil(gpuCount / machine) };
    const found = await programmeServing(loaded, { on, given: layout, shape, price: {}, hubCache });
    const { outputTokensPerSec } = estimatedCapacity(found);
    return known(outputTokensPerSec);
  } catch (error) {
    if (error instanceof Failure) return undefined; // what cannot be estimated is costed by wide ranges, or unknown
    throw error;
  }
}

/** Ranges that a programme may replace, and which then hold in place of an estimate. */
const CAPACITY_ASSUMPTIONS = /^serving\.(?:h100\.output-tokens-per-sec|relative|prefill)\./;

function known(quantity: Quantity): Estimate | undefined {
  return "refused" in quantity ? undefined : quantity;
}
