import { unknown, computed, type CostRequest, type LineCost } from "../cost/cost-facts.ts";
import { apiRates } from "./api-rates.ts";
import type { Read } from "../uncertainty/simulate.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import { monthlyTokens } from "../serving/monthly-tokens.ts";
import { ownRatio, peakOf, replicaFacts } from "../serving/serving-cost.ts";

/** Days of an average month. */
const DAYS_PER_MONTH = 365.25 / 12;

/**
 * Output tokens per day above which serving the tuned model is cheaper than the API, counting serving, its people and
 * maintenance. It is the smallest volume at which the required replicas cost less than the API for the same tokens. On
 * both sides, an output token includes its input: the API bills `p_out + (input / output) × p_in`, and a replica takes
 * the time of both. People and maintenance are a fixed cost. Replicas are integers, and each serves at most its daily
 * capacity divided by the peak. Infinity if a fully loaded replica costs more than the API.
 */
export function breakEvenTokens(
  { programme, serving }: CostRequest,
  book: LeafBook,
  fixed: readonly LineCost[],
): LineCost {
  const load = programme.serving;
  if (serving?.apiPrice === undefined) return unknown("the API in use is not named or has no price (today.api)");
  const tokens = monthlyTokens(load);
  if ("unknown" in tokens) return unknown(tokens.unknown);
  const replica = replicaFacts(programme, serving, book);
  if (typeof replica === "string") return unknown(replica);
  const { decode, prefill, hourly } = replica;
  const { input, output } = apiRates(serving)!;
  const inputTokens = book.stated("serving.inputTokensPerMonth", tokens.input, "tokens/month");
  const outputTokens = book.stated("serving.outputTokensPerMonth", tokens.output, "tokens/month");
  const peak = peakOf(programme, serving, book);
  const spare = book.stated("serving.spareReplicas", load.spareReplicas, "replicas");
  const own = ownRatio(serving, book);
  const ratio = `${inputTokens} / ${outputTokens}`;
  const reading = prefill === undefined ? "" : ` + ${ratio} / (${prefill.words})`;
  const fixedPerMonth = (x: Read): number =>
    fixed.reduce((sum, cost) => sum + (cost.kind === "computed" ? cost.value(x) : 0), 0);
  return computed(
    `least tokens per day at which (replicas + ${spare}) × 24 h × ${hourly.words} + people and maintenance per day ≤ tokens × (${output} + ${ratio} × ${input}) / 10^6; a replica carries 86,400 s / ${peak.words} / (1 / (${decode.words})${reading})`,
    (x) => {
      const inputPerOutput = x(inputTokens) / x(outputTokens);
      const apiUsdPerToken = (output + inputPerOutput * input) / 1e6;
      const replicaUsdPerDay = 24 * hourly.value(x);
      const ownSeconds = 1 / decode.value(x) + (prefill === undefined ? 0 : inputPerOutput / prefill.value(x));
      const secondsPerToken = ownSeconds * (own?.value(x) ?? 1);
      const carries = 86_400 / peak.value(x) / secondsPerToken;
      const fixedUsdPerDay = x(spare) * replicaUsdPerDay + fixedPerMonth(x) / DAYS_PER_MONTH;
      const gainPerReplica = carries * apiUsdPerToken - replicaUsdPerDay;
      if (gainPerReplica <= 0) return Infinity;
      // With n full replicas, the gain is n × gainPerReplica; the answer lies at the first n that covers the fixed
      // cost.
      const replicas = Math.max(1, Math.ceil(fixedUsdPerDay / gainPerReplica));
      return (fixedUsdPerDay + replicas * replicaUsdPerDay) / apiUsdPerToken;
    },
  );
}
