import * as z from "zod";
import { expect, test } from "vitest";

import { issueText, showValue } from "../../src/base/issue-text.ts";

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
  ["another word", { schema: z.enum(["a", "b"]), given: "c" }, '"c" is not one of a, b'],
  ["another version", { schema: z.literal(1), given: 2 }, "2 is not 1"],
  ["a fraction", { schema: z.int(), given: 0.5 }, "0.5 is not a whole number"],
  ["NaN", { schema: z.number(), given: Number.NaN }, "NaN is not a number"],
  [
    "a number above a large bound",
    { schema: z.number().max(1e12), given: 9e15 },
    "9000000000000000 is too large: expected at most 1,000,000,000,000",
  ],
  ["infinity", { schema: z.int(), given: Number.POSITIVE_INFINITY }, "Infinity is not a finite number"],
  ["a list for a group", { schema: z.strictObject({}), given: [1, 2] }, "a list of 2 is not an object"],
  ["null for text", { schema: z.string(), given: null }, "an empty value is not text"],
  ["a refinement", { schema: z.string().refine(() => false, "Expected a day"), given: "x" }, '"x": expected a day'],
])("%s is told with what came and what is expected", (_what, { schema, given }, text) => {
  expect(issueText(schema.safeParse(given).error?.issues[0] as z.core.$ZodIssue, given)).toBe(text);
});

test("long text is cut in a message", () => {
  expect(showValue("x".repeat(100))).toBe(`"${"x".repeat(60)}…"`);
});
