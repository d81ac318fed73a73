import { RedactOptions } from "../../domain/redact.ts";
import { recognitionOf } from "../pii/operators/profiles.ts";
import { type RedactedRow, redactRow } from "../pii/operators/redact-row.ts";
import type { CuratedRow } from "../stage.ts";
import { textSlots, withTexts } from "../rows/text-slots.ts";

/**
 * Number of characters of a row's texts that are searched, far more than a sample shows, so that no shown value is
 * split.
 */
const LOOKED_AT = 4_000;

/** A row with masked personal data: its texts, and a function that masks words quoted from them. */
export type MaskedRow = {
  /** The first texts of the row; null if something was found in them even after they were masked. */
  fields: CuratedRow["fields"] | null;
  /** Masks text that a stage reported about the row: a detail, evidence. */
  words: (text: string) => Promise<string>;
};

/** Masks the rows that a report shows. */
export type SampleMask = (row: CuratedRow) => Promise<MaskedRow>;

/**
 * A mask based on the recognisers of redaction: each value is shown as its kind, `<EMAIL_ADDRESS>`. Rows that never
 * reached the stage `redact` are masked, so that a report that is passed on contains no personal data that a recogniser
 * can find. Data that no recogniser finds are shown.
 *
 * @param redact options of the pipeline's stage, whose lists and countries also apply here; default: the usual options
 */
export function sampleMask(redact: Partial<RedactOptions> = {}): SampleMask {
  const { locales, allow, deny, minScore, profile } = redact;
  const options = RedactOptions.parse({
    ...defined({ locales, allow, deny, minScore, profile }),
    operators: { "*": "replace", TITLE: "keep" },
  });
  const setup = { options, recognition: recognitionOf(options), key: undefined };
  return async (row) => {
    const { fields, isCut } = startOf(row.fields);
    const redacted = await redactRow({ ...row, fields }, setup);
    const { foundAgain, valuesLeft } = redacted.leaks;
    const values = valuesOf(redacted.replacements);
    const isRead = Object.keys(row.fields).length > 0;
    return {
      fields: foundAgain.length === 0 && valuesLeft === 0 ? redacted.fields : null,
      words: async (text) => {
        if (!isRead) return withoutQuotes(text);
        const words = withoutValues(isCut ? text.replaceAll(/\S+…/gu, "…") : text, values);
        const again = await redactRow({ ...row, fields: { words } }, setup);
        return String(again.fields["words"]);
      },
    };
  };
}

function defined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, value]) => value !== undefined)) as Partial<Value>;
}

/** The row with the first characters of its first texts: enough for a sample, whatever the size of the row. */
function startOf(fields: CuratedRow["fields"]): { fields: CuratedRow["fields"]; isCut: boolean } {
  let left = LOOKED_AT;
  const cut = textSlots(fields).flatMap(({ path, text }) => {
    const room = left;
    left = Math.max(0, left - text.length);
    return text.length <= room ? [] : [{ path, text: text.slice(0, room) }];
  });
  return { fields: withTexts(fields, cut), isCut: cut.length > 0 };
}

/** Masked values and their replacements, the longest first; for a name also its parts. */
function valuesOf(replacements: RedactedRow["replacements"]): [value: string, written: string][] {
  const values = new Map<string, string>();
  for (const { span, value, written } of replacements) {
    const parts = span.type === "PERSON" ? value.split(/\s+/u).filter((part) => part.length >= 3) : [];
    for (const part of [value, ...parts]) values.set(part, written);
  }
  return [...values].toSorted(([a], [b]) => b.length - a.length);
}

/** Words without the values, and without the start of one at the end of truncated text. */
function withoutValues(text: string, values: readonly (readonly [string, string])[]): string {
  let masked = text;
  for (const [value, written] of values) {
    masked = masked.replaceAll(value, written).replaceAll(JSON.stringify(value).slice(1, -1), written);
    const cut = masked.lastIndexOf("…");
    if (cut === -1) continue;
    const before = masked.slice(0, cut);
    const length = Array.from(value, (_each, index) => value.length - index).find(
      (most) => most >= 2 && before.endsWith(value.slice(0, most)),
    );
    if (length !== undefined) masked = `${before.slice(0, -length)}${written}${masked.slice(cut)}`;
  }
  return masked;
}

/** Text about an unreadable line, without the parts quoted from it, because they cannot be searched. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"');
}
