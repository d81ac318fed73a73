import fc from "fast-check";
import { expect, test } from "vitest";

import { hashIndex } from "../../../src/curate/rows/hash-index.ts";

test("it remembers the first place of every hash as a Map does, zero and growth included", () => {
  const half = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.integer({ min: 0, max: 6 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half), { maxLength: 200 }), (hashes) => {
      const index = hashIndex(2);
      const known = new Map<string, number>();
      for (const [at, [high, low]] of hashes.entries()) {
        const key = `${high}:${low}`;
        expect(index.firstPlace(high, low, at + 1)).toBe(known.get(key));
        if (!known.has(key)) known.set(key, at + 1);
      }
    }),
  );
});
