import { whole } from "../../../base/words.ts";
import type { DedupOptions, SimilarityHistogram } from "../../../domain/dedup.ts";
import { type DedupFile, type DedupRead, findDuplicates } from "../dedup-files.ts";
import { firstOfEach } from "../first-of-each.ts";

/** Lowest similarity searched, and the width of a bin, in hundredths. */
const [FROM, STEP] = [50, 5];
const BINS = (100 - FROM) / STEP;

/**
 * Counts rows by their similarity with the most similar earlier row, from .5, and suggests a threshold. Always compares
 * by shingles, whatever the method; exact copies are counted separately. Takes several times as long as a search at .8.
 */
export async function similarityHistogram(
  files: readonly DedupFile[],
  options: DedupOptions,
  read: DedupRead,
): Promise<SimilarityHistogram> {
  const survey = { ...options, method: "near", threshold: FROM / 100, verify: true, compat: undefined } as const;
  const { drops, sketches } = await findDuplicates(files, { ...survey, keep: "first" }, { ...read, keepsAll: true });
  const first = firstOfEach(sketches, undefined);
  const counts = Array.from({ length: BINS }, () => 0);
  let exact = 0;
  for (const [row, keeper] of drops.keeper.entries()) {
    if (first[row] !== row) exact += 1;
    else if (keeper !== row)
      counts[Math.min(BINS - 1, Math.floor((100 * drops.jaccard[row]! - FROM) / STEP + 1e-9))]! += 1;
  }
  const bins = counts.map((rows, index) => ({ from: edge(index), to: edge(index + 1), rows }));
  return { bins, exact, ...suggestedThreshold(counts) };
}

function edge(bin: number): number {
  return (FROM + STEP * bin) / 100;
}

/**
 * The threshold at the lowest point of a histogram, between copies with small changes and rows that only share a
 * template or a subject. Undefined if there is no minimum, because the counts only rise or only fall.
 */
export function suggestedThreshold(counts: readonly number[]): Pick<SimilarityHistogram, "suggested" | "basis"> {
  const total = counts.reduce((sum, rows) => sum + rows, 0);
  if (total === 0)
    return {
      suggested: null,
      basis: "no two rows have a similarity of 0.5 or more: any threshold drops only exact copies",
    };
  let best: { low: number; high: number; depth: number } | undefined;
  for (let low = 1; low < counts.length - 1; low++) {
    let high = low;
    while (high + 1 < counts.length - 1 && counts[high + 1] === counts[low]) high += 1;
    const below = Math.max(...counts.slice(0, low));
    const above = Math.max(...counts.slice(high + 1));
    const depth = Math.min(below, above) - counts[low]!;
    if (depth > 0 && (best === undefined || depth > best.depth)) best = { low, high, depth };
    low = high;
  }
  if (best === undefined) {
    return {
      suggested: null,
      basis: "the counts show no gap between changed copies and rows on one subject: review the clusters",
    };
  }
  const middle = Math.ceil((best.low + best.high + 1) / 2);
  const [under, over] = [counts.slice(0, middle), counts.slice(middle)].map((part) =>
    part.reduce((sum, rows) => sum + rows, 0),
  );
  return {
    suggested: edge(middle),
    basis: `the gap of the histogram: ${whole(over!)} rows above it, ${whole(under!)} between 0.5 and the gap`,
  };
}
