import type { ClassField, RedactOptions } from "../../../domain/redact.ts";
import type { CuratedRow } from "../../stage.ts";
import { shownValues, textSlots, type TextSlot, withTexts } from "../../rows/text-slots.ts";
import { withoutCode } from "../code/code-spans.ts";
import { fieldSpans, namedNumbers } from "../field-spans.ts";
import { type ModelSpans, spansOfModels } from "../model-spans.ts";
import { recognise, type RecogniseOptions } from "../recognisers/recognise.ts";
import { type Span, withoutOverlaps } from "../span.ts";
import type { OperatorContext } from "./apply-operator.ts";
import { type KeptClasses, keptClasses } from "./kept-classes.ts";
import { foundAgain, isLeft, isMarked, marked, valuesLeft } from "./leak-check.ts";
import { operatorOf } from "./profiles.ts";
import { type RedactedText, redactText, type Replacement } from "./redact-text.ts";
import type { RedactionKey } from "./redaction-key.ts";
import { isSureRepeat, type KnownValue, repeatedSpans, tellingValues } from "./repeated-values.ts";

/** Prepared options of redaction. */
export type RedactSetup = {
  options: RedactOptions;
  recognition: RecogniseOptions;
  key: RedactionKey | undefined;
  /** Source of the key, so that a thread can read it again. */
  keySource?: KeySource | undefined;
  /** Models whose spans are added. */
  models?: readonly ModelSpans[] | undefined;
  /** Fields of the dataset that hold classes, whose names are kept. */
  classes?: readonly ClassField[] | undefined;
};

/** Source of a key: a file, or else an environment variable. */
export type KeySource = { keyFile: string | undefined; env: Readonly<Record<string, string | undefined>> };

/** A span in a row: the index of its text, and its range. */
export type RowSpan = { path: TextSlot["path"]; span: Span };

/** A row after redaction. */
export type RedactedRow = {
  fields: Readonly<Record<string, unknown>>;
  replacements: (Replacement & { path: TextSlot["path"] })[];
  /** Spans too weak to be redacted, and words of names that may be other words, in the original row. */
  review: RowSpan[];
  /** Entities found in the row after redaction. */
  leaks: { foundAgain: Span[]; valuesLeft: number };
};

/** Maximum passes over a row if redaction reveals further values. */
const ROUNDS = 3;

/**
 * Redacts the texts of a row: the spans that the recognisers find, and further occurrences of the same values. Then
 * checks the result: with the same recognisers, and by searching the whole row for the values. Replacements are known
 * and do not count as leaks.
 */
export async function redactRow({ id, fields }: CuratedRow, setup: RedactSetup): Promise<RedactedRow> {
  const { options, recognition, key, models = [] } = setup;
  const all = [...textSlots(fields, options.textField), ...namedNumbers(fields, options.textField)];
  const classes = classesOf(setup);
  const slots = classes === undefined ? all : all.filter((slot) => !classes.isClass(fields, slot));
  const texts = slots.map(({ text }) => text);
  const ofModels = await spansOfModels(texts, { models, allow: recognition.allow });
  const scan = scanner(recognition, classes);
  const found = slots.map((slot, index): Span[] => [
    ...fieldSpans(slot, recognition),
    ...scan(slot.text),
    ...outsideList(slot.text, withoutCode(slot.text, ofModels[index]!, recognition.codeLiterals ?? "sure"), classes),
  ]);
  const context = { key, person: personOf(fields, options) ?? id, dateOrder: options.dateOrder };
  const others = shownValues(
    withTexts(
      fields,
      all.map(({ path }) => ({ path, text: "" })),
    ),
  );
  const work: Work = { fields, found, setup, context, others, scan };
  let redaction = redactSlots(slots, work);
  for (let round = 1; round < ROUNDS && redaction.again.some((spans) => spans.length > 0); round++) {
    for (const [index, spans] of redaction.again.entries()) found[index]!.push(...spans);
    redaction = redactSlots(slots, work);
  }
  const { telling, redacted, result } = redaction;
  const review = slots.flatMap((slot, index) =>
    reviewOf(slot, redacted[index]!, { found: found[index]!, options, telling }),
  );
  const unsearched = options.textField === undefined ? [] : textSlots(fields);
  const doubts = unsearched
    .filter(({ path }) => path[0] !== options.textField)
    .flatMap(({ path, text }) => doubtsIn(text, telling).map((span) => ({ path, span })));
  return { ...result, review: [...review, ...doubts] };
}

/** The person whom a row is about, if a field identifies one. */
function personOf(fields: CuratedRow["fields"], { personField }: RedactOptions): string | undefined {
  const value = personField === undefined ? undefined : fields[personField];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

const prepared = new WeakMap<readonly ClassField[], { classes: KeptClasses | undefined }>();

/** The kept classes of a setup, prepared once for all rows. */
function classesOf({ classes: fields }: RedactSetup): KeptClasses | undefined {
  if (fields === undefined || fields.length === 0) return undefined;
  let known = prepared.get(fields);
  if (known === undefined) prepared.set(fields, (known = { classes: keptClasses(fields) }));
  return known.classes;
}

/** Spans without the names of classes in a text that lists the classes. */
function outsideList(text: string, spans: readonly Span[], classes: KeptClasses | undefined): readonly Span[] {
  return classes === undefined ? spans : classes.outsideList(text, spans);
}

/** Recognisers with cached results per text. */
function scanner(recognition: RecogniseOptions, classes: KeptClasses | undefined): (text: string) => readonly Span[] {
  const known = new Map<string, readonly Span[]>();
  return (text) => {
    let spans = known.get(text);
    if (spans === undefined) known.set(text, (spans = outsideList(text, recognise(text, recognition), classes)));
    return spans;
  };
}

type Work = {
  fields: CuratedRow["fields"];
  found: readonly Span[][];
  setup: RedactSetup;
  context: OperatorContext;
  /** Other values of the row, outside the redacted texts. */
  others: readonly (string | number | bigint)[];
  scan: (text: string) => readonly Span[];
};

type Redaction = {
  result: Omit<RedactedRow, "review">;
  redacted: RedactedText[];
  telling: readonly KnownValue[];
  /** Entities that the recognisers find in the result, as ranges of the original texts. */
  again: Span[][];
};

/** Redacts what was found, and looks for it in the result. */
function redactSlots(slots: readonly TextSlot[], { fields, found, setup, context, others, scan }: Work): Redaction {
  const { options } = setup;
  const byOperator = (type: string, value: string) => operatorOf(type, options, value);
  const sure = found.map((spans) => spans.filter(({ score }) => score >= options.minScore));
  const isKept = (text: string, { type, start, end }: Span): boolean =>
    isLeft(type, text.slice(start, end), byOperator(type, text.slice(start, end)));
  const telling = tellingValues(
    slots.flatMap(({ text }, index): KnownValue[] =>
      sure[index]!.filter((span) => !isKept(text, span)).map(({ type, start, end }) => ({
        type,
        value: text.slice(start, end),
      })),
    ),
  );
  const redacted = slots.map(({ text }, index): RedactedText => {
    const own = sure[index]!.filter((span) => !isKept(text, span));
    const repeats = outside(own, { text, spans: repeatedSpans(text, telling).filter(isSureRepeat) });
    // A span that may stay does not protect a name inside it.
    const marks = repeats.length === 0 ? undefined : marked(text.length, repeats);
    const spans =
      marks === undefined ? sure[index]! : sure[index]!.filter((span) => !isMarked(marks, span) || !isKept(text, span));
    return redactText(text, [...spans, ...repeats], { operatorOf: byOperator, context });
  });
  const written = withTexts(
    fields,
    slots.flatMap(({ path, text }, index) =>
      redacted[index]!.text === text ? [] : [{ path, text: redacted[index]!.text }],
    ),
  );
  const again = redacted.map((redactedText) => foundAgain(redactedText, { ...setup, scan }));
  const replacements = redacted.flatMap((redactedText, index) =>
    redactedText.replacements.map((one) => ({ ...one, path: slots[index]!.path })),
  );
  const leaks = { foundAgain: again.flat(), valuesLeft: valuesLeft(redacted, others, telling) };
  return { result: { fields: written, replacements, leaks }, redacted, telling, again };
}

/** Spans that are not part of wider ones: "john" alone must not replace "john smith". */
function outside(wider: readonly Span[], { text, spans }: { text: string; spans: readonly Span[] }): readonly Span[] {
  if (wider.length === 0 || spans.length === 0) return spans;
  const marks = marked(text.length, wider);
  return spans.filter(({ start, end }) => marks.subarray(start, end).includes(0));
}

/** Weak spans that were not replaced, and words that may be a name in the row. */
function reviewOf(
  { path, text }: TextSlot,
  { replacements }: RedactedText,
  { found, options, telling }: { found: readonly Span[]; options: RedactOptions; telling: readonly KnownValue[] },
): RowSpan[] {
  const weak = [...found.filter(({ score }) => score < options.minScore), ...doubtsIn(text, telling)];
  if (weak.length === 0) return [];
  const done = marked(
    text.length,
    replacements.map(({ span }) => span),
  );
  return withoutOverlaps(weak.filter((span) => !isMarked(done, span))).map((span) => ({ path, span }));
}

function doubtsIn(text: string, telling: readonly KnownValue[]): Span[] {
  return repeatedSpans(text, telling).filter((span) => !isSureRepeat(span));
}
