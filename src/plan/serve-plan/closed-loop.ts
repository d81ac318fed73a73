import { type Estimate, isRefusal } from "../../domain/estimate.ts";
import type { ReplicaLoad } from "../../domain/serve-plan.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { scaleQuantity } from "../uncertainty/lognormal.ts";

/**
 * A replica with a constant number of requests in flight. Its rates follow from its latencies, because each user waits
 * for the answer before sending the next request. Separate estimates of rates and latencies would contradict each
 * other.
 *
 * @source Little's law: C = X · (TTFT + TPOT · (O − 1)) / O
 * @accuracy exact for means; its range is that of the latencies, both long or both short
 */
export function closedLoop(
  load: ReplicaLoad,
  { requests, outputTokens }: { requests: number; outputTokens: number },
): ReplicaLoad {
  const { requestsPerSec, totalTokensPerSec } = load;
  const [ttft, tpot] = [
    load.ttftMs.mean,
    outputTokens > 1 ? load.tpotMs.mean : pointEstimate(0, "ms", "no later tokens"),
  ];
  if (isRefusal(requestsPerSec) || isRefusal(totalTokensPerSec) || isRefusal(ttft) || isRefusal(tpot)) return load;
  const rate = (end: "p10" | "p50" | "p90"): number =>
    (1000 * requests) / (ttft[end] + tpot[end] * Math.max(0, outputTokens - 1));
  const perSec: Estimate = {
    p10: rate("p90"),
    p50: rate("p50"),
    p90: rate("p10"),
    unit: "requests/s",
    basis: `requests in flight divided by the time of each (TTFT ${ttft.basis}; TPOT ${tpot.basis})`,
    n: Math.max(ttft.n, tpot.n),
    sources: [...new Set([...ttft.sources, ...tpot.sources])],
  };
  const tokensOfRequest = totalTokensPerSec.p50 / requestsPerSec.p50;
  return {
    ...load,
    requestsPerSec: perSec,
    outputTokensPerSec: scaleQuantity(perSec, outputTokens, "tokens/s"),
    totalTokensPerSec: scaleQuantity(perSec, tokensOfRequest, "tokens/s"),
  };
}
