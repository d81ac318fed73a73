import { describe, expect, test } from "vitest";

import { SynthesisResult } from "../../../src/domain/synthesis-result.ts";
import { requireSandbox } from "../../../src/sandbox/run-sandboxed.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { programmeOf, scriptedModel, synthesisYaml } from "../../programme/synthesize/scripted-model.ts";

const refused = await requireSandbox().then(
  () => null,
  (error: Error) => error.message,
);

/** Answers with code: their behaviour, and the reason why they are dropped; null if they are kept. */
const ANSWERS: readonly { task: string; code: string; reason: string | null }[] = [
  {
    task: "Write a function that adds two numbers.",
    code: "def add(a, b):\n    return a + b\n\nprint(add(1, 2))",
    reason: null,
  },
  {
    task: "Print the length of a list of birds.",
    code: "birds = ['owl', 'wren']\nprint(len(bird))",
    reason: "does-not-run",
  },
  { task: "Wait for a signal that never comes.", code: "while True:\n    pass", reason: "too-slow" },
  { task: "Leave the program before its end.", code: "import os\nos._exit(0)", reason: "does-not-run" },
  {
    task: "Fetch the page of a weather service.",
    code: "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)",
    reason: "does-not-run",
  },
  { task: "Explain what a tuple is.", code: "", reason: "no-code" },
];

describe.skipIf(refused !== null)(`the check of execution (needs a sandbox: ${refused})`, () => {
  test("keeps answers whose Python runs to its end, and drops the others with the reason", async () => {
    const model = await scriptedModel((index) => {
      const { task, code } = ANSWERS[index]!;
      const block = code === "" ? "A list that cannot be changed." : `\`\`\`python\n${code}\n\`\`\``;
      return { text: `TASK: ${task}\nANSWER: Here it is.\n${block}` };
    });
    const yaml = synthesisYaml(model.url, {
      recipe: "self-instruct",
      requests: ANSWERS.length,
      pilot: ANSWERS.length,
      inputs: [{ path: "seeds.jsonl" }],
      checks: { execution: { seconds: 3, required: true } },
    });
    const seeds = ["Sort a list.", "Reverse a string.", "Count vowels.", "Join two paths."].map((instruction, k) => ({
      instruction,
      output: `Use the built-in number ${k}.`,
    }));
    const dir = programmeOf({ "seeds.jsonl": jsonl(seeds), "synthesize/qa.yaml": yaml });
    const { stdout, stderr } = await runHere(["data", "synthesize", "qa", "--yes", "--json"], { cwd: dir });
    const parsed = SynthesisResult.safeParse(JSON.parse(stdout === "" ? "{}" : stdout));
    if (!parsed.success) throw new Error(stdout + stderr);
    const { checks, kept } = parsed.data;
    const found = checks.find(({ check }) => check === "execution")!;
    const expected = new Map<string, number>();
    for (const { reason } of ANSWERS) if (reason !== null) expected.set(reason, (expected.get(reason) ?? 0) + 1);
    expect(new Map(found.dropped.map(({ reason, rows }) => [reason, rows]))).toEqual(expected);
    expect(kept).toBe(1);
  });
});
