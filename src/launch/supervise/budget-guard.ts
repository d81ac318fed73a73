import { parseMoney } from "../../base/money.ts";
import { msFor, picoFor } from "./running-cost.ts";

/** Reason why a job must not continue, with a message. */
export type Limit = { reason: "over-budget" | "over-time" | "idle"; detail: string };

/** Time that the system takes to end a process that was killed, ms. */
export const EXIT_MS = 1000;

/** Input of the guard for a job. Times are in ms. */
export type GuardFacts = {
  usdPerHour: string | undefined;
  maxUsd: string | undefined;
  maxHours: number | undefined;
  /** Total time of all attempts so far. */
  spentMs: number;
  /** Time that the cost of these attempts pays for at `usdPerHour`; default: `spentMs`, if all ran at that price. */
  paidMs?: number;
  /** Time between the request to stop and SIGKILL. */
  graceMs: number;
  /** Interval between polls of the job, which may delay the detection of a limit, and of the end of the grace period. */
  lookMs: number;
  /** Time per step; undefined before two steps were observed. */
  stepMs: number | undefined;
  /** Last reported step. */
  step: number;
  maxSteps: number;
  saveSteps: number;
};

/**
 * Time that a job may still cost money after a poll, if it is asked to stop at the next one: the grace period, two
 * polls, and the end of its processes, ms.
 */
export function stopMs({ graceMs, lookMs }: Pick<GuardFacts, "graceMs" | "lookMs">): number {
  return graceMs + 2 * lookMs + EXIT_MS;
}

/**
 * Decides whether a job must stop now so that the stop request, its grace period, the next poll and the end of its
 * processes come before a limit.
 * If a step takes longer than the grace period, a stop cannot save a checkpoint. The job then stops at the last
 * checkpoint after which the next one would come too late, because the training after it would be paid for and lost.
 */
export function limitOf(facts: GuardFacts): Limit | undefined {
  const { spentMs, graceMs, maxHours } = facts;
  const endMs = spentMs + stopMs(facts);
  if (maxHours !== undefined && endMs >= maxHours * 3_600_000) {
    return { reason: "over-time", detail: `stopped before its limit of ${maxHours} hours` };
  }
  const { usdPerHour, maxUsd, stepMs, step, maxSteps, saveSteps } = facts;
  if (usdPerHour === undefined || maxUsd === undefined) return undefined;
  const paidEndMs = endMs + (facts.paidMs ?? spentMs) - spentMs;
  if (picoFor(usdPerHour, paidEndMs) >= parseMoney(maxUsd)) {
    return { reason: "over-budget", detail: "stopped before its cap" };
  }
  const isAtCheckpoint = step > 0 && step < maxSteps && step % saveSteps === 0;
  if (stepMs === undefined || stepMs <= graceMs || !isAtCheckpoint) return undefined;
  const next = Math.min(step + saveSteps, maxSteps);
  if (picoFor(usdPerHour, paidEndMs + (next - step) * stepMs) < parseMoney(maxUsd)) return undefined;
  return {
    reason: "over-budget",
    detail: `stopped at a checkpoint: reaching the next one, at step ${next}, would exceed its cap`,
  };
}

/**
 * Time that a new attempt may take until a limit, so that its processes have ended by then, ms; undefined without a limit.
 * A supervisor stops it earlier; its wrapper stops it at this time if no supervisor does.
 */
export function runLimitMs({
  usdPerHour,
  maxUsd,
  maxHours,
  spentMs,
  paidMs = spentMs,
}: GuardFacts): number | undefined {
  const leftMs = [
    ...(maxHours === undefined ? [] : [maxHours * 3_600_000 - spentMs]),
    ...(usdPerHour === undefined || maxUsd === undefined ? [] : [msFor(usdPerHour, maxUsd) - paidMs]),
  ];
  return leftMs.length === 0 ? undefined : Math.max(0, Math.floor(Math.min(...leftMs) - EXIT_MS));
}

/** Forecast of a job; undefined if the job has no price or its speed is unknown. */
export type Forecast = {
  /** Cost at the next checkpoint and at the last step, pico-dollars. */
  checkpointPico: bigint;
  endPico: bigint;
  /** Step at which the cap ends the job; undefined if the job reaches its last step first. */
  capStep: number | undefined;
};

/** Forecasts the cost of a running job from its current time per step. */
export function forecastOf(facts: GuardFacts): Forecast | undefined {
  const { usdPerHour, maxUsd, stepMs, step, maxSteps, saveSteps } = facts;
  const spentMs = facts.paidMs ?? facts.spentMs;
  if (usdPerHour === undefined || stepMs === undefined) return undefined;
  const costAt = (target: number): bigint => picoFor(usdPerHour, spentMs + Math.max(0, target - step) * stepMs);
  const next = Math.min(maxSteps, (Math.floor(step / saveSteps) + 1) * saveSteps);
  const leftMs = maxUsd === undefined ? Number.POSITIVE_INFINITY : msFor(usdPerHour, maxUsd) - spentMs;
  const reached = step + Math.max(0, Math.floor((leftMs - stopMs(facts)) / stepMs));
  return {
    checkpointPico: costAt(next),
    endPico: costAt(maxSteps),
    capStep: reached < maxSteps ? reached : undefined,
  };
}
