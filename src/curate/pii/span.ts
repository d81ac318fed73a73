/** A stretch of text that is, or may be, personal data. */
export type Span = {
  /** Index of its first UTF-16 code unit. */
  start: number;
  /** Index of the UTF-16 code unit after its last. */
  end: number;
  /** Entity, with Presidio's name if there is one: EMAIL_ADDRESS, US_SSN. */
  type: string;
  /**
   * Confidence of the recogniser, 0 to 1; 1 if a check digit confirms it. It is not a probability: see the measured
   * table.
   */
  score: number;
  /** Name of the recogniser. */
  by: string;
};

/**
 * Spans that do not overlap, in the order of the text.
 * Of two overlapping spans, the one with the higher score is kept; of equal ones the longer, then the one that begins
 * first, then the one listed first. The result therefore does not depend on how the text was split into pieces.
 */
export function withoutOverlaps(spans: readonly Span[]): Span[] {
  if (spans.length < 2) return [...spans];
  const best = spans
    .map((span, order) => ({ span, order }))
    .toSorted(
      (a, b) =>
        b.span.score - a.span.score ||
        b.span.end - b.span.start - (a.span.end - a.span.start) ||
        a.span.start - b.span.start ||
        a.order - b.order,
    );
  const [from, to] = spans.reduce(
    ([low, high], { start, end }) => [Math.min(low, start), Math.max(high, end)],
    [Number.POSITIVE_INFINITY, 0],
  );
  // One byte a character, so that the work grows with the text and not with the square of the number of spans.
  const taken = new Uint8Array(Math.max(0, to - from));
  const kept: Span[] = [];
  for (const { span } of best) {
    const [start, end] = [span.start - from, span.end - from];
    if (taken.subarray(start, end).includes(1)) continue;
    taken.fill(1, start, end);
    kept.push(span);
  }
  return kept.toSorted((a, b) => a.start - b.start);
}
