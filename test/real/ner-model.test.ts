import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { LabelSpan } from "../../src/curate/pii/model/label-spans.ts";
import { fileExists, modelFiles } from "../../src/llm/onnx/model-folder.ts";
import { loadLabeller } from "../../src/curate/pii/model/ner-model.ts";
import type { PiiRow } from "../../src/domain/pii.ts";
import { runHere } from "../cli/run-here.ts";
import { hasModules } from "./python-modules.ts";

const exec = promisify(execFile);
const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasTorch = hasModules(python, "torch", "transformers", "onnx");
const why =
  "needs TUNEWRIGHT_PYTHON: a virtual environment with torch, transformers and onnx; and a registry of npm packages";

type Expected = { text: string; spans: LabelSpan[] };

let dir: string;
let expected: Expected[] = [];
let problem = "";

/** Installs the runtime, and trains a model; both without anything but packages. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-real-ner-"));
  if (!hasTorch) return;
  try {
    await writeFile(join(dir, "package.json"), "{}");
    await exec("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "onnxruntime-node@1.30.0"], {
      cwd: dir,
    });
  } catch (error) {
    problem = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return;
  }
  await exec(python, ["-W", "ignore", resolve("test/real/train-ner.py"), join(dir, "model")]);
  const lines = (await readFile(join(dir, "model/expected.jsonl"), "utf8")).trim().split("\n");
  expected = lines.map((line) => JSON.parse(line) as Expected);
});
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 20 }));

describe.skipIf(!hasTorch)(`a model in a folder (${why})`, () => {
  test("marks what the pipeline of Hugging Face marks, in 50 texts of up to 2,000 tokens", async ({ skip }) => {
    if (problem !== "") skip(problem);
    const label = await loadLabeller(await modelFiles(join(dir, "model"), fileExists));
    const found = await label(expected.map(({ text }) => text));
    const places = (spans: readonly LabelSpan[]) =>
      spans.map(({ start, end, label: name }) => `${start} ${end} ${name}`);
    expect(expected).toHaveLength(50);
    expect(expected.flatMap(({ spans }) => spans).length).toBeGreaterThan(300);
    expect(found.map(places)).toEqual(expected.map(({ spans }) => places(spans)));
    for (const [index, { spans }] of expected.entries()) {
      for (const [at, { score }] of spans.entries()) expect(found[index]![at]!.score).toBeCloseTo(score, 4);
    }
  });

  test("by --ner-model, in addition to the recognisers, in texts that --allow leaves out too", async ({ skip }) => {
    if (problem !== "") skip(problem);
    await writeFile(join(dir, "rows.jsonl"), '{"text":"Luis Rossi lives in Oslo ."}\n');
    const words = "data redact rows.jsonl --text-field text --spans --json --ner-model model --recogniser us-ssn";
    const spansOf = async (...more: string[]): Promise<string[]> => {
      const { code, stdout, stderr } = await runHere([...words.split(" "), ...more], { cwd: dir });
      expect(code, stderr).toBe(0);
      return (JSON.parse(stdout) as PiiRow).spans.map(({ start, end, type, by }) => `${start} ${end} ${type} ${by}`);
    };
    const all = await spansOf();
    expect(all).toContain("0 10 PERSON ner-model");
    expect(await spansOf("--allow", "luis rossi")).toEqual(all.filter((span) => !span.startsWith("0 10 ")));
  });

  test("is an input of the pipeline's artefacts, which redacts by it", async ({ skip }) => {
    if (problem !== "") skip(problem);
    const programme = {
      version: 1,
      name: "Redaction",
      task: { kind: "chat", goals: ["style"] },
      model: { base: "meta-llama/Llama-3.1-8B-Instruct" },
      data: {
        files: [{ path: "rows.jsonl", role: "train", origin: "own" }],
        plannedRows: 1,
        pipeline: [{ stage: "redact", textField: "text", nerModel: "model" }],
      },
    };
    await writeFile(join(dir, "programme.yaml"), JSON.stringify(programme));
    const ran = await runHere(["data", "run", ".", "--executor", "inline", "--json"], { cwd: dir });
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0);
    expect(await readFile(join(dir, "curated.jsonl"), "utf8")).toContain("<PERSON> lives in");
    const lineage = await runHere(["data", "lineage", ".", "--json"], { cwd: dir });
    expect(lineage.stdout, lineage.stderr).toContain("model/onnx/model.onnx");
  });

  test("says what to install where the runtime is not there", async ({ skip }) => {
    if (problem !== "") skip(problem);
    const files = await modelFiles(join(dir, "model"), fileExists);
    await expect(loadLabeller({ ...files, weights: join(tmpdir(), "model.onnx") })).rejects.toMatchObject({
      kind: "outside",
      message: expect.stringContaining("onnxruntime-node"),
      hint: "npm install onnxruntime-node",
    });
  });
});
