import type { PiiOperator, RedactOptions } from "../../../domain/redact.ts";
import type { CuratedRow } from "../../stage.ts";
import { shownValues, textSlots, type TextSlot, withTexts } from "../../text-slots.ts";
import { fieldSpans, namedNumbers } from "../field-spans.ts";
import { type ModelSpans, spansOfModels } from "../model-spans.ts";
import { recognise, type RecogniseOptions } from "../recognisers/recognise.ts";
import { type Span, withoutOverlaps } from "../span.ts";
import type { OperatorContext } from "./apply-operator.ts";
import { generalised } from "./generalise.ts";
import { operatorOf } from "./profiles.ts";
import { type RedactedText, redactText, type Replacement } from "./redact-text.ts";
import type { RedactionKey } from "./redaction-key.ts";
import { digitsOf, type KnownValue, repeatedSpans, tellingValues } from "./repeated-values.ts";

/** Options of redaction, readied once. */
export type RedactSetup = {
  options: RedactOptions;
  recognition: RecogniseOptions;
  key: RedactionKey | undefined;
  /** Models whose spans are added. */
  models?: readonly ModelSpans[] | undefined;
};

/** A span in a row: which of its texts, and where. */
export type RowSpan = { path: TextSlot["path"]; span: Span };

/** A row after redaction. */
export type RedactedRow = {
  fields: Readonly<Record<string, unknown>>;
  replacements: (Replacement & { path: TextSlot["path"] })[];
  /** Spans too weak to be redacted, in the row as it came. */
  review: RowSpan[];
  /** What was found in the row as it would be written. */
  leaks: { foundAgain: Span[]; valuesLeft: number };
};

/** How often a row is read again where redaction has made something readable that was not. */
const ROUNDS = 3;

/**
 * Redacts the texts of a row: what the recognisers find, then the same values wherever else they stand in those texts.
 * Then looks again: at what would be written, by the same recognisers, and in the whole row, for the values. What operators
 * wrote is known and is no leak.
 */
export async function redactRow({ id, fields }: CuratedRow, setup: RedactSetup): Promise<RedactedRow> {
  const { options, recognition, key, models = [] } = setup;
  const slots = [...textSlots(fields, options.textField), ...namedNumbers(fields, options.textField)];
  const texts = slots.map(({ text }) => text);
  const ofModels = await spansOfModels(texts, { models, allow: recognition.allow });
  const found = slots.map((slot, index): Span[] => [
    ...fieldSpans(slot, recognition),
    ...recognise(slot.text, recognition),
    ...ofModels[index]!,
  ]);
  const context = { key, person: personOf(fields, options) ?? id, dateOrder: options.dateOrder };
  let [result, again] = redactSlots(slots, { fields, found, setup, context });
  for (let round = 1; round < ROUNDS && again.some((spans) => spans.length > 0); round++) {
    for (const [index, spans] of again.entries()) found[index]!.push(...spans);
    [result, again] = redactSlots(slots, { fields, found, setup, context });
  }
  return { ...result, review: reviewOf(slots, found, options) };
}

/** Whom a row is about, where a field says so. */
function personOf(fields: CuratedRow["fields"], { personField }: RedactOptions): string | undefined {
  const value = personField === undefined ? undefined : fields[personField];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

type Work = { fields: CuratedRow["fields"]; found: readonly Span[][]; setup: RedactSetup; context: OperatorContext };

/** Redacts what was found, and says what the recognisers find in the result: as places in the texts as they came. */
function redactSlots(
  slots: readonly TextSlot[],
  { fields, found, setup, context }: Work,
): [Omit<RedactedRow, "review">, Span[][]] {
  const { options } = setup;
  const byOperator = (type: string) => operatorOf(type, options);
  const isSure = ({ score }: Span): boolean => score >= options.minScore;
  const values = slots.flatMap(({ text }, index): KnownValue[] =>
    found[index]!.filter(isSure)
      .map(({ type, start, end }) => ({ type, value: text.slice(start, end) }))
      .filter(({ type, value }) => !isLeft(type, value, byOperator(type))),
  );
  const telling = tellingValues(values);
  const redacted = slots.map(({ text }, index): RedactedText => {
    const spans = [...found[index]!.filter(isSure), ...repeatedSpans(text, telling)];
    return redactText(text, spans, { operatorOf: byOperator, context });
  });
  const written = withTexts(
    fields,
    slots.flatMap(({ path, text }, index) =>
      redacted[index]!.text === text ? [] : [{ path, text: redacted[index]!.text }],
    ),
  );
  const again = redacted.map((each) => foundAgain(each, setup));
  const replacements = redacted.flatMap((each, index) =>
    each.replacements.map((one) => ({ ...one, path: slots[index]!.path })),
  );
  const leaks = { foundAgain: again.flat(), valuesLeft: valuesLeft(written, redacted, telling) };
  return [{ fields: written, replacements, leaks }, again];
}

/** Weak spans that no sure one covers. */
function reviewOf(slots: readonly TextSlot[], found: readonly Span[][], { minScore }: RedactOptions): RowSpan[] {
  return slots.flatMap(({ path }, index) => {
    const sure = found[index]!.filter(({ score }) => score >= minScore);
    const weak = withoutOverlaps(found[index]!.filter(({ score }) => score < minScore));
    return weak
      .filter((span) => !sure.some(({ start, end }) => start < span.end && end > span.start))
      .map((span) => ({ path, span }));
  });
}

/** True for a value that its operator lets stand: a country, an age under ninety, all that is kept. */
function isLeft(type: string, value: string, operator: PiiOperator): boolean {
  return operator === "keep" || (operator === "generalise" && generalised(type, value) === value);
}

/** What the recognisers find in a text as it would be written, outside of what operators wrote, as places in the text before. */
function foundAgain({ text, replacements }: RedactedText, { options, recognition }: RedactSetup): Span[] {
  if (replacements.length === 0) return [];
  const known = new Set(replacements.map(({ written }) => written.toLowerCase()));
  return recognise(text, recognition).flatMap((span) => {
    if (span.score < options.minScore) return [];
    if (replacements.some(({ start, end }) => start < span.end && end > span.start)) return [];
    const value = text.slice(span.start, span.end);
    if (known.has(value.toLowerCase()) || isLeft(span.type, value, operatorOf(span.type, options))) return [];
    const last = replacements.findLast(({ end }) => end <= span.start);
    const moved = last === undefined ? 0 : last.end - last.span.end;
    return [{ ...span, start: span.start - moved, end: span.end - moved }];
  });
}

/** How often values that were redacted stand somewhere in the row still: in any text, number or name of a field. */
function valuesLeft(
  written: CuratedRow["fields"],
  redacted: readonly RedactedText[],
  telling: readonly KnownValue[],
): number {
  const made = new Set(
    redacted.flatMap(({ replacements }) =>
      replacements.flatMap((each) => [
        each.written.toLowerCase(),
        ...each.written.toLowerCase().split(/[^\p{L}\p{N}]+/u),
      ]),
    ),
  );
  const left = telling.filter(({ value }) => !made.has(value.toLowerCase()));
  if (left.length === 0) return 0;
  const digits = digitsOf(left);
  return shownValues(written).reduce((sum: number, value) => {
    if (typeof value === "string") return sum + repeatedSpans(value, left).length;
    return sum + (digits.has(String(value)) ? 1 : 0);
  }, 0);
}
