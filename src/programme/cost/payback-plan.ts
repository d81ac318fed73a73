import type { PaybackPlan } from "../../domain/payback-plan.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { ServingSize } from "../../plan/serving/serving-facts.ts";
import { presentValue } from "../../plan/payback/present-value.ts";
import { costRequest, costsOf } from "./programme-costs.ts";
import { programmeTraining } from "../method/programme-training.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { servingSize } from "../serving/serving-size.ts";

/** Context of a payback. */
export type PaybackOptions = {
  on: string;
  draws: number;
  seed: number;
  discountPerYear: number;
  /** Growth of the traffic per month; default: that in the month of traffic. */
  growthPerMonth: number | undefined;
  priceDropPerYear: number;
  hubCache: string | undefined;
  onStep: (step: string, fraction?: number) => void;
};

/**
 * Payback of a programme and its value over two years, as in its study, and the serving capacity behind it: from a load
 * test, the estimator, or the programme.
 *
 * @throws Failure as `programmeTraining`; bad_input for a load test of another model
 */
export async function paybackPlan(loaded: LoadedProgramme, options: PaybackOptions): Promise<PaybackPlan> {
  const { programme } = loaded;
  const { on, hubCache, draws, seed, discountPerYear } = options;
  const { training } = await programmeTraining(loaded, options);
  const { size, choice } = await servingSize(loaded, { shape: training.shape, on, hubCache });
  const growthPerMonth = options.growthPerMonth ?? loaded.traffic?.growthPerMonth ?? 0;
  const { priceDropPerYear } = options;
  const moves = growthPerMonth !== 0 || priceDropPerYear !== 0;
  const costing = { on, draws, seed, size, outlook: moves ? { growthPerMonth, priceDropPerYear } : undefined };
  const { payback } = costsOf(loaded, training, costing);
  return {
    programme: programme.name,
    on,
    capacity: capacityOf(loaded, size),
    serving: choice ?? null,
    payback,
    discountPerYear,
    growthPerMonth,
    priceDropPerYear,
    ...presentValue(costRequest(loaded, training, costing), discountPerYear),
  };
}

/** Sources of the serving cost, in order of precedence. */
function capacityOf({ programme }: LoadedProgramme, { sized }: ServingSize): PaybackPlan["capacity"] {
  const { serving } = programme;
  const unknown: Quantity = { refused: "no speed of a replica is used", hint: "tunewright plan serve estimates one" };
  if (serving.monthlyUsd !== undefined)
    return { basis: "stated", text: "the monthly cost stated in serving.monthlyUsd", outputTokensPerSec: unknown };
  if (sized === undefined)
    return { basis: "range", text: "wide ranges of published sizes", outputTokensPerSec: unknown };
  const { basis, outputTokensPerSec } = sized.capacity;
  const text = {
    stated: "the speed stated in serving.outputTokensPerSec",
    "load-test": `the load test ${serving.loadTest}`,
    estimate: "an estimate of one replica within the SLO, as in tunewright plan serve",
  }[basis];
  return { basis, text, outputTokensPerSec };
}
