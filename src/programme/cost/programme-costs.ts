import { assumptionsWith } from "../../catalog/assumptions.ts";
import { pricesOn } from "../../catalog/prices.ts";
import type { ProgrammeCost, Reconciliation } from "../../domain/cost.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Payback } from "../../domain/study.ts";
import { payback } from "../../plan/payback/payback.ts";
import { programmeCost } from "../../plan/cost/programme-cost.ts";
import { reconcile } from "../../plan/reconcile/reconcile.ts";
import { servingFacts, type ServingSize } from "../../plan/serving/serving-facts.ts";
import { programmeTraining } from "../method/programme-training.ts";
import { withOrigins } from "./figure-origins.ts";
import { atPlace, readProgramme, type LoadedProgramme } from "../reading/read-programme.ts";
import { servingSize } from "../serving/serving-size.ts";
import type { TrainingEstimate } from "../training-plan/training-estimate.ts";

/** Result for a programme's money. */
export type ProgrammeCosts = {
  loaded: LoadedProgramme;
  training: TrainingEstimate;
  cost: ProgrammeCost;
  payback: Payback & { figures: Figure[] };
  reconciliation: Reconciliation | null;
  /** Chain of the serving cost. */
  servingFigures: readonly Figure[];
};

/** Context of the costs: the day of the prices, the draws, and the progress callback. */
export type CostOptions = {
  on: string;
  draws?: number | undefined;
  seed?: number;
  /** Folder of the local Hub cache, which may contain the base model's tokenizer. */
  hubCache?: string | undefined;
  /** Assumptions about future months; default: no change. */
  outlook?: { growthPerMonth: number; priceDropPerYear: number } | undefined;
  onStep?: (step: string, fraction?: number) => void;
};

/** Costs of a programme, with its serving hardware. */
export type SizedCostOptions = CostOptions & { size: ServingSize };

/**
 * Cost, payback and reconciliation of a programme folder, all over the same draws. Its dataset files are scanned, so
 * that tokens are measured if possible, as in the study.
 *
 * @param dir  programme folder
 * @throws Failure as `readProgramme`, `scanDatasets` and `trainingEstimate`
 */
export async function programmeCosts(dir: string, options: CostOptions): Promise<ProgrammeCosts> {
  const loaded = await readProgramme(dir, options.on);
  const { training } = await programmeTraining(loaded, options);
  const { on, hubCache } = options;
  const { size } = await servingSize(loaded, { shape: training.shape, on, hubCache });
  return { loaded, training, ...costsOf(loaded, training, { ...options, size }) };
}

/** Input of the draws for cost, payback and present value of a programme. */
export function costRequest(
  loaded: LoadedProgramme,
  training: TrainingEstimate,
  { on, draws, seed, size, outlook }: Pick<SizedCostOptions, "on" | "draws" | "seed" | "size" | "outlook">,
) {
  const { programme, apiPrices } = loaded;
  return {
    programme,
    assumption: assumptionsWith(programme.assumptions),
    training: training.facts,
    serving: atPlace(loaded, ["serving"], () =>
      servingFacts({ programme, shape: training.shape, on, apiPrices, size, traffic: loaded.traffic }),
    ),
    measuredEvaluation: loaded.measuredEvaluation,
    measuredSynthesis: loaded.measuredSynthesis,
    ...(outlook === undefined ? {} : { outlook }),
    ...(draws === undefined ? {} : { draws }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** Costs of a programme whose training is already estimated. */
export function costsOf(
  loaded: LoadedProgramme,
  training: TrainingEstimate,
  options: SizedCostOptions,
): Omit<ProgrammeCosts, "loaded" | "training"> {
  const request = costRequest(loaded, training, options);
  const cost = programmeCost(request);
  const back = payback(request);
  const { term, sellerClass } = loaded.programme.training;
  const quotedOn = loaded.programme.quoted?.asOf ?? options.on;
  const prices = pricesOn({ gpu: training.gpu.id, term, sellerClass, on: quotedOn }, loaded.prices);
  const reconciliation = reconcile({ ...request, cost, payback: back, prices });
  return {
    cost: { ...cost, figures: withOrigins(cost.figures, loaded) },
    payback: { ...back, figures: withOrigins(back.figures, loaded) },
    reconciliation,
    servingFigures: request.serving.figures,
  };
}
