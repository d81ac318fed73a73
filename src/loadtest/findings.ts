import { formatNumber } from "../base/units.ts";
import { counted, percent, whole } from "../base/words.ts";
import type { LoadTestPoint } from "../domain/loadtest-result.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";

/** Facts about a test, in addition to its operating point, that findings are based on. */
export type FindingFacts = {
  spec: LoadTestSpec;
  point: LoadTestPoint;
  repeats: number;
};

/** Tolerance for Little's law. */
const LITTLE = 0.1;

/** Client delay above which it affects the measurement, milliseconds. */
const SLOW_CLIENT_MS = 10;

/** Weaknesses in the figures of a point, most serious first. */
export function findingsOf({ spec, point, repeats }: FindingFacts): string[] {
  return [...onAnswers(point), ...onClient(point), ...onTokens(point, spec), ...onMethod(point, { spec, repeats })];
}

function onAnswers({ counts, latency: { ttft } }: LoadTestPoint): string[] {
  const found: string[] = [];
  if (counts.inWindow === 0) found.push("no request is in the window: the test was too short");
  else if (ttft.failedRequests === counts.inWindow)
    found.push("every request of the window failed: nothing was measured");
  else if (ttft.failedRequests > 0) {
    found.push(
      `${percent(ttft.failedRequests / counts.inWindow)} of the requests failed: quantiles count them as longer than all others`,
    );
  }
  return found;
}

function onClient({ latency, littleResidual: residual, ...point }: LoadTestPoint): string[] {
  const found: string[] = [];
  const delay = latency.queueDelay.p99;
  if (delay !== null && delay > SLOW_CLIENT_MS) {
    found.push(
      `this client sent late, ${formatNumber(delay)} ms at p99: it is part of every latency; use a less busy machine`,
    );
  }
  if (point.counts.reconnected > 0) {
    found.push(
      `${whole(point.counts.reconnected)} requests were sent once more: an idle connection had closed, or the server closes connections that it should answer`,
    );
  }
  const { offeredRequestsPerSec: offered, achievedRequestsPerSec: achieved } = point;
  if (offered !== null && achieved !== null && point.load.kind !== "concurrency" && achieved < 0.95 * offered) {
    found.push("fewer requests were sent than were due: the client could not keep the rate");
  }
  if (residual !== null && Math.abs(Math.log(residual)) > LITTLE) {
    found.push(
      `requests in flight are ${formatNumber(residual)} times what throughput and latency imply (Little's law): the load was not steady, requests failed, or tokens are miscounted`,
    );
  }
  return found;
}

function onTokens(
  { countedBy, tokensPerChunk, inputTokens, outputTokens, latencyOfOk: { ttft, tpot } }: LoadTestPoint,
  spec: LoadTestSpec,
): string[] {
  const found: string[] = [];
  if (tpot.n < ttft.n / 2 && (outputTokens.p50 ?? 0) > 1) {
    found.push(
      "the tokens of most answers came at once: a proxy may buffer streams; TTFT is then the time of the whole answer, and TPOT is unknown",
    );
  }
  if (countedBy !== "usage" && outputTokens.n > 0) {
    found.push(
      "the server does not report usage for all answers: output is counted in chunks, which may contain several tokens, so tokens per second may be too low and TPOT too high",
    );
  }
  if (tokensPerChunk !== null && tokensPerChunk > 1.05) {
    found.push(
      `a chunk has ${formatNumber(tokensPerChunk)} tokens on average: gaps between chunks (ITL) are not gaps between tokens`,
    );
  }
  const mean = inputTokens?.mean ?? null;
  if (mean !== null && spec.prompts === undefined && spec.mode !== "trace" && mean > 1.25 * spec.inputTokens) {
    found.push(
      `the server counts ${formatNumber(mean)} input tokens for ${whole(spec.inputTokens)} words: lower --input-tokens to get the intended length`,
    );
  }
  if (spec.ignoreEos)
    found.push("answers were made as long as allowed (ignore_eos): lengths are not those of real traffic");
  return found;
}

function onMethod(
  { counts, load }: LoadTestPoint,
  { spec, repeats }: Pick<FindingFacts, "spec" | "repeats">,
): string[] {
  const found: string[] = [];
  if (counts.inWindow > 0 && counts.inWindow < 1000) {
    found.push(`${counted(counts.inWindow, "request")} in the window: p99 is thin below 1,000`);
  }
  if (load.kind === "concurrency") {
    found.push(
      "a closed loop sends less when the endpoint is slow: it shows no queue, and no capacity for real arrivals",
    );
  }
  if (repeats > 0) found.push("prompts were sent more than once: a prefix cache may have answered for the model");
  if (spec.sharedPrefix > 0)
    found.push(`prompts share their first ${whole(spec.sharedPrefix)} words: a prefix cache helps`);
  return found;
}
