import { studentQuantile } from "../../statistics/distributions.ts";

/** Measurements of the first steps of a run, ms. */
export type Probe = {
  /** Time from the start of the attempt to the end of its first step. */
  startMs: number;
  /** Times of the steps after the first. */
  stepMs: readonly number[];
  /** Time from the end of the last step to the end of the attempt: saving a checkpoint and shutting down. */
  saveMs: number;
};

/** Estimated total time of a run, ms, including the probe. */
export type RunEstimate = { p10: number; p50: number; p90: number; n: number };

/**
 * Minimum standard deviation of the logarithm of step times, because a few even steps do not guarantee even steps
 * later.
 */
const LEAST_SPREAD = 0.1;

/**
 * Estimates the time of a complete run from its first steps. The level of later steps is treated as one more draw from
 * the log-normal distribution of the measured steps, so few or uneven steps give a wide range. The time before the
 * first step counts twice, because the run starts again after the probe.
 *
 * @source Student's prediction interval for one further observation, on logarithms
 */
export function estimateRun(
  probe: Probe,
  { steps, maxSteps, saveSteps }: { steps: number; maxSteps: number; saveSteps: number },
): RunEstimate | undefined {
  const logs = probe.stepMs.filter((ms) => ms > 0).map((ms) => Math.log(ms));
  const n = logs.length;
  if (n < 2) return undefined;
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1);
  const spread = Math.max(LEAST_SPREAD, Math.sqrt(variance));
  const half = studentQuantile(0.9, n - 1) * spread * Math.sqrt(1 + 1 / n);
  const probeMs = probe.startMs + probe.stepMs.reduce((sum, ms) => sum + ms, 0) + probe.saveMs;
  const saves = Math.ceil((maxSteps - steps) / saveSteps);
  const totalAt = (factor: number): number =>
    Math.round(
      probeMs + probe.startMs + (maxSteps - steps) * Math.exp(mean + factor) + saves * Math.max(0, probe.saveMs),
    );
  return { p10: totalAt(-half), p50: totalAt(0), p90: totalAt(half), n };
}
