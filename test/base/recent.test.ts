import { expect, test } from "vitest";

import { recent } from "../../src/base/recent.ts";

test("a key is computed once while it is kept", () => {
  const computed: string[] = [];
  const answer = recent<string>(2);
  const ask = (key: string): string => answer(key, () => (computed.push(key), key.toUpperCase()));
  expect([ask("a"), ask("b"), ask("a"), ask("b")]).toEqual(["A", "B", "A", "B"]);
  expect(computed).toEqual(["a", "b"]);
});

test("what was asked for longest ago is dropped first", () => {
  const computed: string[] = [];
  const answer = recent<string>(2);
  const ask = (key: string): string => answer(key, () => (computed.push(key), key));
  for (const key of ["a", "b", "a", "c", "a", "b"]) ask(key);
  expect(computed).toEqual(["a", "b", "c", "b"]);
});

test("answers are dropped by their weight, but for the last one", () => {
  const computed: number[] = [];
  const answer = recent<number[]>(5, ({ length }) => length);
  const ask = (length: number): number[] =>
    answer(`${length}`, () => (computed.push(length), Array.from({ length }, () => 0)));
  for (const length of [2, 3, 2, 9, 9, 2]) expect(ask(length)).toHaveLength(length);
  expect(computed).toEqual([2, 3, 9, 2]);
});

test("what cannot be computed is not kept", () => {
  const answer = recent<number>(2);
  const fail = (): number => {
    throw new Error("not today");
  };
  expect(() => answer("a", fail)).toThrow("not today");
  expect(answer("a", () => 1)).toBe(1);
});
