import type { CanonicalRow, DatasetFormat } from "../../domain/canonical-row.ts";
import { applied, differences } from "./differences.ts";
import { FORMATS } from "./formats.ts";
import { without } from "./json-value.ts";
import { lostParts, type LostPart } from "./lost-parts.ts";
import { withoutTableNulls } from "./table-nulls.ts";
import { type Fields, isUnsupported, type UnsupportedRow, type Style } from "./row-format.ts";

/**
 * Converts a row of a format to the canonical form. Other fields of the row are kept in `beside`; details of its
 * notation that the format leaves open are kept in `native`. `fromCanonical` in the same format then restores the JSON
 * value, including the order of keys.
 *
 * @returns the reason why the row cannot be read, if it is not of this format
 */
export function toCanonical(row: Fields, format: DatasetFormat): CanonicalRow | string {
  const { read, write } = FORMATS[format];
  const taken = read(row);
  if (typeof taken === "string") return taken;
  const { style, used } = taken;
  const content = withoutTableNulls(taken.content);
  const beside = { ...without(row, used), ...taken.beside };
  const written = write(content, style);
  if (isUnsupported(written)) return `it was read as ${format} but cannot be written back: ${written.detail}`;
  const found = differences(withBeside(written, beside), row);
  return {
    ...content,
    ...(Object.keys(beside).length === 0 ? {} : { beside }),
    native: {
      format,
      ...(Object.keys(style).length === 0 ? {} : { style }),
      ...(found.length === 0 ? {} : { differences: found }),
    },
  };
}

/** Default form of a row that was not read from the same format. */
export type WriteOptions = {
  style?: Style | undefined;
  /** Omit fields that the format does not define; they are then lost parts. */
  bare?: boolean | undefined;
  /** Exceptions: fields to keep nevertheless. */
  keeps?: readonly string[] | undefined;
  /** Names of fields that are not written next to the format's own. */
  reserved?: readonly string[] | undefined;
};

/** A written row, with the parts that the format cannot represent. */
export type WrittenRow = { row: Fields; lost: LostPart[] };

/**
 * Writes a canonical row in a format. The result is read again and compared: every part that differs is in `lost`, so
 * that nothing is dropped silently.
 */
export function fromCanonical(
  canonical: CanonicalRow,
  format: DatasetFormat,
  { style, bare = false, keeps = [], reserved = [] }: WriteOptions = {},
): WrittenRow | UnsupportedRow {
  const { beside = {}, native, ...content } = canonical;
  const isHome = native?.format === format && style === undefined && !bare;
  const { read, write } = FORMATS[format];
  const written = write(content, isHome ? (native.style ?? {}) : (style ?? {}));
  if (isUnsupported(written)) return written;
  const stays = (name: string): boolean =>
    !Object.hasOwn(written, name) && (bare ? keeps.includes(name) : !reserved.includes(name));
  const row = withBeside(written, Object.fromEntries(Object.entries(beside).filter(([name]) => stays(name))));
  if (isHome) return { row: applied(row, native.differences ?? []) as Fields, lost: [] };
  const again = read(written);
  const lost = typeof again === "string" ? [{ part: "row", detail: again }] : lostParts(content, again.content);
  for (const [name, value] of Object.entries(beside)) {
    if (value === null) continue; // it says nothing: tables have every field in every row
    if (!stays(name)) lost.push({ part: "beside", detail: `the format does not define the field "${name}"` });
  }
  return { row, lost };
}

/** The fields of a format followed by the additional ones; a name that the format uses is not overwritten. */
function withBeside(written: Fields, beside: Fields): Fields {
  return Object.fromEntries([
    ...Object.entries(written),
    ...Object.entries(beside).filter(([name]) => !Object.hasOwn(written, name)),
  ]);
}
