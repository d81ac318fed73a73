import type { LoadTestRequest } from "../domain/loadtest-request.ts";
import type { OfferedLoad, StopReason } from "../domain/loadtest-result.ts";
import { tokensOf } from "./answer.ts";
import { type LoadClock, waitUntil } from "./clock.ts";
import type { Prompt, PromptSource } from "./prompt-source.ts";
import { type RequestLog, requestLog } from "./request-log.ts";
import { type Ended, type InFlight, type Line, sendRequest } from "./send-request.ts";
import type { Spend } from "./spend.ts";

/** Shared state of all operating points of a test. */
export type TestRun = {
  line: Line;
  clock: LoadClock;
  prompts: PromptSource;
  bodyOf: (prompt: Prompt) => Uint8Array;
  spend: Spend;
  signal: AbortSignal;
  /** Clock time after which nothing is sent. */
  deadlineMs: number;
  /** Remaining number of requests. */
  left: { requests: number };
  onRequest: (request: LoadTestRequest) => void;
};

/** One operating point: how requests arrive, and when it ends. */
export type PointPlan = {
  index: number;
  load: OfferedLoad;
  /** Due times in seconds, for a rate; a trace has its own. */
  dueTimes: Iterator<number> | undefined;
  /** Duration of sending in seconds, or a number of requests. */
  seconds: number;
  requests: number | undefined;
};

/** Measurements of a point, and the reason why sending ended. */
export type PointRun = { log: RequestLog; peakRunning: number; stopped: StopReason };

/** Time before the first request is due, to prepare its body. */
const LEAD_MS = 20;

/**
 * Sends the requests of one operating point and waits for all answers. With a rate or a trace it is open-loop: each
 * request is sent when it is due, regardless of the others, so that a slow endpoint gets the load that it would get in
 * production. With a fixed concurrency, each answer makes room for the next request.
 */
export async function runPoint(test: TestRun, plan: PointPlan): Promise<PointRun> {
  const state: PointState = {
    test,
    plan,
    log: requestLog(),
    startMs: test.clock.monotonicMs() + LEAD_MS,
    inFlight: new Map(),
    peak: 0,
    sent: 0,
  };
  const cancelAll = (): void => {
    for (const request of state.inFlight.keys()) request.cancel();
  };
  test.signal.addEventListener("abort", cancelAll);
  try {
    const stopped = await (plan.load.kind === "concurrency"
      ? holdConcurrency(state, plan.load.requests)
      : keepTime(state));
    await Promise.all(state.inFlight.values());
    return { log: state.log, peakRunning: state.peak, stopped: test.signal.aborted ? "interrupted" : stopped };
  } finally {
    test.signal.removeEventListener("abort", cancelAll);
  }
}

type PointState = {
  test: TestRun;
  plan: PointPlan;
  log: RequestLog;
  startMs: number;
  inFlight: Map<InFlight, Promise<void>>;
  peak: number;
  sent: number;
};

/** Open loop. */
async function keepTime(state: PointState): Promise<StopReason> {
  const { test, plan, startMs } = state;
  for (;;) {
    const prompt = await test.prompts.next();
    if (prompt === undefined) return "done"; // the trace has ended
    const dueSec = prompt.dueSec ?? (plan.dueTimes!.next().value as number);
    const isLate = plan.load.kind === "rate" && dueSec > plan.seconds; // a trace ends by itself
    if (plan.requests === undefined ? isLate : state.sent >= plan.requests) return "done";
    const dueMs = startMs + 1000 * dueSec;
    const bound = boundOf(test, prompt, dueMs);
    if (bound !== undefined) return bound;
    const body = test.bodyOf(prompt);
    await waitUntil(dueMs, test.clock, test.signal);
    if (test.signal.aborted) return "interrupted";
    void start(state, { prompt, body, dueMs });
  }
}

/** Closed loop with as many senders as concurrent requests. */
async function holdConcurrency(state: PointState, requests: number): Promise<StopReason> {
  const { test, plan, startMs } = state;
  let stopped: StopReason = "done";
  let begun = 0;
  await waitUntil(startMs, test.clock, test.signal);
  const sender = async (): Promise<void> => {
    for (;;) {
      const now = test.clock.monotonicMs();
      const isOver = plan.requests === undefined ? now - startMs > 1000 * plan.seconds : begun >= plan.requests;
      if (isOver || stopped !== "done") return;
      begun += 1; // before the wait below, so that no other sender sends it
      const prompt = await test.prompts.next();
      const bound = prompt === undefined ? "done" : boundOf(test, prompt, test.clock.monotonicMs());
      if (prompt === undefined || bound !== undefined) {
        stopped = bound ?? "done";
        return;
      }
      const body = test.bodyOf(prompt);
      await start(state, { prompt, body, dueMs: test.clock.monotonicMs() });
    }
  };
  await Promise.all(Array.from({ length: requests }, sender));
  return stopped;
}

/** Counts a request against the limits of the test; returns the limit that it would exceed. */
function boundOf(test: TestRun, prompt: Prompt, dueMs: number): StopReason | undefined {
  if (test.signal.aborted) return "interrupted";
  if (test.left.requests <= 0) return "max-requests";
  if (dueMs > test.deadlineMs) return "max-seconds";
  if (!test.spend.reserve(prompt)) return "max-usd";
  test.left.requests -= 1;
  return undefined;
}

type Sending = { prompt: Prompt; body: Uint8Array; dueMs: number };

/** Sends a request, and stores its record when it has ended. */
function start(state: PointState, { prompt, body, dueMs }: Sending): Promise<void> {
  const { test } = state;
  const index = state.sent;
  state.sent += 1;
  const request = sendRequest(test.line, body, dueMs);
  const done = finished(state, request, { prompt, index, dueMs });
  state.inFlight.set(request, done);
  state.peak = Math.max(state.peak, state.inFlight.size);
  return done;
}

async function finished(
  { test, plan, log, startMs, inFlight }: PointState,
  request: InFlight,
  { prompt, index, dueMs }: { prompt: Prompt; index: number; dueMs: number },
): Promise<void> {
  const ended = await request.done;
  inFlight.delete(request);
  const record = recordOf(ended, { point: plan.index, index, dueMs, startMs });
  log.add(record, ended.answer.gapsMs);
  test.spend.settle(prompt, record);
  test.onRequest(record);
}

function recordOf(
  ended: Ended,
  { point, index, dueMs, startMs }: { point: number; index: number; dueMs: number; startMs: number },
): LoadTestRequest {
  const { answer, outcome, reason, status, retryAfterSec, reconnected } = ended;
  const tokens = tokensOf(answer);
  const hasToken = answer.chunks > 0;
  // tokens that arrived at once, in one or several chunks, have no measurable pace
  const hasGaps = answer.lastMs > answer.firstMs;
  return {
    point,
    index,
    dueSec: rounded((dueMs - startMs) / 1000, 1e6),
    queueDelayMs: rounded(ended.sentMs - dueMs),
    ttftMs: hasToken ? rounded(answer.firstMs - dueMs) : null,
    tpotMs:
      hasGaps && tokens.outputTokens > 1 ? rounded((answer.lastMs - answer.firstMs) / (tokens.outputTokens - 1)) : null,
    e2eMs: hasToken ? rounded(answer.lastMs - dueMs) : null,
    endMs: rounded(ended.endMs - dueMs),
    maxGapMs: hasGaps ? rounded(answer.maxGapMs) : null,
    ...tokens,
    chunks: answer.chunks,
    outcome,
    reason,
    status,
    retryAfterSec,
    finishReason: answer.finishReason,
    reconnected,
  };
}

/** Rounds a number to a microsecond, the resolution of the clock. */
function rounded(value: number, per = 1000): number {
  return Math.round(value * per) / per;
}
