import type { AttemptSight, Cut, TrainerExit } from "../schedulers/scheduler.ts";
import type { Limit } from "./budget-guard.ts";

/** Exit status of a launcher that stopped early with a checkpoint on request. */
const STOPPED = 75;

/** Exit status of a launcher whose loss was no longer finite. */
const DIVERGED = 76;

/** Exit status of a launcher that stopped with a checkpoint because a budget does not last. */
const NO_BUDGET = 78;

/** Observed time after which the wrapper of an attempt is started again if no wrapper has claimed the attempt, ms. */
const CLAIM_MS = 10_000;

/** Observed time after which an attempt that no wrapper has claimed counts as failed, ms. */
const GIVE_UP_MS = 120_000;

/** Minimum time allowed for the first step, which includes loading the model and the rows, ms. */
const FIRST_STEP_MS = 600_000;

/** Reason why a job must stop. */
export type StopReason = "user" | "sweep" | Limit["reason"] | "diverged" | "stalled" | "move";

/** Input of a decision about a job. Times are in ms since 1970. */
export type JobFacts = {
  nowMs: number;
  maxAttempts: number;
  /** Number of interrupted attempts since the user last resumed the job. Pauses do not count. */
  interruptions: number;
  /** The job has a checkpoint and waits to be promoted. */
  isPaused: boolean;
  stallMs: number;
  graceMs: number;
  stop: { reason: StopReason; askedMs: number } | undefined;
  /** Reason why the job must not continue; undefined if it may. */
  limit: Limit | undefined;
  /** True if the job would miss its deadline by waiting for another spot machine, and it has a fallback target. */
  isMoveDue?: boolean;
  /** The job waits for approval of its cost. */
  isAwaitingApproval: boolean;
  /** Earliest start of the next attempt, ms since 1970; 0 to start immediately. */
  notBeforeMs: number;
  /** The newest attempt; undefined before the first. */
  attempt:
    | {
        number: number;
        startedMs: number;
        isClaimed: boolean;
        isAlive: boolean;
        exit: TrainerExit | undefined;
        phase?: AttemptSight["phase"];
        unreachable?: AttemptSight["unreachable"];
        cut?: AttemptSight["cut"];
        endedMs?: AttemptSight["endedMs"];
        aliveMs?: AttemptSight["aliveMs"];
        /** Last progress; undefined before the first step. */
        progress: { step: number; isFinite: boolean; timeMs?: number } | undefined;
        /** Time without a new step, as observed by supervisors. Time without a running supervisor does not count. */
        silentMs: number;
        hasExploded: boolean;
        /** Last answer of a scheduler that took no process for the attempt. */
        refusal?: string | undefined;
        isEnded: boolean;
      }
    | undefined;
};

/** Next action of the supervisor for a job. */
export type JobAction =
  | { do: "wait" }
  | { do: "wait-unseen"; reason: string }
  | { do: "rest" }
  | { do: "launch"; attempt: number }
  | { do: "ask-stop"; reason: StopReason }
  | { do: "signal"; signal: "SIGTERM" | "SIGKILL" }
  | { do: "settle" }
  | { do: "move" }
  | { do: "end"; state: "stopped" | "over-budget" | "over-time" | "failed-infra"; reason: string };

/** Decides on one job. It is a pure function, so that a restarted supervisor makes the same decision. */
export function decide(facts: JobFacts): JobAction {
  const { attempt, stop, nowMs } = facts;
  if (attempt === undefined || attempt.isEnded) return nextStart(facts);
  // lost contact does not mean that the attempt ended: it may be running, so nothing is started, stopped or judged
  // until it is observed again
  if (attempt.unreachable !== undefined) return { do: "wait-unseen", reason: attempt.unreachable };
  if (!attempt.isClaimed) {
    if (attempt.silentMs > GIVE_UP_MS) return endByStop(stop) ?? neverStarted(attempt.refusal);
    const isDue = attempt.silentMs > CLAIM_MS && stop === undefined;
    return isDue ? { do: "launch", attempt: attempt.number } : { do: "wait" };
  }
  if (attempt.exit !== undefined || !attempt.isAlive) return { do: "settle" };
  if (stop !== undefined) {
    const isPatient = stop.reason !== "diverged" && stop.reason !== "stalled";
    const isOver = Math.abs(nowMs - stop.askedMs) > facts.graceMs;
    return { do: "signal", signal: isPatient && !isOver ? "SIGTERM" : "SIGKILL" };
  }
  if (attempt.phase === "queued" && facts.isMoveDue === true) return { do: "ask-stop", reason: "move" };
  if (attempt.phase === "queued") return { do: "wait" };
  // a machine is paid for while it is prepared
  if (attempt.phase === "starting") return askedByLimit(facts) ?? { do: "wait" };
  if (attempt.progress?.isFinite === false || attempt.hasExploded) return { do: "ask-stop", reason: "diverged" };
  const limited = askedByLimit(facts);
  if (limited !== undefined) return limited;
  const patienceMs = attempt.progress === undefined ? Math.max(facts.stallMs, FIRST_STEP_MS) : facts.stallMs;
  return attempt.silentMs > patienceMs ? { do: "ask-stop", reason: "stalled" } : { do: "wait" };
}

function askedByLimit({ limit }: JobFacts): JobAction | undefined {
  return limit === undefined ? undefined : { do: "ask-stop", reason: limit.reason };
}

function neverStarted(refusal: string | undefined): JobAction {
  const reason = `its process could not be started${refusal === undefined ? "" : `: ${refusal}`}`;
  return { do: "end", state: "failed-infra", reason };
}

/** The end of a job that was asked to stop and runs nothing; undefined if it may start again. */
function endByStop(stop: JobFacts["stop"]): JobAction | undefined {
  if (stop?.reason === "user") return { do: "end", state: "stopped", reason: "stopped by request" };
  if (stop?.reason === "sweep") return { do: "end", state: "stopped", reason: STOPPED_BY_SWEEP };
  if (stop?.reason === "over-budget") return { do: "end", state: "over-budget", reason: STOPPED_BEFORE_CAP };
  return undefined;
}

function nextStart(facts: JobFacts): JobAction {
  const { attempt, stop, limit, interruptions, maxAttempts } = facts;
  const asked = endByStop(stop);
  if (asked !== undefined) return asked;
  if (facts.isPaused || facts.isAwaitingApproval) return { do: "rest" };
  if (limit?.reason === "over-time") return { do: "end", state: "over-time", reason: "its time limit was reached" };
  if (limit !== undefined) return { do: "end", state: "over-budget", reason: "its cap was reached" };
  if (facts.isMoveDue === true) return { do: "move" };
  if (interruptions >= maxAttempts) {
    const reason = `interrupted ${interruptions} times, the limit in its training file`;
    return { do: "end", state: "failed-infra", reason };
  }
  if (facts.nowMs < facts.notBeforeMs) return { do: "wait" };
  return { do: "launch", attempt: (attempt?.number ?? 0) + 1 };
}

const STOPPED_BEFORE_CAP = "stopped before its cap";

const STOPPED_BY_SWEEP = "stopped by its sweep: other trials were better at the same step";

/** Effect of the end of an attempt: the job ends in a state, or continues (`interrupted`). */
export type Outcome =
  | { state: "interrupted" | "preempted"; reason: string }
  | { state: "paused"; reason: null }
  | {
      state: "done-verified" | "done-unverified" | "stopped" | "over-budget" | "over-time" | "diverged";
      reason: string | null;
    }
  | { state: "failed-config" | "failed-oom" | "failed-code"; reason: string };

/** Facts about an ended attempt. */
export type AttemptEnd = {
  exit: TrainerExit | undefined;
  stop: StopReason | undefined;
  /** Reason why the scheduler ended it; undefined if the scheduler did not. */
  cut?: Cut | undefined;
  /** Reason why its result is not a finished model; undefined if the result was verified. */
  unverified: string | undefined;
  isFinite: boolean;
  hasExploded: boolean;
  /** True if it reached the step at which it was to pause. */
  isAtPause: boolean;
  logTail: string;
};

/**
 * Judges the end of an attempt. An exit status of 0 proves nothing by itself, and a finished model counts as finished
 * even if its trainer failed afterwards.
 *
 * @source transformers: a checkpoint on SIGTERM ends `train()` normally, so TRL exits with 0
 */
export function judgeEnd(end: AttemptEnd): Outcome {
  const { exit, stop, cut, unverified, isFinite, isAtPause, logTail } = end;
  if (stop === "diverged" || exit?.code === DIVERGED || !isFinite) {
    const isExplosion = end.hasExploded && isFinite && exit?.code !== DIVERGED;
    return {
      state: "diverged",
      reason: isExplosion ? "the loss rose far above its lowest value" : "the loss is not finite",
    };
  }
  if (unverified === undefined) return { state: "done-verified", reason: null };
  const isCalledOff = stop === "user" || stop === "sweep";
  if (isAtPause && exit?.code === STOPPED && !isCalledOff) return { state: "paused", reason: null };
  const asked = stop === undefined ? undefined : ASKED[stop];
  if (asked !== undefined) return asked;
  if (cut === "host-memory") return { state: "failed-oom", reason: "out of host memory" };
  if (cut !== undefined && !isOwnFailure(exit)) {
    return { state: cut === "preempted" ? "preempted" : "interrupted", reason: CUT_REASONS[cut] };
  }
  if (exit === undefined) return { state: "interrupted", reason: "it ended with an unknown exit status" };
  if (exit.error !== null) return { state: "failed-config", reason: exit.error };
  if (/OutOfMemoryError|out of memory/i.test(logTail)) return { state: "failed-oom", reason: "out of GPU memory" };
  if (exit.signal !== null) return { state: "interrupted", reason: `ended by ${exit.signal}` };
  if (exit.code === 0) return { state: "done-unverified", reason: unverified };
  if (exit.code === NO_BUDGET) return { state: "over-budget", reason: lastVerdict(logTail) };
  if (exit.code === STOPPED || exit.code === 143 || exit.code === 137) {
    return { state: "interrupted", reason: `stopped from outside (exit status ${exit.code})` };
  }
  const reason = `exit status ${exit.code}: ${lastLine(logTail)}`;
  return exit.code === 2 ? { state: "failed-config", reason } : { state: "failed-code", reason };
}

/** Outcome of the end of an attempt that was asked to stop. */
const ASKED: Readonly<Partial<Record<StopReason, Outcome>>> = {
  user: { state: "stopped", reason: "stopped by request" },
  sweep: { state: "stopped", reason: STOPPED_BY_SWEEP },
  "over-budget": { state: "over-budget", reason: STOPPED_BEFORE_CAP },
  "over-time": { state: "over-time", reason: "stopped before its time limit" },
  idle: { state: "stopped", reason: "its GPUs were idle" },
  stalled: { state: "interrupted", reason: "stopped because it made no progress for too long" },
  move: { state: "preempted", reason: "no spot machine was free in time for its deadline" },
};

const CUT_REASONS: Readonly<Record<Exclude<Cut, "host-memory">, string>> = {
  preempted: "its machine was given to another job",
  "time-limit": "it reached the time limit of the scheduler",
  "node-lost": "its machine was lost",
  cancelled: "it was cancelled in the scheduler",
};

/** True if a trainer failed on its own, before its scheduler ended it. */
function isOwnFailure(exit: TrainerExit | undefined): boolean {
  return exit?.code === 1 || exit?.code === 2;
}

function lastVerdict(text: string): string {
  return /^tunewright: stops: (.*)$/m.exec(text)?.[1]?.slice(0, 300) ?? "stopped by the verdict of its budgets";
}

function lastLine(text: string): string {
  return (
    text
      .split(/[\r\n]+/)
      .findLast((line) => line.trim() !== "")
      ?.slice(0, 300) ?? "no output"
  );
}
