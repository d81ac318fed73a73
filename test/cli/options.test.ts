import { describe, expect, test } from "vitest";
import * as z from "zod";

import { defineCommand } from "../../src/cli/command.ts";
import { optionRows, parseOptions } from "../../src/cli/options.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { catchFailure } from "../catch-failure.ts";

const command = defineCommand({
  description: "Trains a model.",
  args: ["model"],
  options: z.strictObject({
    model: z.string().min(1).describe("Hub id"),
    method: z.enum(["lora", "qlora", "full"]).default("lora").describe("What is trained"),
    loraRank: z.int().min(1).max(512).default(16).describe("Rank"),
    epochs: z.number().positive().optional().describe("Passes"),
    seeds: z.array(z.string()).default([]).describe("Seeds"),
    goals: z
      .array(z.enum(["format", "cost"]))
      .optional()
      .describe("Goals"),
    packing: z.boolean().default(true).meta({ description: "Rows are packed", whenOff: "Pad each row" }),
    exact: z.boolean().default(false).describe("Count all"),
  }),
  output: z.null(),
  examples: ["train x"],
  run: () => Promise.resolve({ json: null, text: () => "" }),
});

const messageOf = (raw: Record<string, unknown>): string => catchFailure(() => parseOptions(command, raw)).message;

test("flags are the fields in kebab case, with kind, default and choices from the schema", () => {
  expect(
    optionRows(command).map(({ flag, kind, required, defaultValue }) => [flag, kind, required, defaultValue]),
  ).toEqual([
    ["--model", "string", true, undefined],
    ["--method", "string", false, "lora"],
    ["--lora-rank", "integer", false, 16],
    ["--epochs", "number", false, undefined],
    ["--seeds", "list", false, []],
    ["--goals", "list", false, undefined],
    ["--packing", "boolean", false, true],
    ["--exact", "boolean", false, false],
  ]);
  expect(optionRows(command)[1]!.choices).toEqual(["lora", "qlora", "full"]);
});

test("a flag that switches a default off says what then happens, and no flag of any command says nothing", async () => {
  expect(optionRows(command).find(({ field }) => field === "packing")!.description).toBe("Pad each row");
  for (const { path, load } of COMMANDS) {
    for (const row of optionRows((await load()).default)) {
      expect(row.description, `${path.join(" ")} ${row.flag}`).not.toBe("");
    }
  }
});

describe("words become options", () => {
  test("numbers are read, defaults filled in, and what was not said stays out", () => {
    expect(parseOptions(command, { model: "m", loraRank: "32", epochs: "1.5", packing: false })).toEqual({
      model: "m",
      method: "lora",
      loraRank: 32,
      epochs: 1.5,
      seeds: [],
      packing: false,
      exact: false,
    });
  });

  test.each([
    [{}, "<model>: is required"],
    [{ model: "m", loraRank: "many" }, '--lora-rank: "many" is not a number'],
    [{ model: "m", loraRank: "" }, '--lora-rank: "" is not a number'],
    [{ model: "m", loraRank: "1.5" }, "--lora-rank: 1.5 is not a whole number"],
    [{ model: "m", loraRank: "0" }, "--lora-rank: 0 is too small: expected at least 1"],
    [{ model: "m", loraRank: "513" }, "--lora-rank: 513 is too large: expected at most 512"],
    [{ model: "m", epochs: "0" }, "--epochs: 0 is too small: expected more than 0"],
    [{ model: "m", epochs: "Infinity" }, "--epochs:"],
    [{ model: "m", epochs: "NaN" }, '--epochs: "NaN" is not a number'],
    [{ model: "m", method: "loar" }, '--method: "loar" is not one of lora, qlora, full'],
  ])("%j is refused: %s", (raw, message) => {
    expect(messageOf(raw)).toContain(message);
  });

  test("of a list the wrong word is named, with the near one", () => {
    const { message, hint } = catchFailure(() => parseOptions(command, { model: "m", goals: ["cost", "formt"] }));
    expect([message, hint]).toEqual(['--goals: "formt" is not one of format, cost', 'did you mean "format"?']);
  });

  test("a mistyped choice brings up the near one, a far one all of them", () => {
    expect(catchFailure(() => parseOptions(command, { model: "m", method: "loar" })).hint).toBe('did you mean "lora"?');
    expect(catchFailure(() => parseOptions(command, { model: "m", method: "zzzz" })).hint).toBe(
      "one of: lora, qlora, full",
    );
  });
});
