import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { qualityStage } from "../../../../src/curate/quality/quality-stage.ts";
import { QualityOptions } from "../../../../src/domain/quality.ts";

const FOLDER = new URL("../../../../../shared/data/curation/", import.meta.url);

const rowsIn = (name: string): Record<string, unknown>[] => {
  const bytes = readFileSync(new URL(name, FOLDER));
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

/** Share of rows that are dropped for each reason. */
async function shares(rows: readonly Record<string, unknown>[]): Promise<Record<string, number>> {
  const all = rows.map((fields, index) => ({ id: String(index), source: "s", line: index + 1, fields }));
  const { dropped } = await qualityStage.run(all, QualityOptions.parse({}));
  const found: Record<string, number> = {};
  for (const { reason } of dropped) found[reason] = (found[reason] ?? 0) + 1 / rows.length;
  return found;
}

const sum = (of: Record<string, number>): number => Object.values(of).reduce((total, each) => total + each, 0);

describe.skipIf(!existsSync(FOLDER))("on public files (skipped where ../shared is absent)", () => {
  test.each([
    ["instruct/self_instruct_seed_tasks.jsonl", 0.02],
    ["instruct/self_instruct_user_oriented_252.jsonl", 0.02],
    ["decontam/gsm8k_train.jsonl.gz", 0.001],
    ["decontam/math500.jsonl", 0.001],
  ])("that people wrote, hardly a row is dropped: %s", async (name, most) => {
    expect(sum(await shares(rowsIn(name).slice(0, 2000)))).toBeLessThan(most);
  });

  test("Python that people wrote parses, and hardly any that had a colon or a bracket taken out", async () => {
    const programs = [
      ...rowsIn("decontam/HumanEval.jsonl.gz").map((row) => String(row["prompt"]) + String(row["canonical_solution"])),
      ...rowsIn("decontam/mbpp.jsonl").map(({ code }) => String(code)),
    ];
    const asked = (code: string): Record<string, unknown> => ({
      prompt: "Write it in Python",
      completion: `\`\`\`python\n${code}\n\`\`\``,
    });
    expect(await shares(programs.map(asked))).toEqual({});
    const header = /^(def [^\n]*\)[^\n:]{0,40}):/m;
    const headless = programs.filter((code) => header.test(code)).map((code) => code.replace(header, "$1"));
    expect(headless.length).toBeGreaterThan(1000);
    expect((await shares(headless.map(asked)))["broken-code"]).toBeGreaterThan(0.97);
    const open = programs.map((code) => code.replace(/\((?=[^(]*$)/, ""));
    expect((await shares(open.map(asked)))["broken-code"]).toBeGreaterThan(0.97);
  });

  test("English questions with Spanish answers are found, 97 of 100 and more", async () => {
    const questions = rowsIn("decontam/gsm8k_train.jsonl.gz").map(({ question }) => String(question));
    const long = questions.filter((question) => question.replaceAll(/[^a-z]/gi, "").length >= 100);
    const rows = rowsIn("pii/meddocan_dev.jsonl").map(({ text }, row) => ({
      prompt: long[row]!,
      completion: String(text).slice(-1500),
    }));
    expect((await shares(rows))["other-language"]).toBeGreaterThan(0.97);
  });

  test("refusals of a model with tools are found, as its makers wrote them in", async () => {
    const gz = readFileSync(new URL("formats/llamafactory_glaive_toolcall_en_demo.json.gz", FOLDER));
    const rows = JSON.parse(gunzipSync(gz).toString("utf8")) as Record<string, unknown>[];
    expect((await shares(rows))["refusal"]).toBeGreaterThan(0.1);
  });
});
