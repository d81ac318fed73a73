import { setTimeout as sleep } from "node:timers/promises";

import { Failure } from "../base/failure.ts";
import type { Failed } from "./ask-once.ts";
import { type AskState, isOver } from "./ask-state.ts";
import type { LlmAnswer, LlmResult, LlmUnanswered } from "./asking.ts";
import type { PaceSign } from "./pace.ts";
import { type LlmRequest, requestKey } from "./request.ts";
import { costOf, MOST_WAIT_MS, type Paid, resultOf, sendRequest, type Task, worstOf } from "./send-request.ts";

const ATTEMPTS = 6;

const FIRST_WAIT_MS = 500;

/** Number of consecutive requests without an answer after which no more are sent. */
const FAILURES_IN_A_ROW = 8;

/**
 * Number of requests that time out without an answer in between, sent one at a time, after which the endpoint is
 * assumed to hang. Their retries would each wait for the whole timeout.
 */
const LATE_IN_A_ROW = 4;

/**
 * Number of requests without a reachable endpoint, before the first answer, after which the address is assumed to be
 * wrong.
 */
const ASTRAY = 3;

/**
 * Answers one request from the journal, the cache, an equal request in flight, or the endpoint. Undefined if
 * interrupted.
 */
export async function answerOne(state: AskState, request: LlmRequest): Promise<LlmResult | undefined> {
  const key = request.key ?? requestKey(state.line.endpoint, request);
  const before = state.pending.get(key);
  if (before !== undefined) {
    const result = await before;
    if (result === undefined) return undefined;
    if ("error" in result) {
      state.totals.unanswered += 1;
      return { ...result, ...named(request), costUsd: costOf(state, 0n) };
    }
    state.totals.known += 1;
    return { ...result, ...named(request), costUsd: costOf(state, 0n), cached: result.cached || "journal" };
  }
  const task: Task = { request, key, pico: 0n };
  const asked = known(state, task).then((found) => found ?? ask(state, task));
  state.pending.set(key, asked);
  try {
    const result = await asked;
    if (result !== undefined && "error" in result) state.totals.unanswered += 1;
    return result;
  } finally {
    state.pending.delete(key);
  }
}

function named({ id, metadata }: LlmRequest): Pick<LlmResult, "id" | "metadata"> {
  return { id, metadata };
}

async function known(state: AskState, { request, key }: Task): Promise<LlmResult | undefined> {
  const kept = state.journal?.known(key, request.maxTokens);
  const answer = kept ?? (await state.cache?.read(key));
  if (answer === undefined) return undefined;
  state.totals.known += 1;
  const cached = kept === undefined ? "cache" : "journal";
  return { ...named(request), key, costUsd: costOf(state, 0n), ...resultOf(answer, cached) };
}

async function ask(state: AskState, task: Task): Promise<LlmResult | undefined> {
  const ended = await attempts(state, task);
  if (ended === undefined) return undefined;
  return { ...named(task.request), key: task.key, costUsd: costOf(state, task.pico), ...ended };
}

/** Retries until there is an answer or no further retry can succeed. */
async function attempts(state: AskState, task: Task): Promise<LlmAnswer | LlmUnanswered | undefined> {
  const { limits } = state.asking;
  for (let count = 0; ;) {
    const ended = await attempt(state, task);
    if (ended === "stopped") return stoppedBy(state);
    if (ended.kind === "paid") return resultOf(ended.answer, false);
    const { next, reason, waitMs } = ended;
    throwIfHopeless(state, ended);
    if (ended.isLate && state.pace.limit() === 1 && state.late.add(task.key).size >= LATE_IN_A_ROW) {
      state.totals.failure = reason;
      state.totals.stopped ??= "no-answer";
      return { error: { reason: "no-answer", message: reason } };
    }
    if (next === "at-once") continue; // without the refused field
    count += 1;
    const isTooLong = (waitMs ?? 0) > MOST_WAIT_MS;
    if (next === "never" || count === (limits.attempts ?? ATTEMPTS) || isTooLong) {
      state.totals.failure = reason;
      state.failuresInARow += 1;
      if (state.failuresInARow >= FAILURES_IN_A_ROW || isTooLong) state.totals.stopped ??= "no-answer";
      return { error: { reason: "no-answer", message: reason } };
    }
    if (waitMs !== undefined) state.pausedUntilMs = Math.max(state.pausedUntilMs, Date.now() + waitMs);
    else await pause(state, (limits.firstWaitMs ?? FIRST_WAIT_MS) * 2 ** (count - 1) * spread(task.key));
  }
}

/** A factor from 0.75 to 1.25, so that requests that failed together are not retried at the same time. */
function spread(key: string): number {
  const place = Number.parseInt(key.slice(-4), 16);
  return Number.isNaN(place) ? 1 : 0.75 + place / 2 ** 17;
}

function throwIfHopeless(state: AskState, { next, reason }: Failed): void {
  if (next === "astray") state.astray += 1;
  const isAstray = next === "astray" && state.totals.answered === 0 && state.astray >= ASTRAY;
  if (next !== "fatal" && !isAstray) return;
  throw new Failure("outside", `${state.shown}: ${reason}`, {
    hint: "check the address, the model's name and the key; earlier answers are kept, and the next run requests the others",
  });
}

/** Reason why a request was not sent; undefined if interrupted. */
function stoppedBy({ totals }: AskState): LlmUnanswered | undefined {
  if (totals.stopped === null) return undefined;
  const message =
    totals.stopped === "over-cap"
      ? "not asked: its highest possible cost could exceed the spend cap"
      : `not asked: the endpoint did not answer the earlier requests (${totals.failure})`;
  return { error: { reason: totals.stopped, message } };
}

/** Waits, or returns early if the run is interrupted. */
async function pause({ signal }: AskState, ms: number): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Sends a request once, when a slot is free and within the budget. */
async function attempt(state: AskState, task: Task): Promise<Failed | Paid | "stopped"> {
  const { pace, budget, totals } = state;
  const ticket = await pace.enter();
  let sign: PaceSign = "other";
  try {
    await pause(state, state.pausedUntilMs - Date.now());
    if (isOver(state)) return "stopped";
    const worst = worstOf(state, task.request);
    if (!(await budget.reserve(worst))) {
      totals.stopped ??= "over-cap";
      return "stopped";
    }
    const ended = await sendRequest(state, task, worst);
    sign = ended.kind === "paid" ? "answer" : ended.isOverload ? "overload" : "other";
    return ended;
  } finally {
    pace.leave(ticket, sign);
  }
}
