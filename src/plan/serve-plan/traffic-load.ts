import { formatNumber, HOURS_PER_MONTH } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import type { ServeSpecInput } from "../../domain/serve-spec.ts";
import type { Traffic } from "../../domain/traffic.ts";

/** Fields of a spec that describe the requests. */
export type RequestFields = Partial<
  Pick<
    ServeSpecInput,
    "inputTokens" | "inputCv" | "outputTokens" | "outputCv" | "rate" | "peakOverMean" | "prefixHitShare"
  >
>;

/** Largest share of a prompt that can be cached; the last token is always computed. */
const MOST_HITS = 0.999;

/**
 * Converts a month of traffic to the request fields of a spec: lengths, mean rate, peak and cached share. Values that
 * the traffic does not state are absent.
 *
 * @returns the fields, and sentences on weak values
 */
export function trafficLoad(traffic: Traffic): { fields: RequestFields; notes: string[] } {
  const { inputTokensPerMonth, outputTokensPerMonth, requestsPerMonth, inputLengths, outputLengths } = traffic;
  const visit = (tokens: number): number | undefined =>
    requestsPerMonth === undefined || requestsPerMonth === 0 ? undefined : Math.max(1, tokens / requestsPerMonth);
  const input = inputLengths?.mean ?? visit(inputTokensPerMonth);
  const output = outputLengths?.mean ?? visit(outputTokensPerMonth);
  const requests = requestsPerMonth ?? (output === undefined ? undefined : outputTokensPerMonth / output);
  const { cachedInputShare, batchShare, peakBucket } = traffic;
  return {
    fields: present({
      inputTokens: input,
      inputCv: inputLengths?.cv ?? undefined,
      outputTokens: output,
      outputCv: outputLengths?.cv ?? undefined,
      rate: requests === undefined || requests === 0 ? undefined : requests / (HOURS_PER_MONTH * 3600),
      peakOverMean: plannedPeak(traffic),
      prefixHitShare: cachedInputShare === 0 ? undefined : Math.min(MOST_HITS, cachedInputShare),
    }),
    notes: [
      cachedInputShare > 0 &&
        `${percent(cachedInputShare)} of the input was cached at the source of the traffic; your own prefix cache, split across replicas, may hit less often`,
      batchShare > 0 && batchNote(traffic),
      peakBucket !== undefined &&
        peakBucket !== "minute" &&
        `the peak was read ${peakBucket === "day" ? "day by day" : "hour by hour"}: shorter peaks are higher`,
    ].filter((note) => note !== false),
  };
}

/**
 * Ratio of the busiest load to the mean load for sizing replicas. Work that can wait for a batch is moved to quieter
 * hours, so the peak is that of the remaining work, but at least the mean of all work.
 */
export function plannedPeak({ peakOverMean, batchShare }: Pick<Traffic, "peakOverMean" | "batchShare">): number {
  return Math.max(1, peakOverMean * (1 - batchShare));
}

/** The assumption behind `plannedPeak`, in one sentence. */
export function batchNote(traffic: Pick<Traffic, "peakOverMean" | "batchShare">): string {
  const { peakOverMean, batchShare } = traffic;
  return `${percent(batchShare)} of the tokens can wait: they are moved to hours with less load, and replicas are sized for the peak of the others, ${formatNumber(plannedPeak(traffic))} times the mean of all instead of ${formatNumber(peakOverMean)}`;
}

/** Requests per second for a monthly token load, at a given number of output tokens per request. */
export function ratePerSec(outputTokensPerMonth: number, outputTokens: number): number {
  return outputTokensPerMonth / outputTokens / (HOURS_PER_MONTH * 3600);
}

function present(fields: { [Field in keyof RequestFields]: RequestFields[Field] | undefined }): RequestFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
