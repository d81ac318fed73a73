import { formatNumber } from "../base/units.ts";
import { counted, percent, whole } from "../base/words.ts";
import type { LoadTestPoint, LoadTestResult, OfferedLoad } from "../domain/loadtest-result.ts";
import { ms } from "./latency-rows.ts";

/** Model, endpoint and operating point of the measurements. */
export function titleLine(result: LoadTestResult): string {
  const engine = result.engine === null ? "" : `, ${result.engine}`;
  const gpu = result.gpu === null ? "" : `, ${result.gpuCount} × ${result.gpu}`;
  return `${result.model} at ${result.target}${engine}${gpu}; ${loadText(result.load)}${shownPoint(result)}`;
}

function shownPoint({ points, sloCapacity, goodput }: LoadTestResult): string {
  if (points.length < 2) return "";
  const best = goodput === null ? "the one of most output" : "the one of most goodput";
  const found = sloCapacity?.ratePerSec === null ? "the lowest rate" : "the capacity";
  return `, ${sloCapacity === null ? best : found} of ${points.length} operating points`;
}

/** Explains why a test is partial. */
export function stoppedWords({ stopped, counts }: Pick<LoadTestResult, "stopped" | "counts">): string {
  const cut = counts.cancelled === 0 ? "" : `; ${counted(counts.cancelled, "answer")} cancelled and not counted`;
  return stopped === "interrupted"
    ? `interrupted${cut}`
    : stopped === "write-failed"
      ? `the record could not be written${cut}`
      : stopped === "killed"
        ? `the process was killed${cut}`
        : `--${stopped} ended it before all was sent`;
}

/** A rate with its unit: `1 request/s`, `2.5 requests/s`. */
export function rateWords(perSec: number): string {
  const shown = formatNumber(perSec);
  return `${shown} ${shown === "1" ? "request" : "requests"}/s`;
}

/** A load in words. */
export function loadText(load: OfferedLoad): string {
  if (load.kind === "concurrency") return load.requests === 1 ? "one after another" : `${whole(load.requests)} at once`;
  if (load.kind === "trace") return `a trace of ${rateWords(load.perSec)}`;
  return `${rateWords(load.perSec)}, ${load.arrivals === "poisson" ? "Poisson" : "evenly spaced"}`;
}

/** Outcomes of the requests, and which of them are counted. */
export function windowLine({ counts, window }: LoadTestPoint): string {
  const seconds = formatNumber(window.toSec - window.fromSec);
  return `${whole(counts.sent)} sent: ${whole(counts.ok)} ok, ${whole(counts.failed)} failed, ${whole(counts.timedOut)} timed out; ${whole(counts.inWindow)} due in the window of ${seconds} s, without warm-up and tail`;
}

/** Text about a capacity, its evidence, and whether it was confirmed. */
export function capacityWords(found: NonNullable<LoadTestResult["sloCapacity"]>): string {
  const { ratePerSec, failsAtPerSec, attainment, measurements, requests, attained } = found;
  const fails = failsAtPerSec === null ? "" : `; ${formatNumber(failsAtPerSec)} did not`;
  if (ratePerSec === null) return `no rate met the SLO for ${percent(attainment)} of requests${fails}`;
  const evidence = `${attained === null ? "" : `${percent(attained)} of `}${counted(requests, "request")} in ${counted(measurements, "measurement")}`;
  return `capacity at the SLO: ${rateWords(ratePerSec)} kept it for ${percent(attainment)} of requests, ${found.confirmed ? "confirmed" : "not confirmed"}: ${evidence}${fails}`;
}

/** Whether the endpoint was saturated, as a sentence. */
export function saturationWords({ saturated, reason, ...rates }: LoadTestResult["saturation"]): string {
  if (saturated !== true) return `saturation: not reached (${reason})`;
  const between = `between ${ms(rates.toRatePerSec)} and ${ms(rates.fromRatePerSec)} requests/s`;
  return `saturation: ${between} (${reason}); at most ${ms(rates.outputTokensPerSec)} output tokens/s`;
}
