import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { SweepFile } from "../../src/domain/sweep.ts";
import { TrainingFile } from "../../src/domain/training-job.ts";
import { TrainingTarget } from "../../src/domain/training-target.ts";
import { trl } from "../../src/launch/engines/trl/trl.ts";
import { estimatedStepTimes } from "../../src/programme/sweep/estimated-step-times.ts";
import { planSweep } from "../../src/programme/sweep/plan-sweep.ts";
import { checkFields, checkPrecision, checkTargetGpus } from "../../src/programme/training/field-checks.ts";
import { checkMemory } from "../../src/programme/training/memory-check.ts";
import { checkPython } from "../../src/programme/training/preflight.ts";
import { checkTemplate, firstRow } from "../../src/programme/training/template-check.ts";
import { doctorText, preflightText } from "../../src/programme/training/training-text.ts";

/** Qwen2.5-7B. */
const CONFIG = {
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  hidden_size: 3584,
  intermediate_size: 18944,
  num_hidden_layers: 28,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  vocab_size: 152064,
  tie_word_embeddings: false,
  max_position_embeddings: 32768,
};

let modelDir: string;
beforeEach(async () => {
  modelDir = await mkdtemp(join(tmpdir(), "tunewright-memory-"));
  await writeFile(join(modelDir, "config.json"), JSON.stringify(CONFIG));
});
afterEach(() => rm(modelDir, { recursive: true, force: true }));

const check = (fields: object): ReturnType<typeof checkMemory> => {
  const file = { version: 1, name: "r", model: "m", dataset: "d", maxSteps: 1, saveSteps: 1, ...fields };
  return checkMemory(TrainingFile.parse(file), { modelDir, programmeDir: modelDir });
};

describe("the memory of a run on its card", () => {
  test("fits where the high estimate fits", async () => {
    const [found] = await check({ gpu: "H200", sequenceTokens: 512, batchSequences: 1 });
    expect(found).toMatchObject({ check: "memory", ok: true, fix: null });
    expect(found!.detail).toMatch(/^p50 [\d.]+, p90 [\d.]+ of [\d.]+ GiB of one H200\S*: fits$/);
  });

  test("is refused where even the low estimate does not fit", async () => {
    // 7.6 billion parameters in two bytes are 14.2 GiB, as much as the card has
    const [found] = await check({ gpu: "T4", sequenceTokens: 2048, batchSequences: 4 });
    expect(found).toMatchObject({ ok: false, detail: expect.stringContaining("does not fit") as string });
  });

  test("is not estimated for a card that the catalogue does not have, and not looked at on a CPU", async () => {
    expect(await check({ gpu: "ours" })).toMatchObject([
      { ok: true, detail: 'not estimated: the catalogue has no GPU "ours"' },
    ]);
    expect(await check({ gpu: "H100", device: "cpu" })).toEqual([]);
    expect(await check({})).toEqual([]);
  });
});

describe("a field of a run", () => {
  const run = (fields: object): TrainingFile =>
    TrainingFile.parse({ version: 1, name: "r", model: "m", dataset: "d", maxSteps: 1, saveSteps: 1, ...fields });

  test.each([
    [{ template: "llama3" }, "template would be ignored: trl takes the chat template of the model"],
    [{ beta: 0.1 }, "beta would be ignored: the method sft has none"],
    [{ rewardFile: "r.py" }, "rewardFile would be ignored: the method sft has no reward functions"],
    [{ evalSteps: 5 }, "evalSteps would be ignored: no evaluation is stated"],
    [{ device: "cpu", gpuCount: 2 }, "gpuCount would be ignored: a run on a CPU uses no GPU"],
  ])("that nothing would use is refused: %j", (fields, detail) => {
    const [field] = Object.keys(fields).toReversed();
    expect(checkFields(run(fields))).toEqual([{ check: "fields", ok: false, detail, fix: `remove ${field}` }]);
  });

  test("that is used is not", () => {
    expect(checkFields(run({ engine: "llama-factory", template: "llama3", method: "dpo", beta: 0.1 }))).toEqual([]);
    expect(checkFields(run({ evaluation: "dev", evalSteps: 5, gpuCount: 2 }))).toEqual([]);
  });

  test("that names a card without bf16 is refused where the library needs it, and said where torch emulates it", () => {
    expect(checkPrecision(run({ gpu: "T4", engine: "axolotl" }))).toMatchObject([{ check: "precision", ok: false }]);
    expect(checkPrecision(run({ gpu: "T4" }))).toMatchObject([{ ok: true, fix: null }]);
    for (const gpu of ["H100-SXM-80GB", "ours"]) expect(checkPrecision(run({ gpu, engine: "axolotl" }))).toEqual([]);
  });
});

test.each([
  [{ scheduler: "slurm", gres: "gpu:h100:1" }, false],
  [{ scheduler: "slurm", gres: "gpu" }, false],
  [{ scheduler: "slurm", gres: "gpu:2" }, true],
  [{ scheduler: "slurm" }, true],
  [{ scheduler: "skypilot", resources: { accelerators: "H100" } }, false],
  [{ scheduler: "skypilot", resources: { accelerators: { H100: 2 } } }, true],
  [{ scheduler: "skypilot", resources: { accelerators: "H100:8" } }, true],
  [{ scheduler: "skypilot", resources: { instance_type: "p4d.24xlarge" } }, true],
  [{ scheduler: "ray" }, true],
])("a run on two GPUs may start on %j: %s", (target, mayStart) => {
  const found = checkTargetGpus({ device: "cuda", gpuCount: 2 }, TrainingTarget.parse(target));
  expect(found.every(({ ok }) => ok)).toBe(mayStart);
});

test("a start shows what would run, where, and what it may cost, if every check passed", () => {
  const checks = [{ check: "disk", ok: true, detail: "40 GiB free", fix: null }];
  const shown = { ok: true, checks, command: ["python", "/my jobs/train.py"], target: "local", config: {} };
  expect(preflightText({ ...shown, usdPerHour: "2.00", maxUsd: "0.50" })).toBe(
    [
      "check  ok   found        to fix",
      "disk   yes  40 GiB free",
      "",
      "command  python '/my jobs/train.py'",
      "target   local",
      "cost     2.00 USD per hour, at most 0.50 USD",
    ].join("\n"),
  );
  expect(preflightText({ ...shown, usdPerHour: null, maxUsd: null })).toContain("cost     unpriced, no cap");
  expect(preflightText({ ...shown, ok: false, usdPerHour: null, maxUsd: null })).not.toContain("command");
});

test("a Python that is missing comes with the one line that installs everything", async () => {
  const install =
    'python3 -m venv .venv-train && .venv-train/bin/python -m pip install torch "trl>=1.0" "peft>=0.15" "mlflow-skinny>=3" && export TUNEWRIGHT_PYTHON=$PWD/.venv-train/bin/python';
  for (const python of [undefined, "/nowhere/python"]) {
    const checks = await checkPython(python, trl);
    expect(checks).toMatchObject([{ check: "python", ok: false, fix: install }]);
    expect(doctorText(checks)).toMatch(/\n\nto install what is missing:\n {4}python3 -m venv .*\/python$/);
  }
});

describe("the rows of a run", () => {
  test("may be many more than are read whole: the first is read alone", async () => {
    const path = join(modelDir, "rows.jsonl");
    await writeFile(path, '{"text":"one\u2028line"}\n{"text":"two"}\n');
    await truncate(path, 3 * 2 ** 30);
    expect(await firstRow(path)).toEqual({ text: "one\u2028line" });
    await writeFile(path, "text\n");
    expect(await firstRow(path)).toBeUndefined();
  });

  const conversation = { messages: [{ role: "user", content: "Hello" }] };
  const templateOf = (row: unknown, engine: "trl" | "llama-factory" = "trl"): ReturnType<typeof checkTemplate> =>
    checkTemplate(row, { engine }, modelDir);

  test("that are conversations need a chat template in the model's folder", async () => {
    expect(await templateOf(conversation)).toMatchObject([{ check: "chat template", ok: false }]);
    await writeFile(join(modelDir, "tokenizer_config.json"), '{"chat_template":null}');
    expect(await templateOf(conversation)).toMatchObject([{ ok: false }]);
    await writeFile(join(modelDir, "tokenizer_config.json"), '{"chat_template":"{{ messages }}"}');
    expect(await templateOf(conversation)).toMatchObject([{ ok: true, detail: "tokenizer_config.json" }]);
    await writeFile(join(modelDir, "chat_template.jinja"), "{{ messages }}");
    expect(await templateOf(conversation)).toMatchObject([{ ok: true, detail: "chat_template.jinja" }]);
  });

  test("need none where they are text, or where the library brings its own", async () => {
    expect(await templateOf({ prompt: "Hello", completion: "Hi" })).toEqual([]);
    expect(await templateOf(conversation, "llama-factory")).toEqual([]);
  });
});

test("a trial costs its starts besides its steps: one, and with promotion one more after each rung that it passes", () => {
  const fields = { name: "r", model: "m", dataset: "d", maxSteps: 90, saveSteps: 10, usdPerHour: "3.60" };
  const base = TrainingFile.parse({ version: 1, ...fields });
  const times = { p10: 100, p50: 100, p90: 100, start: { p10: 60_000, p50: 60_000, p90: 60_000 }, n: 9 };
  const usd = (stopping: object): number => {
    const space = { loraRank: { values: [4, 8] } };
    const spec = SweepFile.parse({ version: 1, name: "s", metric: "loss", space, maxUsd: "1", stopping });
    return Number(planSweep({ spec, base }, times).usdPerTrial!.p50);
  };
  // a thousandth of a dollar a second: 60 s and 90 steps; one trial in three passes each rung, at 10 and 30
  expect(usd({ rule: "none" })).toBeCloseTo(0.06 + 0.009, 6);
  const steps = 10 + 20 / 3 + 60 / 9;
  expect(usd({ rule: "asha", minSteps: 10, eta: 3 })).toBeCloseTo(0.06 + steps / 10_000, 5);
  expect(usd({ rule: "promote", minSteps: 10, eta: 3 })).toBeCloseTo(0.06 * (1 + 1 / 3 + 1 / 9) + steps / 10_000, 5);
});

describe("a sweep whose run was never measured", () => {
  const run = (fields: object): TrainingFile =>
    TrainingFile.parse({ version: 1, name: "r", model: "m", dataset: "d", maxSteps: 100, saveSteps: 10, ...fields });
  const spec = (fields: object): SweepFile =>
    SweepFile.parse({ version: 1, name: "s", metric: "loss", space: { loraRank: { values: [4, 8] } }, ...fields });
  const rows = async (): Promise<string> => {
    const path = join(modelDir, "rows.jsonl");
    await writeFile(path, `${JSON.stringify({ text: "one word and one more ".repeat(100) })}\n`.repeat(20));
    return path;
  };

  test("has a cost as a range, from its model, its GPU and the lengths of its rows", async () => {
    const base = run({ gpu: "H100-SXM-80GB", usdPerHour: "3.60", batchSequences: 4 });
    const times = await estimatedStepTimes(base, { modelDir, programmeDir: modelDir, files: [await rows()] });
    if ("unknown" in times) throw new Error(times.unknown);
    // 7.6 billion parameters, forward and backward without gradients of the base: 4 FLOPs each and token, at 989 TFLOP/s
    const tokens = Number(/(\d+) tokens per row/.exec(times.basis)![1]);
    expect(tokens).toBe(501);
    const leastMs = (4 * 7.6e9 * 4 * tokens) / 989e9;
    expect(times.p10).toBeGreaterThan(leastMs);
    expect(times.p50).toBeLessThan(20 * leastMs);
    const plan = planSweep({ spec: spec({ maxUsd: "10", stopping: { rule: "none" } }), base }, times);
    expect(plan.reason).toMatch(/^estimated for H100.*the first trials measure it$/);
    // 100 steps at 3.60 USD per hour are 0.1 USD per 1000 ms and step
    expect(Number(plan.usdPerTrial!.p50)).toBeCloseTo(times.p50 / 10_000, 5);
    expect(Number(plan.usdPerTrial!.p10)).toBeLessThan(Number(plan.usdPerTrial!.p90));
    expect(plan.trialsForBudget!.low).toBeGreaterThan(0);
    expect(plan.trials).toBeNull(); // an estimate does not limit what the amount pays for
  });

  test("counts both sides of a pair, and says why where there is no estimate", async () => {
    const path = join(modelDir, "pairs.jsonl");
    const pair = { prompt: "word ".repeat(100), chosen: "yes", rejected: "word ".repeat(200) };
    await writeFile(path, `${JSON.stringify(pair)}\n`);
    const place = { modelDir, programmeDir: modelDir, files: [path] };
    const pairs = await estimatedStepTimes(run({ gpu: "H100-SXM-80GB", method: "dpo" }), place);
    expect("basis" in pairs && pairs.basis).toMatch(/, 2\d\d tokens per row$/);
    const on = (fields: object): ReturnType<typeof estimatedStepTimes> => estimatedStepTimes(run(fields), place);
    expect(await on({ device: "cpu" })).toEqual({ unknown: "there are no estimates for a CPU" });
    expect(await on({})).toEqual({ unknown: "the training file names no GPU" });
    expect(await on({ gpu: "ours" })).toEqual({ unknown: 'the catalogue has no GPU "ours"' });
  });
});
