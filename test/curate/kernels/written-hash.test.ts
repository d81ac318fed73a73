import fc from "fast-check";
import { expect, test } from "vitest";

import { writtenHash } from "../../../src/curate/kernels/written-hash.ts";

const encoder = new TextEncoder();

/** Hash of a text in the middle of other bytes, so that its position does not matter. */
function hashed(written: string, { isJson, before }: { isJson: boolean; before: number }): number {
  const inside = encoder.encode(written);
  const bytes = new Uint8Array(before + inside.length + 3).fill(0x5c);
  bytes.set(inside, before);
  return writtenHash({ bytes, start: before, end: before + inside.length, isJson });
}

/** Each character as an escape of JSON. */
function escaped(text: string): string {
  return text.replaceAll(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

test("a text has one hash, wherever it stands and however its characters are escaped", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.nat({ max: 9 }), (text, before) => {
      const plain = hashed(text, { isJson: false, before: 0 });
      expect(hashed(text, { isJson: false, before })).toBe(plain);
      expect(hashed(JSON.stringify(text).slice(1, -1), { isJson: true, before })).toBe(plain);
      expect(hashed(escaped(text), { isJson: true, before })).toBe(plain);
    }),
  );
});

test("texts that differ in one character, or in zeros at the end, have different hashes", () => {
  const seen = new Set<number>();
  const base = "The quick brown fox jumps over the lazy dog";
  for (let index = 0; index < base.length; index++)
    for (const other of ["x", "X", ".", " ", "\0"])
      seen.add(hashed(base.slice(0, index) + other + base.slice(index + 1), { isJson: false, before: 0 }));
  for (let zeros = 1; zeros < 9; zeros++) seen.add(hashed(base + "\0".repeat(zeros), { isJson: false, before: 0 }));
  const texts = new Set(
    Array.from(base).flatMap((_, index) =>
      ["x", "X", ".", " ", "\0"].map((other) => base.slice(0, index) + other + base.slice(index + 1)),
    ),
  );
  expect(seen.size).toBe(texts.size + 8);
});

test("an escape that is not JSON has no hash", () => {
  expect(hashed("a\\x", { isJson: true, before: 0 })).toBe(0);
});
