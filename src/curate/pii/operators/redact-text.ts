import type { PiiOperator } from "../../../domain/redact.ts";
import { type Span, withoutOverlaps } from "../span.ts";
import { applied, type OperatorContext } from "./apply-operator.ts";

/** A span with its replacement, and the position of the replacement in the output. */
export type Replacement = {
  span: Span;
  operator: PiiOperator;
  value: string;
  written: string;
  start: number;
  end: number;
};

/** A text with its spans replaced, and the positions of the replacements. */
export type RedactedText = { text: string; replacements: Replacement[] };

/** Replaces each span by the operator of its entity. */
export function redactText(
  text: string,
  spans: readonly Span[],
  { operatorOf, context }: { operatorOf: (type: string, value: string) => PiiOperator; context: OperatorContext },
): RedactedText {
  const pieces: string[] = [];
  const replacements: Replacement[] = [];
  let [read, length] = [0, 0];
  for (const span of withoutOverlaps(spans)) {
    const before = text.slice(read, span.start);
    const value = text.slice(span.start, span.end);
    const operator = operatorOf(span.type, value);
    const written = applied(operator, { type: span.type, value }, context);
    pieces.push(before, written);
    const start = length + before.length;
    length = start + written.length;
    replacements.push({ span, operator, value, written, start, end: length });
    read = span.end;
  }
  pieces.push(text.slice(read));
  return { text: pieces.join(""), replacements };
}
