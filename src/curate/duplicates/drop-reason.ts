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

/** Content of the text of a reason: the kept row, and the similarity; null if it was not computed. */
const REASON = new RegExp(
  `^(?:the same words as|similar to) (.+?)(?:, but written differently|, by sketches only|, (?:${[...new Set(Object.values(MEASURES))].join("|")}) (\\d\\.\\d{3}))?$`,
);

/** Reads the text that `dropReason` writes. */
export function readDropReason(
  reason: string,
  detail: string,
): { keeper: string | undefined; similarity: number | null } {
  const [, keeper, similarity] = REASON.exec(detail) ?? [];
  if (similarity !== undefined) return { keeper, similarity: Number(similarity) };
  return { keeper, similarity: reason === "exact-duplicate" ? 1 : null };
}

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
