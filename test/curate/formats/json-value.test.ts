import fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalJson } from "../../../src/base/hash.ts";
import { defined, sameInAnyOrder } from "../../../src/curate/formats/json-value.ts";

test("values are the same in any order of their keys exactly where their canonical JSON is", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const turned = (each: unknown): unknown =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(
          Object.entries(each)
            .toReversed()
            .map(([name, inner]) => [name, turned(inner)]),
        )
      : each;
  fc.assert(
    fc.property(value, value, (first, second) => {
      expect(sameInAnyOrder(first, turned(first))).toBe(true);
      expect(sameInAnyOrder(first, second)).toBe(canonicalJson(first) === canonicalJson(second));
      expect(sameInAnyOrder([first], [first, second])).toBe(false);
    }),
  );
  expect(sameInAnyOrder({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(sameInAnyOrder({ a: 1 }, { a: 1, b: null })).toBe(false);
});

test("fields with a value stay in their order, whatever their names", () => {
  const fields = JSON.parse('{"b": null, "__proto__": {"x": 1}, "a": 0}') as Record<string, unknown>;
  expect(JSON.stringify(defined({ ...fields, gone: undefined }))).toBe('{"b":null,"__proto__":{"x":1},"a":0}');
});
