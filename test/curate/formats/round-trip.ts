import { expect } from "vitest";

import { fromCanonical, toCanonical } from "../../../src/curate/formats/convert-row.ts";
import type { Fields } from "../../../src/curate/formats/row-format.ts";
import { CanonicalRow, DatasetFormat } from "../../../src/domain/canonical-row.ts";

/** Native, canonical as its JSON text, native again. */
export function roundTrip(row: Fields, format: DatasetFormat): unknown {
  const canonical = toCanonical(row, format);
  if (typeof canonical === "string") throw new Error(canonical);
  const written = fromCanonical(CanonicalRow.parse(JSON.parse(JSON.stringify(canonical))), format);
  if (!("row" in written)) throw new Error(written.detail);
  expect(written.lost).toEqual([]);
  return written.row;
}

/** Writes a row in every format, and where nothing is lost reads it and writes it in its own again: the formats that held it. */
export function thereAndBack(row: Fields, format: DatasetFormat): DatasetFormat[] {
  const canonical = toCanonical(row, format);
  if (typeof canonical === "string") throw new Error(canonical);
  const home = sorted(usual(row, format, canonical));
  return DatasetFormat.options.filter((target) => {
    const written = fromCanonical(canonical, target);
    if (!("row" in written)) {
      expect(written.detail).not.toBe("");
      return false;
    }
    const again = toCanonical(written.row, target);
    if (typeof again === "string") expect.fail(`${format} as ${target}: ${again}`);
    if (written.lost.length > 0) return false;
    const back = fromCanonical({ ...again, native: undefined }, format, { style: unstated(canonical) });
    expect({ target, row: "row" in back ? sorted(back.row) : back }).toEqual({ target, row: home });
    return true;
  });
}

/** The choices of the row, but for weights that are the usual ones: writing them or not says the same. */
function unstated({ native }: CanonicalRow): Record<string, string> {
  const { weight: _stated, ...style } = native?.style ?? {};
  return style;
}

/** The row as its format usually writes it. */
function usual(row: Fields, format: DatasetFormat, canonical: CanonicalRow): Fields {
  const plain = { ...canonical, native: undefined } as CanonicalRow;
  const written = fromCanonical(plain, format, { style: unstated(canonical) });
  if (!("row" in written)) throw new Error(written.detail);
  return written.row;
}

/** Keys in the order of the alphabet at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
