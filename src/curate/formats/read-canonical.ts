import { CanonicalRow, type DatasetFormat } from "../../domain/canonical-row.ts";
import { toCanonical } from "./convert-row.ts";
import { type Candidate, detectFormat } from "./detect-format.ts";
import { without } from "./json-value.ts";
import type { Fields } from "./row-format.ts";
import { unknownDetail } from "./unknown-row.ts";

/** A row in the canonical form, with the format that was detected. */
export type ReadCanonical = {
  row: CanonicalRow;
  /** Undefined if the row was canonical already, or its format was named. */
  detected: Candidate | undefined;
  rivals: readonly Candidate[];
};

/** Fields that `data import` adds to a row. */
export type RowPlace = { id: string; source: string; line: number };

const KINDS: ReadonlySet<unknown> = new Set([
  "text",
  "prompt",
  "completion",
  "chat",
  "preference",
  "label",
  "candidates",
]);

const KNOWN = [
  "kind",
  "text",
  "prompt",
  "completion",
  "completions",
  "messages",
  "chosen",
  "rejected",
  "label",
  "labels",
  "tools",
  "beside",
  "native",
];

const PLACE = ["id", "source", "line"];

/**
 * Converts a row of any format to the canonical form; a canonical row is unchanged.
 *
 * @param format  the format, if given; default: detected
 * @returns the reason if it cannot be read: no format matches, or a part of the matching one is invalid
 */
export function readCanonical(
  fields: Fields,
  format?: DatasetFormat,
): ReadCanonical | { reason: string; detail: string } {
  const known = format === undefined ? canonicalOf(fields) : undefined;
  if (known !== undefined) return { row: known, detected: undefined, rivals: [] };
  const { best, rivals } = format === undefined ? detectFormat(fields) : { best: undefined, rivals: [] };
  const name = format ?? best?.format;
  if (name === undefined) return { reason: "unknown-format", detail: unknownDetail(fields) };
  const row = toCanonical(fields, name);
  return typeof row === "string" ? { reason: "unlike-format", detail: row } : { row, detected: best, rivals };
}

function canonicalOf(fields: Fields): CanonicalRow | undefined {
  if (!KINDS.has(fields["kind"])) return undefined;
  const own = placeOf(fields) === undefined ? fields : without(fields, PLACE);
  const beside = without(own, KNOWN);
  const row = without(own, Object.keys(beside));
  if (!CanonicalRow.safeParse(row).success) return undefined;
  const same = row as CanonicalRow; // not what was parsed: that is without keys called __proto__
  return Object.keys(beside).length === 0 ? same : { ...same, beside: { ...same.beside, ...beside } };
}

function placeOf({ id, source, line }: Fields): RowPlace | undefined {
  return typeof id === "string" && typeof source === "string" && typeof line === "number" && line >= 1
    ? { id, source, line }
    : undefined;
}

/** Position of a row before its first import; undefined for one that `data import` did not write. */
export function placeBefore(fields: Fields): RowPlace | undefined {
  return canonicalOf(fields) === undefined ? undefined : placeOf(fields);
}
