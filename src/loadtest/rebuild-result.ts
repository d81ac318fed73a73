import { Failure } from "../base/failure.ts";
import { formatMoney } from "../base/money.ts";
import { fieldProblems } from "../base/issue-text.ts";
import { counted } from "../base/words.ts";
import type { LoadTestRequest } from "../domain/loadtest-request.ts";
import type { LoadTestResult } from "../domain/loadtest-result.ts";
import { LoadTestSpec } from "../domain/loadtest-spec.ts";
import { findingsOf } from "./findings.ts";
import { measureLoads } from "./measure-loads.ts";
import type { RecordedTest } from "./recorded-test.ts";
import { type RequestLog, requestLog } from "./request-log.ts";
import type { PointRun } from "./run-point.ts";
import { HEAD_FILE, REQUESTS_FILE } from "./request-writer.ts";
import { saturationOf } from "./saturation.ts";
import { hasTokenPrice, picoOf } from "./spend.ts";

/** Requests of an operating point: due times by index, and the end of the last one. */
type RecordedPoint = {
  log: RequestLog;
  dueSec: Map<number, number>;
  lastEndSec: number;
  /** Highest request number plus one. */
  sent: number;
};

/** Maximum number of operating points: a search measures about forty, and no list of rates is longer. */
const MOST_POINTS = 1000;

/** The settings at the start of a record, which may have been edited. */
function specOf({ target, settings }: Pick<RecordedTest["head"], "target" | "settings">): LoadTestSpec {
  const given = { url: target, ...settings };
  const parsed = LoadTestSpec.safeParse(given);
  if (parsed.success) return parsed.data;
  const { path, text } = fieldProblems(parsed.error, given)[0]!;
  throw new Failure("bad_input", `${HEAD_FILE}: settings.${path.join(".")}: ${text}`, {
    hint: `restore the ${HEAD_FILE} that the load test wrote`,
  });
}

type Recorded = {
  points: Map<number, RecordedPoint>;
  spentPico: bigint;
  unpriced: number;
};

/**
 * The result of a test whose process was killed, rebuilt from its record: its operating points are processed once more,
 * each with its recorded requests, up to the last one that has any. A request that was in flight at the kill is not in
 * the record; one whose successors are recorded counts as interrupted. Gaps between chunks are not recorded.
 *
 * @throws Failure bad_input for a line that is not a request or that the test cannot have sent, or if there are no
 * lines
 */
export async function rebuildResult(test: RecordedTest): Promise<LoadTestResult> {
  const { format: _format, ...head } = test.head;
  const spec = specOf(head);
  const recorded = await read(test.requests, spec);
  if (recorded.points.size === 0) {
    throw new Failure("bad_input", `${REQUESTS_FILE} has no requests: the test was killed before the first had ended`, {
      hint: "run the test again",
    });
  }
  const last = Math.max(...recorded.points.keys());
  const measured = await measureLoads(
    ({ index }) => Promise.resolve({ ...runOf(recorded, index), stopped: index < last ? "done" : "killed" }),
    spec,
  );
  const missing = [...recorded.points.values()].reduce((sum, { log, dueSec }) => sum + log.size() - dueSec.size, 0);
  const cut = test.cutChars();
  return {
    ...head,
    format: "tunewright-loadtest-1",
    finishedAt: test.writtenAt.toISOString(),
    stopped: "killed",
    partial: true,
    spentUsd: hasTokenPrice(spec) ? formatMoney(recorded.spentPico) : null,
    ...measured.headline,
    saturation: saturationOf(measured.points),
    sloCapacity: measured.sloCapacity,
    points: measured.points,
    findings: [
      ...lossesOf({ missing, cut, unpriced: recorded.unpriced }),
      ...findingsOf({ spec, point: measured.headline, repeats: 0 }),
    ],
  };
}

/** Describes the data that are missing from the record of a killed test. */
function lossesOf({ missing, cut, unpriced }: { missing: number; cut: number; unpriced: number }): string[] {
  const found = ["rebuilt from the record of a killed test: requests that were open then are in no figure"];
  if (missing > 0) found.push(`${counted(missing, "request")} before the last recorded one had no answer yet`);
  if (cut > 0)
    found.push(`the last line of the record is truncated after ${counted(cut, "character")} and was ignored`);
  found.push("gaps between chunks are not recorded: ITL is unknown");
  if (unpriced > 0)
    found.push(`the spend does not include the cost of ${counted(unpriced, "request")} without counted tokens`);
  return found;
}

async function read(requests: AsyncIterable<LoadTestRequest>, spec: LoadTestSpec): Promise<Recorded> {
  const recorded: Recorded = { points: new Map(), spentPico: 0n, unpriced: 0 };
  let sent = 0;
  for await (const request of requests) {
    const known = recorded.points.get(request.point);
    // All requests before the highest number of a point were sent too. Memory is allocated for them, so the number is
    // not trusted.
    sent += Math.max(0, request.index + 1 - (known?.sent ?? 0));
    if (sent > spec.maxRequests || request.point >= MOST_POINTS) throw tooMany(request, spec);
    const point = known ?? { log: requestLog(), dueSec: new Map(), lastEndSec: 0, sent: 0 };
    point.sent = Math.max(point.sent, request.index + 1);
    recorded.points.set(request.point, point);
    if (point.dueSec.has(request.index)) continue; // a duplicate line is one request
    point.log.add(request, []);
    point.dueSec.set(request.index, request.dueSec);
    point.lastEndSec = Math.max(point.lastEndSec, request.dueSec + request.endMs / 1000);
    if (!hasTokenPrice(spec)) continue;
    const pico = picoOf(spec, request);
    if (pico === undefined) recorded.unpriced += 1;
    else recorded.spentPico += pico;
  }
  return recorded;
}

function tooMany({ point, index }: LoadTestRequest, { maxRequests }: LoadTestSpec): Failure {
  return new Failure(
    "bad_input",
    `a request states point ${point} and number ${index}: the test had ${maxRequests} requests at most, and fewer than ${MOST_POINTS} points`,
    { hint: "the record was changed: use the original folder of the load test" },
  );
}

/** A recorded operating point. Requests without an answer count as cancelled. */
function runOf({ points }: Recorded, position: number): Omit<PointRun, "stopped"> {
  const point = points.get(position);
  if (point === undefined) return { log: requestLog(), peakRunning: 0 };
  const { log, lastEndSec, dueSec } = point;
  let due = 0;
  for (let index = 0, left = dueSec.size; left > 0; index++) {
    const recorded = dueSec.get(index);
    due = recorded ?? due;
    if (recorded !== undefined) left -= 1;
    else log.add(unanswered(position, { index, dueSec: due, endMs: 1000 * (lastEndSec - due) }), []);
  }
  return { log, peakRunning: peakOf(log) };
}

/** A request that was sent but not recorded, due no earlier than the previous one. */
function unanswered(
  point: number,
  { index, dueSec, endMs }: { index: number; dueSec: number; endMs: number },
): LoadTestRequest {
  const none = { ttftMs: null, tpotMs: null, e2eMs: null, maxGapMs: null, inputTokens: null, cachedTokens: null };
  const rest = {
    status: null,
    retryAfterSec: null,
    finishReason: null,
    reconnected: false,
    chunks: 0,
    outputTokens: 0,
  };
  const reason = "open when the test was killed";
  return {
    point,
    index,
    dueSec,
    queueDelayMs: 0,
    endMs,
    ...none,
    ...rest,
    countedBy: "chunks",
    outcome: "cancelled",
    reason,
  };
}

/** Maximum number of requests in flight. */
function peakOf(log: RequestLog): number {
  const moments: [sec: number, change: 1 | -1][] = [];
  for (let index = 0; index < log.size(); index++) {
    const due = log.number("dueSec", index);
    moments.push([due + log.number("queueDelayMs", index) / 1000, 1], [due + log.number("endMs", index) / 1000, -1]);
  }
  moments.sort(([a, up], [b, down]) => a - b || up - down);
  let [running, peak] = [0, 0];
  for (const [, change] of moments) peak = Math.max(peak, (running += change));
  return peak;
}
