import type { RequestLog } from "./request-log.ts";

/** The period in which requests are counted, seconds from the start of the point. */
export type Window = { fromSec: number; toSec: number; sendingSec: number; totalSec: number };

/**
 * The window of a point: the time from the first to the last due request, without warm-up and tail. Requests belong to
 * it by their due time, not by their end, which would exclude slow ones. The requests of the tail are sent so that the
 * last counted ones are answered under full load.
 */
export function windowOf(log: RequestLog, { warmup, tail }: { warmup: number; tail: number }): Window {
  let [first, last, total] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let index = 0; index < log.size(); index++) {
    const due = log.number("dueSec", index);
    first = Math.min(first, due);
    last = Math.max(last, due);
    total = Math.max(total, due + log.number("endMs", index) / 1000);
  }
  if (log.size() === 0) return { fromSec: 0, toSec: 0, sendingSec: 0, totalSec: 0 };
  const sendingSec = last - first;
  return {
    fromSec: first + warmup * sendingSec,
    toSec: last - tail * sendingSec,
    sendingSec,
    totalSec: total,
  };
}

/** Indices of the requests due in the window, without cancelled ones. */
export function requestsIn(log: RequestLog, { fromSec, toSec }: Window): number[] {
  const chosen: number[] = [];
  for (let index = 0; index < log.size(); index++) {
    const due = log.number("dueSec", index);
    if (due >= fromSec && due <= toSec && log.outcome(index) !== "cancelled") chosen.push(index);
  }
  return chosen;
}

/** Totals for the window, over all requests regardless of their due time. */
export type Flow = {
  /** Requests sent, and answers completed. */
  sent: number;
  answered: number;
  /** Output tokens received. An answer that crosses a boundary counts in proportion. */
  outputTokens: number;
  /** Input tokens of answers that started; NaN if the tokens of one are unknown. */
  inputTokens: number;
  /** Requests in flight, mean over time. */
  running: number;
};

/** Computes the totals for the window, whose length must be above zero. */
export function flowIn(log: RequestLog, { fromSec, toSec }: Window): Flow {
  const flow: Flow = { sent: 0, answered: 0, outputTokens: 0, inputTokens: 0, running: 0 };
  const isIn = (sec: number): boolean => sec >= fromSec && sec <= toSec;
  const overlap = (from: number, to: number): number => Math.max(0, Math.min(to, toSec) - Math.max(from, fromSec));
  for (let index = 0; index < log.size(); index++) {
    const due = log.number("dueSec", index);
    const sent = due + log.number("queueDelayMs", index) / 1000;
    if (isIn(sent)) flow.sent += 1;
    flow.running += overlap(sent, due + log.number("endMs", index) / 1000);
    if (log.outcome(index) !== "ok") continue;
    const first = due + log.number("ttftMs", index) / 1000;
    const last = due + log.number("e2eMs", index) / 1000;
    const later = log.number("outputTokens", index) - 1;
    if (isIn(last)) flow.answered += 1;
    if (isIn(first)) {
      flow.outputTokens += 1;
      flow.inputTokens += log.number("inputTokens", index);
    }
    if (last > first) flow.outputTokens += (later * overlap(first, last)) / (last - first);
    else if (isIn(last)) flow.outputTokens += later;
  }
  flow.running /= toSec - fromSec;
  return flow;
}
