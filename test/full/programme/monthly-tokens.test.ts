import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runHere } from "../../cli/run-here.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-tokens-"));
});
afterAll(() => rm(dir, { recursive: true }));

const ON = ["--on", "2026-11-25"];
const COMMANDS = {
  serve: ["plan", "serve"],
  payback: ["plan", "payback", "--draws", "100"],
  compare: ["plan", "compare", "--draws", "100"],
  study: ["feasibility"],
} as const;

/** Output of a command on a programme with this serving, in one line. */
async function say(command: keyof typeof COMMANDS, serving: object): Promise<{ code: number | null; text: string }> {
  const value = {
    name: "A",
    task: { kind: "extraction", goals: ["format"] },
    model: { base: "Qwen/Qwen3-8B" },
    data: { plannedRows: 8000, meanTokens: 900, minutesPerRow: 0.5 },
    training: { method: "lora" },
    today: { api: "openai/gpt-4o" },
    serving,
  };
  await writeFile(join(dir, "programme.yaml"), JSON.stringify(value));
  const { code, stdout, stderr } = await runHere([...COMMANDS[command], dir, ...ON]);
  return { code, text: `${stdout}\n${stderr}`.replaceAll(/\s+/g, " ") };
}

const names = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];

describe("a month of which one side is missing", () => {
  test.each(names)("is unknown in %s, which says what to set", async (command) => {
    for (const [stated, missing] of [
      ["outputTokensPerMonth", "inputTokensPerMonth"],
      ["inputTokensPerMonth", "outputTokensPerMonth"],
    ] as const) {
      const { code, text } = await say(command, { [stated]: 2e8 });
      expect([0, 2, 5]).toContain(code);
      expect(text).toMatch(new RegExp(`the traffic is unknown(: set serving\\.${missing}|\\b)`, "i"));
    }
  });

  test("follows from the other side where both lengths of a request are stated, in every command", async () => {
    const lengths = { requestInputTokens: 1500, requestOutputTokens: 100 };
    const derived = { outputTokensPerMonth: 2e8, ...lengths };
    const stated = { ...derived, inputTokensPerMonth: 3e9 };
    for (const command of ["serve", "payback", "compare"] as const) {
      const answer = await say(command, derived);
      expect(answer.text).not.toContain("traffic is unknown");
      expect(answer.text.replace(/sha256 \w+/g, "")).toBe((await say(command, stated)).text.replace(/sha256 \w+/g, ""));
    }
  });
});

test.each(names)("no tokens are refused by %s, at their line", async (command) => {
  for (const field of ["inputTokensPerMonth", "outputTokensPerMonth"]) {
    const { code, text } = await say(command, { inputTokensPerMonth: 3e9, outputTokensPerMonth: 2e8, [field]: 0 });
    expect(code).toBe(2);
    expect(text).toMatch(new RegExp(`programme\\.yaml, line 1, serving\\.${field}`));
  }
});
