import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { runHere } from "../../cli/run-here.ts";

const cwd = mkdtempSync(join(tmpdir(), "tunewright-empty-"));
afterAll(() => rmSync(cwd, { recursive: true }));

const rows = (...list: readonly object[]): string => list.map((row) => `${JSON.stringify(row)}\n`).join("");
writeFileSync(
  join(cwd, "refused.jsonl"),
  rows({ prompt: "Tell me a joke", completion: "I'm sorry, but I can't help with that." }),
);
writeFileSync(
  join(cwd, "untrainable.jsonl"),
  rows({
    messages: [
      { role: "user", content: "Hello there" },
      { role: "assistant", content: "" },
    ],
  }),
);
writeFileSync(
  join(cwd, "three.jsonl"),
  rows(...["red", "green", "blue"].map((name) => ({ prompt: `What is ${name}?`, completion: `${name} is a colour.` }))),
);

describe("no command with a file without rows is suggested", () => {
  test.each([
    ["data quality refused.jsonl --out good.jsonl", "--dropped FILE"],
    ["data quality refused.jsonl", "--dropped FILE"],
    ["data lint untrainable.jsonl", "correct the rows"],
    ["data split three.jsonl --test 0.1% --out-dir none", "no row was held out"],
  ])("after %s", async (line, told) => {
    const { stderr } = await runHere(line.split(" "), { cwd });
    expect(stderr).toContain(told);
    expect(stderr).not.toMatch(/tunewright data (?:split|import|freeze)/);
  });

  test("after a split into validation alone, that part is frozen", async () => {
    const line = "data split three.jsonl --test 0 --validation 1 --out-dir held";
    const { stderr } = await runHere(line.split(" "), { cwd });
    expect(stderr).toContain("data freeze held/validation.jsonl");
  });
});
