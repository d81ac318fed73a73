import * as z from "zod";
import { expect, test } from "vitest";

import { fieldProblems, issueText, showValue, valueAt } from "../../src/base/issue-text.ts";

test.each<[string, { schema: z.ZodType; given: unknown }, string]>([
  ["nothing", { schema: z.string(), given: undefined }, "is required"],
  ["a number below the least", { schema: z.number().min(1), given: -3 }, "-3 is too small: expected at least 1"],
  ["a number that must be above", { schema: z.number().positive(), given: 0 }, "0 is too small: expected more than 0"],
  ["a number above the most", { schema: z.number().max(1), given: 2 }, "2 is too large: expected at most 1"],
  ["empty text", { schema: z.string().min(1), given: "" }, '"" is too short: expected at least 1'],
  [
    "an empty list",
    { schema: z.array(z.string()).min(1), given: [] },
    "an empty list is too short: expected at least 1",
  ],
  ["a text for a list", { schema: z.array(z.string()), given: "x" }, '"x" is not a list'],
  ["a text for a record", { schema: z.record(z.string(), z.number()), given: "x" }, '"x" is not an object'],
  ["another word", { schema: z.enum(["a", "b"]), given: "c" }, '"c" is not one of a, b'],
  ["another version", { schema: z.literal(1), given: 2 }, "2 is not 1"],
  ["a fraction", { schema: z.int(), given: 0.5 }, "0.5 is not a whole number"],
  ["NaN", { schema: z.number(), given: Number.NaN }, "NaN is not a number"],
  [
    "a number above a large bound",
    { schema: z.number().max(1e12), given: 9e15 },
    "9000000000000000 is too large: expected at most 1,000,000,000,000",
  ],
  [
    "a number at a large bound",
    { schema: z.number().max(100_000), given: 2e5 },
    "200000 is too large: expected at most 100,000",
  ],
  [
    "a number under a large bound",
    { schema: z.number().max(99_999), given: 2e5 },
    "200000 is too large: expected at most 99999",
  ],
  ["a number that must be below", { schema: z.number().lt(1), given: 1 }, "1 is too large: expected less than 1"],
  ["minus infinity", { schema: z.int(), given: -Infinity }, "-Infinity is not a finite number"],
  ["text for a truth", { schema: z.boolean(), given: "yes" }, '"yes" is not true or false'],
  ["a group for text", { schema: z.string(), given: {} }, "an object is not text"],
  ["infinity", { schema: z.int(), given: Number.POSITIVE_INFINITY }, "Infinity is not a finite number"],
  ["a list for a group", { schema: z.strictObject({}), given: [1, 2] }, "a list of 2 is not an object"],
  ["null for text", { schema: z.string(), given: null }, "an empty value is not text"],
  ["a refinement", { schema: z.string().refine(() => false, "Expected a day"), given: "x" }, '"x": expected a day'],
])("%s is told with what came and what is expected", (_what, { schema, given }, text) => {
  expect(issueText(schema.safeParse(given).error?.issues[0] as z.core.$ZodIssue, given)).toBe(text);
});

test("an unknown kind of an object is told with the kinds there are", () => {
  const schema = z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]);
  const [issue] = schema.safeParse({ kind: "c" }).error!.issues;
  expect(issueText(issue!, "c")).toBe('"c" is not one of a, b');
});

test("each issue is a problem of its field, with what came there", () => {
  const schema = z.strictObject({ rows: z.array(z.strictObject({ id: z.int() })) });
  const value = { rows: [{ id: 1 }, { id: "x", a: 1, b: 2 }] };
  expect(fieldProblems(schema.safeParse(value).error!, value)).toEqual([
    { path: ["rows", 1, "id"], text: `"x" is not a number` },
    { path: ["rows", 1], text: "a, b is not a field here" },
  ]);
});

test("the value at a path is undefined if there is none", () => {
  const value = { a: [{ b: null }], text: "abc" };
  expect(valueAt(value, [])).toBe(value);
  expect(valueAt(value, ["a", 0, "b"])).toBeNull();
  for (const path of [
    ["a", 1, "b"],
    ["a", 0, "b", "c"],
    ["text", "length"],
    ["x", "y"],
  ])
    expect(valueAt(value, path), path.join(".")).toBeUndefined();
});

test("long text is cut in a message", () => {
  expect(showValue("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
  expect(showValue("x".repeat(100))).toBe(`"${"x".repeat(60)}…"`);
});
