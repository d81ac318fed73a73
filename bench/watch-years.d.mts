import type { mixFactor, monitorSeries } from "../src/statistics/index.ts";

/** Worlds by name: what makes batches scatter. */
export const WORLDS: Readonly<Record<string, unknown>>;

/** Settings of the simulated years. */
export type YearTools = {
  monitor: typeof monitorSeries;
  mixFactor: typeof mixFactor;
  seeded: (seed: number) => () => number;
};

/** Selection of years: `rise` is the point at which the first series increases. */
export type Years = {
  world: string;
  years: number;
  seed: number;
  referenceBatches?: number;
  rise?: { batch: number; points: number };
  /** Batches that are watched; a rise that they do not show counts as never found. Default: those of a year. */
  looks?: number;
};

/** False alarms or delays over simulated years. */
export function simulateYears(
  tools: YearTools,
  years: Years,
): { falseAlarms?: number; median?: number | null; p90?: number | null };
