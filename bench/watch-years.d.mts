import type { mixFactor, monitorSeries } from "../src/statistics/index.ts";

/** Worlds by name: what makes batches scatter. */
export const WORLDS: Readonly<Record<string, unknown>>;

/** What the years are simulated with. */
export type YearTools = {
  monitor: typeof monitorSeries;
  mixFactor: typeof mixFactor;
  seeded: (seed: number) => () => number;
};

/** Which years: `rise` is where the first series becomes higher. */
export type Years = {
  world: string;
  years: number;
  seed: number;
  referenceBatches?: number;
  rise?: { batch: number; points: number };
};

/** False alarms or delays over simulated years. */
export function simulateYears(
  tools: YearTools,
  years: Years,
): { falseAlarms?: number; median?: number | null; p90?: number | null };
