import { formatNumber, HOURS_PER_MONTH } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import type { ServeSpecInput } from "../../domain/serve-spec.ts";
import type { Traffic } from "../../domain/traffic.ts";

/** Fields of a spec that say which requests come. */
export type RequestFields = Partial<
  Pick<
    ServeSpecInput,
    "inputTokens" | "inputCv" | "outputTokens" | "outputCv" | "rate" | "peakOverMean" | "prefixHitShare"
  >
>;

/** Share of a prompt that a cache may hold at most: its last token is always computed. */
const MOST_HITS = 0.999;

/**
 * The requests of a month of traffic as a spec has them: lengths, mean rate, peak and cached share. What the traffic
 * does not say stays out.
 *
 * @returns the fields, and what is weak about them in sentences
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
 * Load of the busiest time over mean load that replicas are for: what can wait for a batch fills hours with less load, so
 * that the peak is that of the rest; never less than the mean of all.
 */
export function plannedPeak({ peakOverMean, batchShare }: Pick<Traffic, "peakOverMean" | "batchShare">): number {
  return Math.max(1, peakOverMean * (1 - batchShare));
}

/** What that takes for granted, in a sentence. */
export function batchNote(traffic: Pick<Traffic, "peakOverMean" | "batchShare">): string {
  const { peakOverMean, batchShare } = traffic;
  return `${percent(batchShare)} of the tokens can wait: they fill hours with less load, and replicas are for the peak of the rest, ${formatNumber(plannedPeak(traffic))} times the mean of all instead of ${formatNumber(peakOverMean)}`;
}

/** Months and rates of a stated load of tokens: requests per second at so many output tokens each. */
export function ratePerSec(outputTokensPerMonth: number, outputTokens: number): number {
  return outputTokensPerMonth / outputTokens / (HOURS_PER_MONTH * 3600);
}

function present(fields: { [Field in keyof RequestFields]: RequestFields[Field] | undefined }): RequestFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
