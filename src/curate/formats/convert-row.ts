import type { CanonicalRow, DatasetFormat } from "../../domain/canonical-row.ts";
import { applied, differences } from "./differences.ts";
import { FORMATS } from "./formats.ts";
import { without } from "./json-value.ts";
import { lostParts, type LostPart } from "./lost-parts.ts";
import { withoutTableNulls } from "./table-nulls.ts";
import { type Fields, isUnsupported, type UnsupportedRow, type Style } from "./row-format.ts";

/**
 * A row of a format in the canonical form. What the row holds besides is kept in `beside`; how it was written, as far as
 * the format does not tell, in `native`: `fromCanonical` in the same format gives the same JSON value back, keys in
 * their order.
 *
 * @returns the reason why it cannot be read, if it is not of this format
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
  /** Omit the fields unknown to the format; they are then lost parts. */
  bare?: boolean | undefined;
  /** Of those, the fields to keep. */
  keeps?: readonly string[] | undefined;
  /** Names of fields that are not written next to the format's own. */
  reserved?: readonly string[] | undefined;
};

/** A written row, with the parts that the format cannot represent. */
export type WrittenRow = { row: Fields; lost: LostPart[] };

/**
 * A canonical row in a format. What was written is read again and compared: every part that did not come through is in
 * `lost`, so that nothing is dropped silently.
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

/** The fields of a format, then the additional ones; a name used by the format is not overwritten. */
function withBeside(written: Fields, beside: Fields): Fields {
  return Object.fromEntries([
    ...Object.entries(written),
    ...Object.entries(beside).filter(([name]) => !Object.hasOwn(written, name)),
  ]);
}
