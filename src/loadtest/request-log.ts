import { RequestOutcome, type LoadTestRequest } from "../domain/loadtest-request.ts";
import { type NumberColumn, numberColumn } from "./number-column.ts";

/** Number of stored gaps between chunks, 16 MB, beyond which the gaps of every second request are dropped. */
const MOST_GAPS = 4_000_000;

const FIELDS = [
  "dueSec",
  "queueDelayMs",
  "ttftMs",
  "tpotMs",
  "e2eMs",
  "endMs",
  "maxGapMs",
  "inputTokens",
  "cachedTokens",
  "outputTokens",
  "chunks",
] as const;

type Field = (typeof FIELDS)[number];

/**
 * The requests of one operating point as columns of numbers, about 100 bytes each, in the order in which they ended. A
 * null value is NaN. Gaps between chunks are stored for every request, or for every second, fourth ... request once
 * there are too many.
 */
export type RequestLog = {
  size: () => number;
  /** A field of a request, or NaN if it has no value. */
  number: (field: Field, index: number) => number;
  outcome: (index: number) => RequestOutcome;
  isCounted: (index: number) => boolean;
  isReconnected: (index: number) => boolean;
  /** Reasons for failed requests, with their counts. */
  failedRequests: () => FailureReason[];
  /** Gaps of the selected requests, milliseconds. */
  gaps: (isChosen: (index: number) => boolean) => Float64Array;
  add: (request: LoadTestRequest, gapsMs: readonly number[]) => void;
};

/** A reason for failed requests, with its count. */
export type FailureReason = { reason: string; status: number | null; requests: number; retryAfterSec: number | null };

/**
 * Maximum number of distinct reasons that are stored, so that a server with a number in its message does not fill the
 * memory.
 */
const MOST_REASONS = 50;

/** Creates an empty log. */
export function requestLog(): RequestLog {
  const columns = Object.fromEntries(FIELDS.map((field) => [field, numberColumn()])) as Record<Field, NumberColumn>;
  const kinds = numberColumn(Float32Array);
  const reasons = new Map<string, FailureReason>();
  const gaps = gapStore();
  let size = 0;
  return {
    size: () => size,
    number: (field, index) => columns[field].at(index),
    outcome: (index) => RequestOutcome.options[Math.floor(kinds.at(index) / 4)]!,
    isCounted: (index) => kinds.at(index) % 2 === 1,
    isReconnected: (index) => Math.floor(kinds.at(index) / 2) % 2 === 1,
    failedRequests: () => [...reasons.values()].toSorted((a, b) => b.requests - a.requests),
    gaps: (isChosen) => gaps.chosen(isChosen),
    add: (request, gapsMs) => {
      for (const field of FIELDS) columns[field].push(request[field] ?? Number.NaN);
      const outcome = RequestOutcome.options.indexOf(request.outcome);
      kinds.push(4 * outcome + (request.reconnected ? 2 : 0) + (request.countedBy === "usage" ? 1 : 0));
      if (request.outcome === "failed" || request.outcome === "timed-out") addReason(reasons, request);
      if (request.outcome === "ok") gaps.add(size, gapsMs);
      size += 1;
    },
  };
}

function addReason(reasons: Map<string, FailureReason>, request: LoadTestRequest): void {
  const words = request.reason ?? "unknown";
  const reason = reasons.has(words) || reasons.size < MOST_REASONS ? words : "other reasons";
  const known = reasons.get(reason) ?? { reason, status: request.status, requests: 0, retryAfterSec: null };
  known.requests += 1;
  const wait = request.retryAfterSec;
  if (wait !== null) known.retryAfterSec = Math.max(wait, known.retryAfterSec ?? 0);
  reasons.set(reason, known);
}

function gapStore(): {
  add: (index: number, gapsMs: readonly number[]) => void;
  chosen: RequestLog["gaps"];
} {
  let byRequest = new Map<number, Float32Array>();
  let stride = 1;
  let kept = 0;
  const thin = (): void => {
    stride *= 2;
    byRequest = new Map([...byRequest].filter(([index]) => index % stride === 0));
    kept = [...byRequest.values()].reduce((sum, entry) => sum + entry.length, 0);
  };
  return {
    add: (index, gapsMs) => {
      if (index % stride !== 0) return;
      byRequest.set(index, Float32Array.from(gapsMs));
      kept += gapsMs.length;
      if (kept > MOST_GAPS) thin();
    },
    chosen: (isChosen) => {
      const parts = [...byRequest].filter(([index]) => isChosen(index)).map(([, entry]) => entry);
      const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
      let position = 0;
      for (const part of parts) {
        all.set(part, position);
        position += part.length;
      }
      return all;
    },
  };
}
