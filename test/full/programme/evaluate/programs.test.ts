import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { EvaluationRun } from "../../../../src/domain/evaluation-run.ts";
import { runHere } from "../../../cli/run-here.ts";
import { evaluationFolder, ok, questions } from "../../../programme/evaluate/programme-folder.ts";

describe("a program as the target", () => {
  const programme = (program: string, { items, seconds = 300 }: { items: number; seconds?: number }): Promise<string> =>
    evaluationFolder(questions(items), {
      yaml: `set: set
prompt: "{{question}}"
reference: answer
targets: { own: { command: ["${process.execPath}", answer.mjs], timeoutSec: ${seconds} } }
scorers: [{ kind: numeric }]
`,
      files: { "answer.mjs": program },
    });
  const READS = `import { appendFileSync, readFileSync } from "node:fs";
const { id, messages, maxTokens } = JSON.parse(readFileSync(0, "utf8"));
appendFileSync("asked.txt", id + "\\n");
const [, number] = /What is (\\d+)/.exec(messages[0].content);
`;

  test("gets each question as JSON once, and again after it was changed; what fails is named and asked again", async () => {
    const dir = await programme(
      `${READS}if (id === "q2") { console.error("no weights"); process.exit(3); }\nconsole.log(maxTokens === 512 ? number : "none");\n`,
      { items: 3 },
    );
    const refused = await runHere(["eval", "run", "e"], { cwd: dir });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("requires confirmation")]);
    const first = (await ok(dir, "eval run e --yes")) as EvaluationRun;
    expect(first.results[0]).toMatchObject({
      counts: { answered: 2, errors: 1 },
      errors: [{ item: "q2", message: "the program ended with 3: no weights" }],
      endpoint: expect.stringContaining("answer.mjs") as string,
      cost: { usd: null },
    });
    expect(first.results[0]!.scores[0]).toMatchObject({ mean: 2 / 3, answeredMean: 1 });
    const asked = (): string[] => readFileSync(join(dir, "asked.txt"), "utf8").trimEnd().split("\n").toSorted();
    expect(asked()).toEqual(["q0", "q1", "q2"]);
    const second = (await ok(dir, "eval run e --yes")) as EvaluationRun;
    expect(second.plans[0]).toMatchObject({ requests: 3, known: 2 });
    expect(asked()).toEqual(["q0", "q1", "q2", "q2"]);
    writeFileSync(join(dir, "answer.mjs"), `${READS}console.log(number);\n`);
    const third = (await ok(dir, "eval run e --yes")) as EvaluationRun;
    expect(third.results[0]!.counts).toMatchObject({ answered: 3, errors: 0 });
    expect(asked()).toHaveLength(7);
  });

  test.each([
    [
      "prints 1 GB",
      "for (;;) if (!process.stdout.write('x'.repeat(65536))) await new Promise((done) => process.stdout.once('drain', done));",
      "printed more than 4 MiB",
    ],
    ["hangs", "setInterval(() => {}, 1000);", "took longer than 1 s"],
    ["prints no UTF-8", "process.stdout.write(Buffer.from([255, 254]));", "not UTF-8"],
  ])("that %s has no answer, and the run says why", async (_what, program, message) => {
    const dir = await programme(program, { items: 1, ...(message.includes("longer") ? { seconds: 1 } : {}) });
    const { results } = (await ok(dir, "eval run e --yes")) as EvaluationRun;
    expect(results[0]!.counts).toMatchObject({ answered: 0, errors: 1 });
    expect(results[0]!.errors[0]!.message).toContain(message);
  });
});
