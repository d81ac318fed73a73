import fc from "fast-check";
import { expect, test } from "vitest";

import { changedByte } from "../../../src/curate/freeze/changed-byte.ts";
import { rowSeal, sealLine, sealsOf } from "../../../src/curate/freeze/row-seal.ts";
import { longTest } from "../../long-suite.ts";

test("any one byte that was changed is found, with what it was", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 3000 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (row, at, bits) => {
        const place = at % row.length;
        const changed = Uint8Array.from(row);
        changed[place]! ^= bits;
        expect(changedByte(changed, rowSeal(row))).toEqual({ place, was: row[place], is: changed[place] });
      },
    ),
  );
});

test("two bytes that were changed, or a row of another length, are not taken for one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 500 }), fc.integer({ min: 1, max: 255 }), (row, bits) => {
      const changed = Uint8Array.from(row);
      changed[0]! ^= bits;
      changed[row.length - 1]! ^= bits;
      expect(changedByte(changed, rowSeal(row))).toBeUndefined();
      expect(changedByte(row.subarray(1), rowSeal(row))).toBeUndefined();
    }),
  );
});

longTest("a bit of a row of 50 MB is found in a second or two", () => {
  const row = new Uint8Array(50e6).fill(97);
  const seal = rowSeal(row);
  row[17] = 96;
  expect(changedByte(row, seal)).toEqual({ place: 17, was: 97, is: 96 });
});

test("seals are read back as they were written, and nothing else is", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (rows) => {
      const seals = rows.map((row) => rowSeal(row));
      expect(sealsOf(seals.map(sealLine).join(""))).toEqual(seals);
    }),
  );
  expect(sealsOf("abc def 3\n")).toBeUndefined();
  expect(sealsOf(sealLine(rowSeal(new Uint8Array())).trimEnd())).toBeUndefined();
});
