import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { pythonProblem } from "../../../../src/curate/quality/python-problem.ts";
import { ROOT } from "../../../cli/run-cli.ts";
import { redactedFields, rowsWith } from "../../../curate/pii/redacted-code.ts";

const folder = `${ROOT}../shared/data/curation/decontam`;
test.skipIf(!existsSync(folder))(
  "of public code (MBPP, HumanEval, CodeAlpaca) all answers parse as before, and fewer than 1 in 50 rows change",
  async () => {
    let [rows, changed] = [0, 0];
    for (const { prompt, code } of publicCode(folder)) {
      if (pythonProblem(code) !== undefined) continue;
      const [row] = rowsWith(prompt, code);
      const after = (await redactedFields(row!))["response"] as string;
      rows += 1;
      if (after === code) continue;
      changed += 1;
      expect(pythonProblem(after), after).toBeUndefined();
    }
    expect(rows).toBeGreaterThan(2000);
    expect(changed / rows).toBeLessThan(1 / 50);
  },
);

function publicCode(folder: string): { prompt: string; code: string }[] {
  const lines = (name: string): Record<string, string & string[]>[] => {
    const bytes = readFileSync(`${folder}/${name}`);
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  return [
    ...lines("mbpp.jsonl").flatMap(({ text, code, test_list: tests }) => [
      { prompt: text!, code: code! },
      { prompt: text!, code: tests!.join("\n") },
    ]),
    ...lines("HumanEval.jsonl.gz").map((row) => ({
      prompt: "Complete it.",
      code: `${row["prompt"]!}${row["canonical_solution"]!}`,
    })),
    ...lines("rephrased/CodeAlpacaDB.jsonl").flatMap(({ train }) =>
      train!.map((code) => ({ prompt: "Write it.", code })),
    ),
  ];
}
