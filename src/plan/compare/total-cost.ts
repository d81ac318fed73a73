import type { Read } from "../uncertainty/simulate.ts";
import type { CostLine, MonthCost, OptionModel } from "./option-model.ts";

/** Id of the hours of those who keep replicas up. */
export const ENGINEER_HOURS = "assumption.serving.operations.hours-per-month";

/** Id of their rate. */
export const ENGINEER_RATE = "assumption.engineering.usd-per-hour";

/** Id of the cost to launch a tuned model. */
export const INVESTMENT = "programme.investment";

/** Id of its maintenance per month. */
export const MAINTENANCE = "programme.maintenance";

/** Which month of the future is costed. */
export type Moment = {
  /** The month of traffic is 1. */
  volume: number;
  /** API prices over those of today. */
  apiPriceFactor: number;
  /** Share of the requests that the tuned model answers as well as the baseline. */
  parity: number;
};

/** A month of an option with its parts, US dollars. */
export type TotalCost = MonthCost & {
  engineerUsd: number;
  maintenanceUsd: number;
  fallbackUsd: number;
  /** What the serving alone costs. */
  servingUsd: number;
};

/** The month of today. */
export function now(parity: number): Moment {
  return { volume: 1, apiPriceFactor: 1, parity };
}

/**
 * What an option costs in a month: serving, the people who keep it up, the maintenance of a tuned model, and the baseline for
 * those answers that a tuned model does not give as well.
 */
export function totalCost(
  option: OptionModel,
  { x, baseline, moment }: { x: Read; baseline: OptionModel; moment: Moment },
): TotalCost {
  const { volume, apiPriceFactor, parity } = moment;
  const share = option.servesTuned ? parity : 1;
  const serving = option.cost(volume * share, x);
  const servingUsd = serving.usd * (option.isApi ? apiPriceFactor : 1);
  const engineerUsd = peopleUsd(option, x);
  const maintenanceUsd = option.servesTuned ? x(MAINTENANCE) : 0;
  const fallbackUsd =
    share === 1 ? 0 : baseline.cost(volume * (1 - share), x).usd * (baseline.isApi ? apiPriceFactor : 1);
  const { idleUsd, replicas, usedShare, coldStarts } = serving; // named one by one: this runs a million times
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

function peopleUsd(option: OptionModel, x: Read): number {
  return option.needsPeople ? x(ENGINEER_HOURS) * x(ENGINEER_RATE) : 0;
}

/** The total cost as a line or steps over the volume, today; undefined where the option is neither. */
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
  const fixedUsd = line.fixedUsd + peopleUsd(option, x) + (option.servesTuned ? x(MAINTENANCE) : 0) + fallback.fixedUsd;
  const usdPerVolume = line.usdPerVolume * share + fallback.usdPerVolume * (1 - share);
  return line.kind === "linear"
    ? { ...line, fixedUsd, usdPerVolume }
    : { ...line, fixedUsd, usdPerVolume, carries: line.carries / share };
}
