import { CanonicalRow, type DatasetFormat } from "../../domain/canonical-row.ts";
import { toCanonical } from "./convert-row.ts";
import { type Candidate, detectFormat } from "./detect-format.ts";
import { without } from "./json-value.ts";
import type { Fields } from "./row-format.ts";
import { unknownDetail } from "./unknown-row.ts";

/** A row in the canonical form, with the formats that it was recognised as. */
export type ReadCanonical = {
  row: CanonicalRow;
  /** Undefined where the row was canonical already, or its format was named. */
  detected: Candidate | undefined;
  rivals: readonly Candidate[];
};

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

/** Fields that `data import` puts before the row. */
const PLACE = ["id", "source", "line"];

/**
 * A row of any format, or one that is canonical already, in the canonical form.
 *
 * @param format  where given, what the row is; it is recognised where left out
 * @returns why it cannot be read: no format is like it, or one is and a part of it is not as it should be
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
  const isPlaced =
    typeof fields["id"] === "string" && typeof fields["source"] === "string" && typeof fields["line"] === "number";
  const own = isPlaced ? without(fields, PLACE) : fields;
  const beside = without(own, KNOWN);
  const parsed = CanonicalRow.safeParse(without(own, Object.keys(beside)));
  if (!parsed.success) return undefined;
  return Object.keys(beside).length === 0
    ? parsed.data
    : { ...parsed.data, beside: { ...parsed.data.beside, ...beside } };
}
