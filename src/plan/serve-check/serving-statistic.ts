import type { RowText } from "../check/row-text.ts";

/** Statistic of a measured latency. */
export type Statistic = "mean" | "p50" | "p95" | "p99";

const WORDS: readonly (readonly [RegExp, Statistic])[] = [
  [/^(mean|average|avg)$/, "mean"],
  [/^(median|p50|50th.*)$/, "p50"],
  [/^(p95|95th.*)$/, "p95"],
  [/^(p99|99th.*)$/, "p99"],
  // Tools that print a single number print the mean.
  [/^(|unstated|not stated|unknown|unspecified)$/, "mean"],
];

/** Words for the gaps between the chunks of an answer. Their mean is TPOT; their percentiles are not. */
const GAPS = /\bitl\b|inter[- ]?token(?: latency)?/i;

/**
 * The statistic of a latency, from its column; the mean if none is stated; or the reason why it is unknown. Percentiles
 * of the gaps between chunks are not those of TPOT: at least half of the gaps include no prompt, and a chunk may
 * contain several tokens.
 */
export function servingStatistic(
  text: RowText,
  column: "ttft_statistic" | "tpot_statistic",
): Statistic | { refused: string } {
  const written = text(column).toLowerCase().replace(GAPS, "").trim();
  const isGap = GAPS.test(text(column)) && !/^(?:|mean|average|avg)$/.test(written);
  if (column === "tpot_statistic" && isGap)
    return { refused: "the TPOT of the row is a percentile of the gaps between chunks (inter-token latency)" };
  const distorted = /(?:on (\S+) )?distorts tpot/i.exec(text("extra_facts"));
  if (column === "tpot_statistic" && distorted && isOf(distorted[1] ?? "", text("gpu"))) {
    return { refused: "the row states that its TPOT is distorted" };
  }
  return (
    WORDS.find(([words]) => words.test(written))?.[1] ?? {
      refused: `${column} is "${written.slice(0, 40)}": mean, median, p95 and p99 are estimated`,
    }
  );
}

/** True if a statement about a GPU applies to a row's GPU, or names no GPU. */
function isOf(part: string, gpu: string): boolean {
  return gpu.toLowerCase().includes(part.toLowerCase());
}
