import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { readLoadTest } from "../../plan/serve-check/read-load-test.ts";
import { measuredCapacity } from "../../plan/serve-plan/measured-capacity.ts";
import { estimatedCapacity } from "../../plan/serve-plan/plan-serve.ts";
import { servingFacts } from "../../plan/serving/serving-facts.ts";
import { findGpu } from "../../catalog/gpus.ts";
import type { Serving } from "../../plan/serve-plan/serving.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
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
  { shape, on, hubCache }: CapacityReading,
): Promise<Estimate | undefined> {
  const { serving, assumptions } = loaded.programme;
  if (serving.loadTest !== undefined) return measuredCapacityOf(loaded, serving.loadTest, { shape, on, hubCache });
  const { inputTokensPerMonth: input, outputTokensPerMonth: output } = serving;
  if (serving.monthlyUsd !== undefined || serving.outputTokensPerSec !== undefined) return undefined;
  if (input === undefined || output === undefined || output === 0) return undefined;
  if (Object.keys(assumptions).some((id) => CAPACITY_ASSUMPTIONS.test(id))) return undefined;
  try {
    const { outputTokensPerSec, slowEnd } = estimatedCapacity(await costedServing(loaded, { shape, on, hubCache }));
    return slowEnd === null ? known(outputTokensPerSec) : undefined; // a range that ends in none cannot be drawn
  } catch (error) {
    if (error instanceof Failure) return undefined; // what cannot be estimated is costed by wide ranges, or unknown
    throw error;
  }
}

/** What a capacity is read with. */
export type CapacityReading = { shape: ModelShape; on: string; hubCache?: string | undefined };

/** The serving of a programme on as many GPUs as its cost counts. */
async function costedServing(loaded: LoadedProgramme, { shape, on, hubCache }: CapacityReading): Promise<Serving> {
  const { gpu, gpuCount } = servingFacts({ programme: loaded.programme, shape, on, prices: loaded.prices });
  const machine = findGpu(gpu!).nodeGpus;
  const layout = { tensorParallel: Math.min(gpuCount, machine), pipelineParallel: Math.ceil(gpuCount / machine) };
  return programmeServing(loaded, { on, given: layout, shape, price: {}, hubCache });
}

/**
 * The capacity that a load test of one replica found, which beats the estimate.
 *
 * @param file  of the folder
 * @throws Failure bad_input where it is no such result, searched for no capacity, or is of other GPUs
 */
async function measuredCapacityOf(loaded: LoadedProgramme, file: string, reading: CapacityReading): Promise<Estimate> {
  const result = readLoadTest(await readText(await loaded.resolve(file), { shown: file }), file);
  const serving = await costedServing(loaded, reading);
  const { capacity } = measuredCapacity({ file, result }, { serving, estimated: estimatedCapacity(serving) });
  return known(capacity.outputTokensPerSec)!; // a measured one is never refused
}

/** Ranges that a programme may replace, and which then hold in place of an estimate. */
const CAPACITY_ASSUMPTIONS = /^serving\.(?:h100\.output-tokens-per-sec|relative|prefill)\./;

function known(quantity: Quantity): Estimate | undefined {
  return "refused" in quantity ? undefined : quantity;
}
