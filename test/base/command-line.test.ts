import { execFileSync } from "node:child_process";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { commandLine, flagName, flagWords, iconvCommand } from "../../src/base/command-line.ts";
import { lawRuns } from "../law-runs.ts";

test.each([
  [["plan", "time", "my-programme"], "tunewright plan time my-programme"],
  [["status", "my programme"], "tunewright status 'my programme'"],
  [["status", "it's"], "tunewright status 'it'\\''s'"],
  [["status", ""], "tunewright status ''"],
  [["models", "show", "Qwen/Qwen2.5-7B"], "tunewright models show Qwen/Qwen2.5-7B"],
])("%j is pasted as %s", (words, line) => {
  expect(commandLine(words)).toBe(line);
});

test("a shell reads back the words that were written, whatever they hold", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }).filter((word) => !word.includes("\0"))), (words) => {
      const line = commandLine(words).replace(/^tunewright/, `printf '%s\\0'`);
      const read = words.length === 0 ? "" : execFileSync("sh", ["-c", line], { encoding: "utf8" });
      expect(read).toBe(words.map((word) => `${word}\0`).join(""));
    }),
    { numRuns: lawRuns(40) },
  );
});

test("fields of a request are written as the flags that set them", () => {
  expect(flagName("inputTokensPerMonth")).toBe("--input-tokens-per-month");
  const request = { rate: 2, packing: false, yes: true, model: "a b" };
  expect(flagWords(request, ["rate", "packing", "yes", "model"])).toEqual([
    "--rate",
    "2",
    "--no-packing",
    "--yes",
    "--model",
    "a b",
  ]);
});

test("the command that converts a file quotes its name", () => {
  expect(iconvCommand("LATIN1", "my rows.csv")).toBe("iconv -f LATIN1 -t UTF-8 'my rows.csv' > new-file");
});
