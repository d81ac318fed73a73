import type { LoadTestPoint, LoadTestResult } from "../domain/loadtest-result.ts";

/** Share of a rise in rate by which the output must rise. */
const FOLLOWS = 0.1;

/**
 * Whether a higher rate saturates the endpoint: it exceeds the previous rate, the output did not rise with it, and TTFT
 * grew during its window. Each sign alone may have another cause: output may stop rising because of the client, and
 * TTFT may rise while output still follows.
 */
export function saturates(point: LoadTestPoint, before: LoadTestPoint): boolean {
  const [offered, offeredBefore] = [point.offeredRequestsPerSec, before.offeredRequestsPerSec];
  const [output, outputBefore] = [point.outputTokensPerSec, before.outputTokensPerSec];
  if (!offered || !offeredBefore || !outputBefore || output === null || offered <= offeredBefore) return false;
  const follows = (output / outputBefore - 1) / (offered / offeredBefore - 1);
  return follows < FOLLOWS && point.queueGrows === true;
}

/** Saturation, determined from points with increasing rates. */
export function saturationOf(points: readonly LoadTestPoint[]): LoadTestResult["saturation"] {
  const most = points.reduce<number | null>((best, { outputTokensPerSec: point }) => larger(best, point), null);
  const rated = points
    .flatMap((point) => (point.load.kind === "rate" ? [{ rate: point.load.perSec, point }] : []))
    .toSorted((a, b) => a.rate - b.rate);
  const none = { fromRatePerSec: null, toRatePerSec: null, outputTokensPerSec: most };
  if (rated.length < 2) {
    return {
      saturated: null,
      reason: "only one load was offered: saturation can be seen only by raising the load",
      ...none,
    };
  }
  const position = rated.findIndex(({ point }, index) => index > 0 && saturates(point, rated[index - 1]!.point));
  if (position === -1) {
    const toRatePerSec = rated.at(-1)!.rate;
    return { saturated: false, reason: "output rose with the rate, or TTFT did not grow", ...none, toRatePerSec };
  }
  return {
    saturated: true,
    reason: "output stopped rising with the rate while TTFT grew",
    fromRatePerSec: rated[position]!.rate,
    toRatePerSec: rated[position - 1]!.rate,
    outputTokensPerSec: most,
  };
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
