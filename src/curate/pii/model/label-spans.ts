/** A range in a text, in UTF-16 units. */
export type Offset = readonly [start: number, end: number];

/** A span marked by a model: its label without B- and I-. */
export type LabelSpan = { start: number; end: number; label: string; score: number };

/**
 * Spans of one input by the most likely label of each token: a token continues the preceding span if its label is the
 * same and does not begin a new one (B-). The score is the mean probability of the tokens. Equivalent to
 * `aggregation_strategy="simple"` of Hugging Face's pipeline (transformers 5.2, token_classification.py).
 *
 * @param logits tokens times labels, row by row
 */
export function labelSpans(
  logits: Float32Array,
  { labels, offsets }: { labels: readonly string[]; offsets: readonly Offset[] },
): LabelSpan[] {
  const spans: (LabelSpan & { tokens: number })[] = [];
  let before = "";
  for (const [token, [start, end]] of offsets.entries()) {
    const { best, score } = likeliest(logits.subarray(token * labels.length, (token + 1) * labels.length));
    const name = labels[best]!;
    const begins = name.startsWith("B-");
    const label = begins || name.startsWith("I-") ? name.slice(2) : name;
    const open = spans.at(-1);
    if (label !== "O") {
      if (open !== undefined && before === label && !begins) {
        open.end = end;
        open.score += score;
        open.tokens += 1;
      } else spans.push({ start, end, label, score, tokens: 1 });
    }
    before = label;
  }
  return spans.map(({ start, end, label, score, tokens }) => ({ start, end, label, score: score / tokens }));
}

function likeliest(logits: Float32Array): { best: number; score: number } {
  let best = 0;
  for (let index = 1; index < logits.length; index++) if (logits[index]! > logits[best]!) best = index;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - logits[best]!);
  return { best, score: 1 / sum };
}

/**
 * Spans of overlapping inputs, without repetition: of two overlapping spans the longer is kept; of equally long ones,
 * the one with the higher score. As in the same pipeline with `stride`.
 */
export function withoutRepeats(spans: readonly LabelSpan[]): LabelSpan[] {
  const kept: LabelSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const before = kept.at(-1);
    if (before === undefined || span.start >= before.end) kept.push(span);
    else {
      const [length, known] = [span.end - span.start, before.end - before.start];
      if (length > known || (length === known && span.score > before.score)) kept[kept.length - 1] = span;
    }
  }
  return kept;
}

/** Joins adjacent spans of one label, such as pieces of a word. */
export function joined(spans: readonly LabelSpan[]): LabelSpan[] {
  const all: LabelSpan[] = [];
  for (const span of spans) {
    const before = all.at(-1);
    if (before?.end === span.start && before.label === span.label) {
      all[all.length - 1] = { ...before, end: span.end, score: Math.max(before.score, span.score) };
    } else all.push(span);
  }
  return all;
}
