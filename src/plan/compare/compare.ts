import { formatCount } from "../../base/units.ts";
import { percent, usd } from "../../base/words.ts";
import type { Comparison, OptionKind, ServingOption } from "../../domain/comparison.ts";
import { type Estimate, isRefusal, middleOf, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { ServePlan } from "../../domain/serve-plan.ts";
import type { TodaysCost } from "../../domain/todays-cost.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { type ApiOffer, apiOption, TOKENIZER } from "./api-option.ts";
import { drawInputs, inputOf, type Input } from "./draws.ts";
import {
  ACTIVE_SHARE,
  CAPACITY,
  COLD_START,
  type Deployment,
  gpuOption,
  priceId,
  scaleToZeroOption,
} from "./gpu-option.ts";
import type { OptionModel, RefusedOption } from "./option-model.ts";
import {
  costByVolume,
  DAYS_PER_MONTH,
  optionCapacity,
  optionCosts,
  optionReturn,
  type Scene,
} from "./option-figures.ts";
import { drawableCapacity } from "../serve-plan/gpu-cost.ts";
import { carriedBy } from "../serve-plan/size-serving.ts";
import { batchNote, plannedPeak } from "../serve-plan/traffic-load.ts";
import { pairBreakEven } from "./pair-break-even.ts";
import { rangeText } from "../serve-plan/range-text.ts";
import { pairWithoutSlowEnd, withoutSlowEnd } from "./slow-end.ts";
import { sensitivity } from "./sensitivity.ts";
import { ENGINEER_HOURS, ENGINEER_RATE, INVESTMENT, MAINTENANCE } from "./total-cost.ts";
import { statedOption } from "./stated-option.ts";
import { type StatedSpend, todayOption } from "./today-option.ts";
import { volumesAround, winConditions, winnersByVolume } from "./winners.ts";

/** Kinds of options paid by the GPU-hour. */
export type HourlyKind = Extract<OptionKind, "dedicated-endpoint" | "own-on-demand" | "own-reserved" | "scale-to-zero">;

/** A price per GPU-hour, and what it includes. */
export type HourlyOffer = {
  kind: HourlyKind;
  label: string;
  usdPerGpuHour: Quantity;
  /** The actual term if the price is that of another term, and what that term omits. */
  standIn?: string | undefined;
  notes: string[];
};

/** Cost of a tuned model in addition to serving: draws of equal length, and their ranges. */
export type TuningCost = {
  investment: Quantity;
  maintenance: Quantity;
  /** Values by draw; absent if the quantity is refused. */
  investmentDraws?: Float64Array | undefined;
  maintenanceDraws?: Float64Array | undefined;
};

/** Input of a comparison. */
export type CompareRequest = {
  on: string;
  traffic: Traffic;
  /** Plan of one replica for these requests; all hourly options use its capacity. */
  plan: ServePlan;
  /** Per-token sellers; savings are counted from the first. */
  apis: readonly [ApiOffer, ...ApiOffer[]];
  hourly: readonly HourlyOffer[];
  /** The programme's stated monthly cost of its own serving, US dollars, which replaces own GPUs on demand. */
  ownUsdPerMonth?: number | undefined;
  /** Options without any price. */
  refused: readonly RefusedOption[];
  /** Spend that the programme states and replaces, from which savings are counted; default: the first API. */
  today?: StatedSpend | undefined;
  /** The cost of today as in the other commands; null if it is not that of this traffic. */
  costOfToday?: TodaysCost | null | undefined;
  /** Returns the requirement that rules an option out; default: all are allowed. */
  ruledOutBy?: ((option: Pick<OptionModel, "kind" | "isApi" | "price">) => string | undefined) | undefined;
  terms: { discountPerYear: number; priceDropPerYear: number; qualityParity: number };
  engineer: { hoursPerMonth: Estimate; usdPerHour: Estimate };
  coldStart: { seconds: Estimate; idleSeconds: number };
  tuning: TuningCost;
  seed: number;
  draws: number;
  warnings: readonly string[];
};

/**
 * Compares ways to serve the same month of traffic: the cost of each and its parts, break-even volumes, the conditions
 * under which each wins, and its value over two years relative to current use.
 */
export function compare(request: CompareRequest): Comparison {
  const { plan, traffic, terms } = request;
  const capacity = plan.capacityAtSlo.requestsPerSec;
  const requests = requestsOf(plan, traffic);
  const { options, refused } = optionsOf(request, requests.perSec, capacity);
  const baseline = request.today === undefined ? options[0]! : todayOption(request.today);
  const all = request.today === undefined ? options : [baseline, ...options];
  const ruledOutBy = (model: OptionModel): string | undefined => request.ruledOutBy?.(model);
  const scene = sceneOf(request, baseline, requests.perSec);
  const volumes = volumesAround(8);
  const costed = all
    .map((model) => ({
      model,
      option: { ...servingOption(model, scene, volumes), ruledOutBy: ruledOutBy(model) ?? null },
    }))
    .toSorted(
      ({ option: a }, { option: b }) =>
        Number(a.ruledOutBy !== null) - Number(b.ruledOutBy !== null) ||
        p50(a.costs.usdPerMonth) - p50(b.costs.usdPerMonth),
    );
  const models = costed.map(({ model }) => model);
  const allowed = models.filter((model) => ruledOutBy(model) === undefined);
  const winners = winnersByVolume(allowed, scene);
  const conditions = winConditions(allowed, scene, winners);
  const byToken = models.filter(({ hasReplicas, kind }) => !hasReplicas && kind !== "own-on-demand");
  const byHour = models.filter(({ hasReplicas }) => hasReplicas);
  const focus = byHour.find(({ kind }) => kind === "own-on-demand") ?? byHour[0];
  const comparison = {
    model: plan.spec.model,
    gpu: plan.spec.gpu,
    gpusPerReplica: plan.memory.gpus,
    on: request.on,
    traffic,
    requests,
    capacity: plan.capacityAtSlo,
    measured: plan.measured,
    terms: {
      ...terms,
      investmentUsd: request.tuning.investment,
      maintenanceUsdPerMonth: request.tuning.maintenance,
      engineerHoursPerMonth: request.engineer.hoursPerMonth,
      engineerUsdPerHour: request.engineer.usdPerHour,
    },
    baseline: baseline.id,
    today: request.costOfToday ?? null,
    options: [...costed.map(({ option }) => option), ...refused.map(refusedOption)],
    winner: costed.find(({ option }) => option.ruledOutBy === null)?.option.id ?? null,
    breakEven: byHour.flatMap((option) =>
      byToken.map((against) => {
        const pair = pairBreakEven(option, against, { scene, perSec: requests.perSec });
        return scene.slowEnd === undefined ? pair : pairWithoutSlowEnd(pair, scene.slowEnd);
      }),
    ),
    winners,
    conditions,
    sensitivity: focus === undefined ? null : sensitivity(focus, scene),
    warnings: [
      ...new Set([
        ...request.warnings,
        ...(traffic.batchShare > 0 ? [batchNote(traffic)] : []),
        ...plan.warnings,
        ...maintenanceWarning(request.tuning, options),
      ]),
    ],
  };
  return { ...comparison, verdict: verdictOf(comparison, request.hourly) };
}

/** Warning that each month of a tuned model lacks maintenance, if its cost is unknown. */
function maintenanceWarning({ maintenance }: TuningCost, options: readonly OptionModel[]): string[] {
  return isRefusal(maintenance) && options.some(({ servesTuned }) => servesTuned)
    ? [`${maintenance.refused}: options that serve the tuned model do not include it; ${maintenance.hint}`]
    : [];
}

/** Requests of the month: the lengths of the plan, and the number that yields the output tokens. */
function requestsOf({ spec }: ServePlan, { outputTokensPerMonth }: Traffic): Comparison["requests"] {
  const perSec = outputTokensPerMonth / spec.outputTokens / (DAYS_PER_MONTH * 86_400);
  return { perSec: spec.rate ?? perSec, inputTokens: spec.inputTokens, outputTokens: spec.outputTokens };
}

function optionsOf(
  { apis, hourly, ownUsdPerMonth, refused, plan, traffic, coldStart }: CompareRequest,
  perSec: number,
  capacity: Quantity,
): { options: OptionModel[]; refused: RefusedOption[] } {
  const deployment: Deployment = {
    perSec,
    peakOverMean: plannedPeak(traffic),
    spareReplicas: plan.spec.spareReplicas,
    gpus: plan.memory.gpus,
  };
  const byHour = hourly.map((offer): OptionModel | RefusedOption => {
    const { kind, label, usdPerGpuHour, standIn } = offer;
    if (kind === "own-on-demand" && ownUsdPerMonth !== undefined) return statedOption(ownUsdPerMonth);
    const notes = standIn === undefined ? offer.notes : [standIn, ...offer.notes];
    const lacks = isRefusal(capacity) ? capacity : isRefusal(usdPerGpuHour) ? usdPerGpuHour : undefined;
    if (lacks !== undefined || isRefusal(usdPerGpuHour))
      return { id: kind, kind, label, servesTuned: true, ...(lacks as Refusal) };
    const priced = { kind, label, usdPerGpuHour, basis: [`GPU-hour: ${usdPerGpuHour.basis}`], notes };
    return kind === "scale-to-zero"
      ? scaleToZeroOption(priced, deployment, coldStart.idleSeconds)
      : gpuOption(priced, deployment);
  });
  return {
    options: [
      ...apis.map((offer) => apiOption(offer, traffic)),
      ...byHour.filter((entry): entry is OptionModel => "cost" in entry),
    ],
    refused: [...byHour.filter((entry): entry is RefusedOption => "refused" in entry), ...refused],
  };
}

function sceneOf(request: CompareRequest, baseline: OptionModel, perSec: number): Scene {
  const { plan, traffic, terms, tuning, hourly, engineer, coldStart, seed, draws } = request;
  const capacity = plan.capacityAtSlo.requestsPerSec;
  const peak = plannedPeak(traffic);
  const ratio = traffic.ownTokensPerToken ?? ONE_TOKEN;
  const inputs: Input[] = [
    ...inputOf(
      CAPACITY,
      "requests/s of one replica within the SLO",
      isRefusal(capacity) ? capacity : drawableCapacity(capacity),
    ),
    ...hourly.flatMap(({ kind, label, usdPerGpuHour }) =>
      inputOf(priceId(kind), `USD per GPU-hour, ${label}`, usdPerGpuHour),
    ),
    ...inputOf(ENGINEER_HOURS, "engineer hours a month", engineer.hoursPerMonth),
    ...inputOf(ENGINEER_RATE, "USD per engineer hour", engineer.usdPerHour),
    ...inputOf(COLD_START, "seconds of a cold start", coldStart.seconds),
    ...inputOf(TOKENIZER, "tokens of the served model per token counted", ratio),
    ...inputOf(ACTIVE_SHARE, "part of the month with load", {
      ...ONE_TOKEN,
      p10: 1 / peak,
      p50: 1 / Math.sqrt(peak),
      unit: "share",
    }),
  ];
  const none = new Float64Array(draws);
  const drawn = new Map([
    [INVESTMENT, tuning.investmentDraws ?? none],
    [MAINTENANCE, tuning.maintenanceDraws ?? none],
  ]);
  return {
    draws: drawInputs(inputs, { drawn, seed, draws }),
    baseline,
    outputTokensPerMonth: traffic.outputTokensPerMonth,
    parity: terms.qualityParity,
    loadFactor: 1,
    growthPerMonth: traffic.growthPerMonth,
    priceDropPerYear: terms.priceDropPerYear,
    discountPerYear: terms.discountPerYear,
    tuning: [tuning.investment, tuning.maintenance].find(isRefusal),
    maintenance: isRefusal(tuning.maintenance) ? tuning.maintenance : undefined,
    basis: `${draws.toLocaleString("en-US")} draws, seed ${seed}`,
    sizing: {
      demand: { peakPerSec: perSec * ratio.p50 * peak, spare: plan.spec.spareReplicas, gpus: plan.memory.gpus },
      carries: carriedBy(plan.capacityAtSlo, ratio),
    },
    slowEnd: plan.capacityAtSlo.slowEnd ?? undefined,
  };
}

/** A token ratio of one: both sides count tokens in the same way. */
const ONE_TOKEN: Estimate = pointEstimate(1, "factor", "counted in the same way");

function servingOption(model: OptionModel, scene: Scene, volumes: readonly number[]): ServingOption {
  const { id, kind, label, servesTuned, basis, notes } = model;
  const capacity = optionCapacity(model, scene);
  const replicas = capacity === null ? 0 : p50(capacity.replicas);
  const option: ServingOption = {
    id,
    kind,
    label,
    servesTuned,
    ruledOutBy: null,
    costs: optionCosts(model, scene),
    capacity,
    boundBy: !model.hasReplicas
      ? kind === "own-on-demand"
        ? "stated"
        : "tokens"
      : kind === "scale-to-zero"
        ? "cold-start"
        : replicas <= 1
          ? "minimum"
          : "peak",
    overTime: optionReturn(model, scene),
    byVolume: costByVolume(model, scene, volumes),
    basis,
    notes,
  };
  return scene.slowEnd === undefined || !model.hasReplicas ? option : withoutSlowEnd(option, scene.slowEnd);
}

function refusedOption({ refused, hint, ...option }: RefusedOption): ServingOption {
  const quantity: Quantity = { refused, hint };
  return {
    ...option,
    ruledOutBy: null,
    costs: {
      usdPerMonth: quantity,
      servingUsdPerMonth: quantity,
      usdPerMtokOutput: quantity,
      fixedUsdPerMonth: quantity,
      marginalUsdPerMtokOutput: quantity,
      idleUsdPerMonth: quantity,
      engineerUsdPerMonth: quantity,
      maintenanceUsdPerMonth: quantity,
      fallbackUsdPerMonth: quantity,
    },
    capacity: null,
    boundBy: null,
    overTime: {
      usd12Months: quantity,
      usd24Months: quantity,
      npv24Months: quantity,
      paybackMonth: quantity,
      neverShare: null,
    },
    byVolume: [],
    basis: [],
    notes: [],
  };
}

/** The winner, its lead, and the volumes over which it remains the winner. */
function verdictOf(
  { options, winner, conditions, traffic }: Omit<Comparison, "verdict">,
  hourly: readonly HourlyOffer[],
): string {
  const allowed = options.filter(
    ({ costs, ruledOutBy }) => middleOf(costs.usdPerMonth) !== undefined && ruledOutBy === null,
  );
  const [first, second] = allowed;
  if (first === undefined || winner === null) return "no option has a price";
  const { usdPerMonth, usdPerMtokOutput } = first.costs;
  const { condition, wonShare } = conditions.find(({ option }) => option === winner)!;
  const perDay = formatCount(traffic.outputTokensPerMonth / DAYS_PER_MONTH);
  const ahead =
    second === undefined
      ? ""
      : `, ${percent(1 - p50(usdPerMonth) / p50(second.costs.usdPerMonth))} less than ${second.label}`;
  const base = first.servesTuned ? "" : servesWords(first, allowed);
  const standIn = hourly.find(({ kind }) => kind === first.kind)?.standIn;
  const doubt = standIn === undefined ? "" : `. It is ${standIn}`;
  return `cheapest at ${perDay} output tokens a day: ${first.label}, ${money(usdPerMonth)} USD a month, ${money(usdPerMtokOutput)} per million output tokens${ahead}, in ${percent(wonShare)} of the draws; it is ${condition}${base}${doubt}`;
}

/**
 * Note on the model that a winner serves if it is not the tuned model, and the cheapest option that serves the tuned
 * model.
 */
function servesWords(first: ServingOption, options: readonly ServingOption[]): string {
  if (first.kind === "today") return "";
  const tuned = options.find(({ servesTuned }) => servesTuned);
  const what = first.kind === "open-weight-host" ? "the base model" : "another model";
  return tuned === undefined
    ? ""
    : `. It serves ${what}: the cheapest that serves the tuned one is ${tuned.label}, ${money(tuned.costs.usdPerMonth)} USD a month`;
}

function money(quantity: Quantity): string {
  return rangeText(quantity, usd);
}

/** The median of a quantity; an unknown one sorts as the most expensive. */
function p50(quantity: Quantity): number {
  return middleOf(quantity) ?? Infinity;
}
