import type { Read } from "../uncertainty/simulate.ts";
import type { CostLine, MonthCost, OptionModel } from "./option-model.ts";

/** Id of the hours for operating replicas. */
export const ENGINEER_HOURS = "assumption.serving.operations.hours-per-month";

/** Id of the hourly rate. */
export const ENGINEER_RATE = "assumption.engineering.usd-per-hour";

/** Id of the cost to launch a tuned model. */
export const INVESTMENT = "programme.investment";

/** Id of its maintenance per month. */
export const MAINTENANCE = "programme.maintenance";

/** Conditions for the cost of a month. */
export type Moment = {
  /** Traffic as a multiple of the month of traffic. */
  volume: number;
  /** API prices relative to today. */
  apiPriceFactor: number;
  /** Share of the requests that the tuned model answers as well as the baseline. */
  parity: number;
};

/** Cost of an option in a month by part, US dollars. */
export type TotalCost = MonthCost & {
  engineerUsd: number;
  maintenanceUsd: number;
  fallbackUsd: number;
  /** Cost of serving alone. */
  servingUsd: number;
};

/** The current month. */
export function now(parity: number): Moment {
  return { volume: 1, apiPriceFactor: 1, parity };
}

/**
 * Cost of an option in a month: serving, the people who operate it, the maintenance of a tuned model, and the baseline
 * for the requests that a tuned model does not answer as well.
 */
export function totalCost(
  option: OptionModel,
  { x, baseline, moment }: { x: Read; baseline: OptionModel; moment: Moment },
): TotalCost {
  const { volume, apiPriceFactor, parity } = moment;
  const share = option.servesTuned ? parity : 1;
  const serving = option.cost(volume * share, x);
  const servingUsd = pricedUsd(option, serving.usd, apiPriceFactor);
  const engineerUsd = peopleUsd(option, x);
  const maintenanceUsd = option.servesTuned ? x(MAINTENANCE) : 0;
  const fallbackUsd = share === 1 ? 0 : fallbackOf(baseline, { x, moment, share: 1 - share });
  const { idleUsd, replicas, usedShare, coldStarts } = serving; // fields are named one by one because this runs a million times
  return {
    usd: servingUsd + engineerUsd + maintenanceUsd + fallbackUsd,
    idleUsd,
    replicas,
    usedShare,
    coldStarts,
    servingUsd,
    engineerUsd,
    maintenanceUsd,
    fallbackUsd,
  };
}

/** Cost of a month at later API prices. */
function pricedUsd({ isApi, constantUsd = 0 }: OptionModel, usd: number, apiPriceFactor: number): number {
  return isApi ? (usd - constantUsd) * apiPriceFactor + constantUsd : usd;
}

/** Cost of the baseline for a share of the requests, including the same share of its constant part, such as people. */
function fallbackOf(baseline: OptionModel, { x, moment, share }: { x: Read; moment: Moment; share: number }): number {
  const { volume, apiPriceFactor } = moment;
  const { constantUsd = 0 } = baseline;
  const usd = pricedUsd(baseline, baseline.cost(volume * share, x).usd, apiPriceFactor);
  return usd - constantUsd * (1 - share);
}

function peopleUsd(option: OptionModel, x: Read): number {
  return option.needsPeople ? x(ENGINEER_HOURS) * x(ENGINEER_RATE) : 0;
}

/** The total current cost as a linear or step function of volume; undefined if the option has neither form. */
export function totalLine(
  option: OptionModel,
  { x, baseline, parity }: { x: Read; baseline: OptionModel; parity: number },
): CostLine | undefined {
  const line = option.line?.(x);
  if (line === undefined) return undefined;
  const share = option.servesTuned ? parity : 1;
  const other = baseline.line?.(x);
  if (share < 1 && other?.kind !== "linear") return undefined;
  const fallback = share < 1 && other?.kind === "linear" ? other : { fixedUsd: 0, usdPerVolume: 0 };
  const fallbackFixedUsd = fallback.fixedUsd - (share < 1 ? (baseline.constantUsd ?? 0) * share : 0);
  const fixedUsd = line.fixedUsd + peopleUsd(option, x) + (option.servesTuned ? x(MAINTENANCE) : 0) + fallbackFixedUsd;
  const usdPerVolume = line.usdPerVolume * share + fallback.usdPerVolume * (1 - share);
  return line.kind === "linear"
    ? { ...line, fixedUsd, usdPerVolume }
    : { ...line, fixedUsd, usdPerVolume, carries: line.carries / share };
}
