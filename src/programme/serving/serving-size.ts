import { Failure } from "../../base/failure.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { ServingChoice } from "../../domain/serving-choice.ts";
import { checkServe } from "../../plan/serve-plan/check-serve.ts";
import { hasMonthlyTokens } from "../../plan/serving/monthly-tokens.ts";
import type { ServingSize } from "../../plan/serving/serving-facts.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { type ProgrammeServing, programmeServing } from "./serve-programme.ts";

/** Serving hardware of a programme as input of its cost; `choice` is undefined if nothing was sized. */
export type ProgrammeSize = { size: ServingSize; choice: ServingChoice | undefined };

/** Options of sizing. */
export type SizeReading = { shape: ModelShape; on: string; hubCache?: string | undefined };

/**
 * The replica that serves a programme, the number of replicas and their GPU cost, as in `plan serve`; used by study,
 * cost and payback.
 *
 * @throws Failure as `programmeServing`
 */
export async function servingSize(loaded: LoadedProgramme, { on, hubCache }: SizeReading): Promise<ProgrammeSize> {
  const { serving, assumptions, today } = loaded.programme;
  const isLoadKnown = hasMonthlyTokens(serving);
  const isCounted = serving.monthlyUsd === undefined || today.api !== undefined;
  // A user's own range for the speed of a GPU replaces the estimate.
  const hasRange = Object.keys(assumptions).some((id) => SPEED_ASSUMPTIONS.test(id));
  const isSized = isLoadKnown && isCounted && (!hasRange || serving.outputTokensPerSec !== undefined);
  const found = await programmeServing(loaded, { on, given: {}, price: {}, hubCache, isChosen: isSized });
  const { spec, gpu, usdPerGpuHour, ownTokensPerToken } = found;
  const gpuCount = found.sized?.gpus ?? spec.tensorParallel * spec.pipelineParallel;
  const base = { gpu, gpuCount, usdPerGpuHour, ownTokensPerToken };
  if (!isSized) return { size: { ...base, sized: undefined }, choice: undefined };
  return { size: { ...base, sized: found.sized, unknown: unknownOf(found) }, choice: found.choice };
}

/** Ranges that a programme may override, which then replace an estimate. */
const SPEED_ASSUMPTIONS = /^serving\.(?:h100\.output-tokens-per-sec|relative|prefill)\./;

/** Reason why it cannot be served as stated; undefined if it can, or only the estimator does not cover it. */
function unknownOf({ sized, spec, shape, gpu }: ProgrammeServing): string | undefined {
  if (sized !== undefined) {
    const { requestsPerSec } = sized.capacity;
    return "refused" in requestsPerSec ? `${requestsPerSec.refused}; ${requestsPerSec.hint}` : undefined;
  }
  try {
    checkServe({ spec, shape, gpu }, []);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
