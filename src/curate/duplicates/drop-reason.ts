import type { DedupMethod } from "../../domain/dedup.ts";

/** Meaning of the similarity, by method. */
const MEASURES: Readonly<Record<DedupMethod, string>> = {
  near: "Jaccard similarity",
  exact: "similarity",
  simhash: "similarity",
  paragraphs: "share of words",
  passages: "share of words",
  vectors: "cosine",
};

/**
 * Text of the reason why a row is dropped, and in favour of which row: `keeper` is the name of the kept row. The
 * similarity is NaN if it was not computed.
 */
export function dropReason(
  {
    keeper,
    jaccard,
    isExact,
    isWrittenDifferently,
  }: { keeper: string; jaccard: number; isExact: boolean; isWrittenDifferently: boolean },
  method: DedupMethod,
): { reason: string; detail: string } {
  if (isExact) {
    const how = isWrittenDifferently ? ", but written differently" : "";
    return { reason: "exact-duplicate", detail: `the same words as ${keeper}${how}` };
  }
  const similarity = Number.isNaN(jaccard) ? "by sketches only" : `${MEASURES[method]} ${jaccard.toFixed(3)}`;
  return { reason: "near-duplicate", detail: `similar to ${keeper}, ${similarity}` };
}
