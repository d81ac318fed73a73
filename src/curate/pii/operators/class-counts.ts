import type { ClassField, ClassName } from "../../../domain/redact.ts";
import { rowText } from "../../rows/row-text.ts";
import type { CuratedRow } from "../../stage.ts";
import { recognise, type RecogniseOptions } from "../recognisers/recognise.ts";
import type { Span } from "../span.ts";
import { ANSWER } from "./kept-classes.ts";
import { isLeft } from "./leak-check.ts";
import { maskedValue } from "./masked-value.ts";
import { operatorOf } from "./profiles.ts";
import type { RedactSetup } from "./redact-row.ts";

/** Limits for the values of a field to be classes: those of `data inspect`, and the share of other values. */
const LIMITS = { classes: 200, characters: 100, others: 0.05 } as const;

/** Names of fields that hold a class, next to or instead of the answer of a known format. */
const CLASS_FIELD =
  /^(?:label|class|categor[yíi]|categor[ií]a|intent|sentiment|topic|target|chosen|rejected|etiqueta|clase|tema|intenci[oó]n|sentimiento|classe|cat[eé]gorie|kategorie|klasse|thema)(?:s|es)?(?:[_ ]?(?:name|text|str|nombre))?$/iu;

/** Entities that are also ordinary names of classes. A full name and every other entity is personal data anywhere. */
const NAME_LIKE: ReadonlySet<string> = new Set(["PERSON", "LOCATION", "ORGANIZATION", "NRP", "TITLE", "DATE_TIME"]);

/** Rows by value of each field that may hold classes, and the number of its other values. */
type Counts = Record<string, { values: Map<string, number>; others: number }>;

/** Summary of a shard: the values of the fields that may hold classes. */
export function summariseClasses(rows: readonly CuratedRow[]): Uint8Array {
  const counts: Counts = {};
  for (const { fields } of rows) {
    for (const [field, value] of classValues(fields)) count(counts, field, { value, rows: 1 });
  }
  const shown = Object.entries(counts).map(([field, { values, others }]) => [field, [...values], others]);
  return Buffer.from(JSON.stringify(shown));
}

/**
 * Decides which fields hold classes, and which names of classes the recognisers take for personal data.
 *
 * @returns fields whose values are at most 200 short texts that occur twice on average, as JSON
 */
export function decideClasses(summaries: readonly Uint8Array[], setup: RedactSetup): ClassField[] {
  const counts: Counts = {};
  for (const summary of summaries) {
    const read = JSON.parse(Buffer.from(summary).toString()) as [string, [string, number][], number][];
    for (const [field, values, others] of read) {
      for (const [value, rows] of values) count(counts, field, { value, rows });
      (counts[field] ??= { values: new Map(), others: 0 }).others += others;
    }
  }
  const search = { ...setup.recognition, minScore: setup.options.minScore };
  return Object.entries(counts).flatMap(([field, { values, others }]): ClassField[] => {
    const rows = [...values.values()].reduce((sum, some) => sum + some, 0);
    const isClosed = values.size >= 2 && values.size <= LIMITS.classes && rows >= 2 * values.size;
    if (!isClosed || others > LIMITS.others * (rows + others)) return [];
    const names = [...values].toSorted(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
    const classes = names.map(([name, ofName]): ClassName => {
      const { entity, isKept } = fate(name, setup.options, search);
      return { name: isKept ? name : maskedValue(name), rows: ofName, entity, isKept };
    });
    return [{ field, classes }];
  });
}

/** Entity that the recognisers find in the name of a class, and whether the name is kept nevertheless. */
function fate(
  name: string,
  options: RedactSetup["options"],
  search: RecogniseOptions,
): Pick<ClassName, "entity" | "isKept"> {
  const spans = recognise(name, search).filter(
    ({ type, start, end }) => !isLeft(type, name.slice(start, end), operatorOf(type, options, name.slice(start, end))),
  );
  if (spans.length === 0) return { entity: null, isKept: true };
  const sure = spans.find((span) => !isNameLike(name, span));
  if (wordsOutside(name, spans) > (sure === undefined ? WORDS.names : WORDS.sure))
    return { entity: null, isKept: false };
  return { entity: (sure ?? spans[0]!).type, isKept: sure === undefined };
}

/**
 * Most words next to personal data in the name of a class: next to a single name, and next to other personal data. A
 * longer one is a text that many rows share, such as a prepared reply, and is redacted like any other text.
 */
const WORDS = { names: 2, sure: 1 } as const;

function wordsOutside(name: string, spans: readonly Span[]): number {
  const outside = name
    .split("")
    .map((letter, index) => (spans.some(({ start, end }) => index >= start && index < end) ? " " : letter));
  return outside
    .join("")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "").length;
}

/** False for a full name of a person, and for what was named to be removed. */
function isNameLike(name: string, { type, start, end, by }: Span): boolean {
  if (by === "deny-list" || !NAME_LIKE.has(type)) return false;
  return type !== "PERSON" || !/\S\s+\S/.test(name.slice(start, end));
}

function count(counts: Counts, field: string, { value, rows }: { value: string; rows: number }): void {
  const known = (counts[field] ??= { values: new Map(), others: 0 });
  const isOther = value.length > LIMITS.characters || (known.values.size > LIMITS.classes && !known.values.has(value));
  if (isOther) known.others += rows;
  else known.values.set(value, (known.values.get(value) ?? 0) + rows);
}

/** The values of a row that may be classes: its single answer, and the texts of fields that are named like a class. */
function classValues(fields: CuratedRow["fields"]): [field: string, value: string][] {
  const text = rowText(fields);
  const answer = text.problem === undefined ? text.answer?.text.trim() : undefined;
  const named = Object.entries(fields).flatMap(([field, value]): [string, string][] => {
    if (!CLASS_FIELD.test(field)) return [];
    const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).filter((one) => typeof one === "string");
    return texts.map((one) => [field, one.trim()]);
  });
  return answer === undefined || answer === "" ? named : [[ANSWER, answer], ...named];
}
