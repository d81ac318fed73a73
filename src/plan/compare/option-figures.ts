import type { OptionCapacity, OptionCosts, OptionReturn, VolumeCost } from "../../domain/comparison.ts";
import type { Estimate, Quantity, Refusal } from "../../domain/estimate.ts";
import { spread } from "../../base/quantile.ts";
import { evaluate, type Read } from "../uncertainty/simulate.ts";
import { gpuUsdPerMonth, type ReplicaDemand } from "../serve-plan/gpu-cost.ts";
import { neededReplicas } from "../serve-plan/replica-count.ts";
import type { SizedServing } from "../serve-plan/size-serving.ts";
import { TOKENIZER } from "./api-option.ts";
import { cashFlow, HORIZON_MONTHS, type CashFlow } from "../payback/cash-flow.ts";
import { type Draws, estimateOf } from "./draws.ts";
import type { OptionModel } from "./option-model.ts";
import { INVESTMENT, type Moment, now, totalCost, type TotalCost } from "./total-cost.ts";

/** Inputs of an option's figures. */
export type Scene = {
  draws: Draws;
  baseline: OptionModel;
  outputTokensPerMonth: number;
  parity: number;
  /** Traffic of the first month relative to today. */
  loadFactor: number;
  growthPerMonth: number;
  priceDropPerYear: number;
  discountPerYear: number;
  /** Sizing of replicas that run around the clock. */
  sizing: { demand: ReplicaDemand; carries: SizedServing["carries"] };
  /** Reason why the capacity has no slow end; undefined if it has one. */
  slowEnd?: Refusal | undefined;
  /** Reason why the launch cost or the maintenance of a tuned model is unknown; undefined if both are known. */
  tuning: Refusal | undefined;
  /** Reason why the maintenance of a tuned model is unknown. */
  maintenance?: Refusal | undefined;
  basis: string;
};

/** Days of an average month. */
export const DAYS_PER_MONTH = 365.25 / 12;

/** Cost of an option for the current month. */
export function optionCosts(option: OptionModel, scene: Scene): OptionCosts {
  const { outputTokensPerMonth, parity } = scene;
  const mtok = outputTokensPerMonth / 1e6;
  const today = now(parity);
  const spreadOf = option.isApi && !option.servesTuned ? overTokenizer : overDraws;
  const figure = (pick: (total: TotalCost) => number, unit = "USD/month"): Estimate =>
    spreadOf(scene, unit, (x) => pick(totalCost(option, { x, baseline: scene.baseline, moment: today })));
  const share = option.servesTuned ? parity : 1;
  // Labour of today that stays with an option is for people, as those who operate it.
  const { constantUsd: laborUsd = 0 } = option;
  return {
    usdPerMonth: figure(({ usd }) => usd),
    servingUsdPerMonth: sizedCost(option, scene) ?? figure(({ servingUsd }) => servingUsd - laborUsd),
    usdPerMtokOutput: figure(({ usd }) => usd / mtok, "USD/Mtok"),
    fixedUsdPerMonth: overDraws(scene, "USD/month", (x) => {
      const moment = { ...today, volume: 0 };
      return totalCost(option, { x, baseline: scene.baseline, moment }).usd;
    }),
    marginalUsdPerMtokOutput: overDraws(
      scene,
      "USD/Mtok",
      (x) => (share * option.usdPerVolume(x) + (1 - share) * scene.baseline.usdPerVolume(x)) / mtok,
    ),
    idleUsdPerMonth: figure(({ idleUsd }) => idleUsd),
    engineerUsdPerMonth: figure(({ engineerUsd }) => engineerUsd + laborUsd),
    maintenanceUsdPerMonth:
      (option.servesTuned ? scene.maintenance : undefined) ?? figure(({ maintenanceUsd }) => maintenanceUsd),
    fallbackUsdPerMonth: figure(({ fallbackUsd }) => fallbackUsd),
  };
}

/** GPU cost of replicas that run around the clock, as in every other command; undefined for other options. */
function sizedCost({ kind, usdPerGpuHour }: OptionModel, { sizing, parity }: Scene): Quantity | undefined {
  if (usdPerGpuHour === undefined || kind === "scale-to-zero") return undefined;
  const { demand, carries } = sizing;
  return gpuUsdPerMonth({ ...demand, peakPerSec: demand.peakPerSec * parity }, carries, usdPerGpuHour);
}

/** Number of replicas. */
function sizedReplicas({ kind, usdPerGpuHour }: OptionModel, { sizing, parity }: Scene): Quantity | undefined {
  if (usdPerGpuHour === undefined || kind === "scale-to-zero") return undefined;
  const { demand, carries } = sizing;
  return neededReplicas({ ...demand, peakPerSec: demand.peakPerSec * parity }, carries);
}

/** Replicas of an option, and their utilisation; null if the seller bills by the token. */
export function optionCapacity(option: OptionModel, scene: Scene): OptionCapacity | null {
  if (!option.hasReplicas) return null;
  const share = option.servesTuned ? scene.parity : 1;
  const figure = (unit: string, pick: (x: Read) => number): Estimate => overDraws(scene, unit, pick);
  const tokensPerDay = (scene.outputTokensPerMonth * share) / DAYS_PER_MONTH;
  return {
    replicas: sizedReplicas(option, scene) ?? figure("replicas", (x) => option.cost(share, x).replicas),
    outputTokensPerDay: figure("tokens/day", (x) => tokensPerDay / option.cost(share, x).usedShare),
    usedShare: figure("share", (x) => option.cost(share, x).usedShare),
    coldStartRequestsPerMonth:
      option.kind === "scale-to-zero" ? figure("requests/month", (x) => option.cost(share, x).coldStarts) : null,
  };
}

/** Value of an option over months, relative to the baseline. */
export function optionReturn(option: OptionModel, scene: Scene): OptionReturn {
  const { draws, tuning, basis } = scene;
  const flows = flowsOf(option, scene);
  const figure = (unit: string, pick: (flow: CashFlow) => number): Estimate =>
    estimateOf(Float64Array.from(flows, pick), unit, basis);
  const lacks = option.servesTuned ? tuning : undefined;
  const isBaseline = option.id === scene.baseline.id;
  const itself = { refused: "it is the baseline itself", hint: "compare another option with it" };
  const months = Float64Array.from(flows, ({ paybackMonth }) => Math.min(paybackMonth, HORIZON_MONTHS));
  const neverShare = flows.filter(({ paybackMonth }) => paybackMonth === Infinity).length / draws.count;
  const never = {
    refused: `it does not pay back within ${HORIZON_MONTHS} months in ${Math.round(neverShare * 100)} % of the draws`,
    hint: "more traffic, a more expensive baseline or a cheaper GPU-hour may change that",
    neverShare,
  };
  return {
    usd12Months: figure("USD", ({ spent }) => spent.months12),
    usd24Months: figure("USD", ({ spent }) => spent.months24),
    npv24Months: lacks ?? (isBaseline ? itself : figure("USD", ({ npv24 }) => npv24)),
    paybackMonth:
      lacks ?? (isBaseline ? itself : neverShare >= 0.5 ? never : wholeMonths(estimateOf(months, "months", basis))),
    neverShare: lacks !== undefined || isBaseline ? null : neverShare,
  };
}

/** Converts a range to whole months: a quantile between two draws takes the later one. */
function wholeMonths(month: Estimate): Estimate {
  return { ...month, p10: Math.ceil(month.p10), p50: Math.ceil(month.p50), p90: Math.ceil(month.p90) };
}

function flowsOf(option: OptionModel, scene: Scene): CashFlow[] {
  const { draws } = scene;
  const flows: CashFlow[] = [];
  let draw = 0;
  const x: Read = (id) => draws.columns.get(id)![draw]!;
  for (draw = 0; draw < draws.count; draw++) flows.push(flowOf(option, scene, x));
  return flows;
}

/** Cash flow of an option in one draw, or at the medians. */
export function flowOf(option: OptionModel, scene: Scene, x: Read): CashFlow {
  const { baseline, discountPerYear } = scene;
  return cashFlow(option.servesTuned ? x(INVESTMENT) : 0, {
    discountPerYear,
    pairOf: (month) => {
      const moment = momentOf(month, scene);
      const usd = (optionModel: OptionModel): number => totalCost(optionModel, { x, baseline, moment }).usd;
      return { baselineUsd: usd(baseline), optionUsd: usd(option) };
    },
  });
}

/** State of a month. Month 1 is the current month; traffic grows and API prices decline from then on. */
function momentOf(month: number, { parity, loadFactor, growthPerMonth, priceDropPerYear }: Scene): Moment {
  return {
    volume: loadFactor * (1 + growthPerMonth) ** (month - 1),
    apiPriceFactor: (1 - priceDropPerYear) ** ((month - 1) / 12),
    parity,
  };
}

/** Dollars per million output tokens by volume, as ranges over the draws. */
export function costByVolume(option: OptionModel, scene: Scene, volumes: readonly number[]): VolumeCost[] {
  const { draws, baseline, parity, outputTokensPerMonth } = scene;
  return volumes.map((volume) => {
    const mtok = (volume * outputTokensPerMonth) / 1e6;
    const moment = { ...now(parity), volume };
    const values = evaluate(draws.columns, draws.count, (x) => totalCost(option, { x, baseline, moment }).usd / mtok);
    return { outputTokensPerDay: (volume * outputTokensPerMonth) / DAYS_PER_MONTH, ...spread(values) };
  });
}

function overDraws(scene: Scene, unit: string, value: (x: Read) => number): Estimate {
  const { draws, basis } = scene;
  return estimateOf(evaluate(draws.columns, draws.count, value), unit, basis);
}

/**
 * Range of a cost that depends on no input except the ratio of the tokenizers, with which it rises: exact, as in the
 * alternatives of a study, which have no draws.
 */
function overTokenizer({ draws, basis }: Scene, unit: string, value: (x: Read) => number): Estimate {
  const ratio = draws.inputs.find(({ id }) => id === TOKENIZER)?.estimate;
  const valueAt = (end: "p10" | "p50" | "p90"): number =>
    value((id) => (id === TOKENIZER && ratio !== undefined ? ratio[end] : draws.median(id)));
  const [p10, p50, p90] = [valueAt("p10"), valueAt("p50"), valueAt("p90")];
  return { p10, p50, p90, unit, basis, n: 0, sources: [] };
}
