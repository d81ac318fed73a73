import { parseMoney } from "../../base/money.ts";
import type { AttemptSight } from "../schedulers/scheduler.ts";
import { picoFor } from "./running-cost.ts";

/** Start and end of an attempt, ms since 1970. */
type AttemptTimes = { started_ms: number; ended_ms: number | null };

/** An attempt with the hourly price of its machine; null if it is the price of the run. */
type PricedAttempt = AttemptTimes & { usd_per_hour: string | null };

/** Total time of all attempts, ms. An open attempt counts until now. */
export function attemptsMs(attempts: readonly AttemptTimes[], nowMs: number): number {
  return attempts.reduce((sum, attempt) => sum + timeOf(attempt, nowMs), 0);
}

/** Cost of all attempts in pico-dollars, each at the price of its machine; `usdPerHour` is the price of the run. */
export function attemptsPico(
  attempts: readonly PricedAttempt[],
  { usdPerHour, nowMs }: { usdPerHour: string; nowMs: number },
): bigint {
  const msByPrice = new Map<string, number>();
  for (const attempt of attempts) {
    const price = attempt.usd_per_hour ?? usdPerHour;
    msByPrice.set(price, (msByPrice.get(price) ?? 0) + timeOf(attempt, nowMs));
  }
  return [...msByPrice].reduce((sum, [price, ms]) => sum + picoFor(price, ms), 0n);
}

/** Time that the cost of all attempts would pay for at the price of the run, ms, rounded up. */
export function paidMs(
  attempts: readonly PricedAttempt[],
  { usdPerHour, nowMs }: { usdPerHour: string; nowMs: number },
): number {
  const isOnePrice = attempts.every(({ usd_per_hour: price }) => price === null || price === usdPerHour);
  if (isOnePrice) return attemptsMs(attempts, nowMs);
  const hourMs = 3_600_000n;
  const price = parseMoney(usdPerHour);
  return Number((attemptsPico(attempts, { usdPerHour, nowMs }) * hourMs + price - 1n) / price);
}

function timeOf({ started_ms, ended_ms }: AttemptTimes, nowMs: number): number {
  return Math.max(0, (ended_ms ?? nowMs) - started_ms);
}

/** Known facts about the end of an attempt. Times are in ms since 1970. */
type EndFacts = Pick<AttemptSight, "isClaimed" | "exit" | "endedMs" | "aliveMs"> & {
  startedMs: number;
  progress: { timeMs?: number } | undefined;
};

/**
 * End of an attempt: as recorded by its scheduler or its wrapper; if both died with it, its last sign of life; now if
 * there is none. An attempt that no wrapper claimed took no time.
 */
export function attemptEndMs(attempt: EndFacts, nowMs: number): number {
  const { isClaimed, startedMs, exit, endedMs, aliveMs, progress } = attempt;
  const signs = [aliveMs, progress?.timeMs].filter((ms) => ms !== undefined);
  const seenMs = endedMs ?? exit?.endedMs ?? (signs.length === 0 ? nowMs : Math.max(...signs));
  return isClaimed ? Math.max(startedMs, Math.min(nowMs, Math.round(seenMs))) : startedMs;
}
