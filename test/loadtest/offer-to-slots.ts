import { requestLog } from "../../src/loadtest/request-log.ts";
import type { Offer } from "../../src/loadtest/measure-loads.ts";
import { type Service, simulateSlots } from "./simulate-slots.ts";

/**
 * Operating points of a server that is arithmetic alone: the arrivals of each go through its slots, in no time. It keeps
 * the bound on requests that `maxRequests` would.
 */
export function offerToSlots(
  { tokens, ...service }: Service & { tokens: number },
  maxRequests = Number.POSITIVE_INFINITY,
): Offer {
  let left = maxRequests;
  return ({ index: point, dueTimes, seconds }) => {
    const arrivals = [];
    for (
      let due = dueTimes!.next().value as number;
      due <= seconds && left > 0;
      due = dueTimes!.next().value as number
    ) {
      arrivals.push({ atMs: 1000 * due, tokens });
      left -= 1;
    }
    const log = requestLog();
    for (const [index, { ttftMs, tpotMs, e2eMs }] of simulateSlots(arrivals, service).entries()) {
      const times = { dueSec: arrivals[index]!.atMs / 1000, queueDelayMs: 0, ttftMs, tpotMs, e2eMs, endMs: e2eMs };
      const tokenCounts = { inputTokens: 16, cachedTokens: null, outputTokens: tokens, chunks: tokens };
      const answer = { outcome: "ok", reason: null, status: 200, retryAfterSec: null, finishReason: "stop" } as const;
      const rest = { point, index, maxGapMs: tpotMs, countedBy: "usage", reconnected: false } as const;
      log.add({ ...rest, ...times, ...tokenCounts, ...answer }, []);
    }
    return Promise.resolve({ log, peakRunning: service.slots, stopped: left > 0 ? "done" : "max-requests" });
  };
}
