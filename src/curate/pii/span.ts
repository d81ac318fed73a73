/** A stretch of text that is personal data, or may be. */
export type Span = {
  /** UTF-16 code unit where it begins. */
  start: number;
  /** UTF-16 code unit after its last. */
  end: number;
  /** Entity, by Presidio's name where one exists: EMAIL_ADDRESS, US_SSN. */
  type: string;
  /** How sure the recogniser is, 0 to 1; 1 where a check digit confirms it. No probability: see the measured table. */
  score: number;
  /** Name of the recogniser. */
  by: string;
};

/**
 * Spans that do not overlap, in the order of the text.
 *
 * Of two that overlap the one with the higher score stays; of equal ones the longer, then the one that begins first,
 * then the one that came first. So the result does not depend on how the text was cut into pieces.
 */
export function withoutOverlaps(spans: readonly Span[]): Span[] {
  const best = spans
    .map((span, order) => ({ span, order }))
    .toSorted(
      (a, b) =>
        b.span.score - a.span.score ||
        b.span.end - b.span.start - (a.span.end - a.span.start) ||
        a.span.start - b.span.start ||
        a.order - b.order,
    );
  const kept: Span[] = [];
  for (const { span } of best) {
    const at = firstEndingAfter(kept, span.start);
    const next = kept[at];
    if (next === undefined || next.start >= span.end) kept.splice(at, 0, span);
  }
  return kept;
}

/** Index of the first span that ends after a place, in spans sorted by place and free of overlaps. */
function firstEndingAfter(sorted: readonly Span[], place: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.end > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
