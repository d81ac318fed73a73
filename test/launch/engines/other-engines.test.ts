import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { axolotl } from "../../../src/launch/engines/axolotl/axolotl.ts";
import { engineOfStack } from "../../../src/launch/engines/engines.ts";
import { llamaFactory } from "../../../src/launch/engines/llama-factory/llama-factory.ts";
import { verl } from "../../../src/launch/engines/verl/verl.ts";
import { runOf } from "./run-of-method.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-engine-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const golden = (path: string): string => join(import.meta.dirname, "../../golden/engines", path);

describe("LLaMA-Factory", () => {
  test.each(["sft", "dpo", "orpo"] as const)("%s is rendered as its golden file has it", async (method) => {
    const config = llamaFactory.render(runOf(method, { template: "chatml" }));
    await expect(`${JSON.stringify(config, null, 2)}\n`).toMatchFileSnapshot(
      golden(`llama-factory-0.9/${method}.json`),
    );
  });

  test("finds its datasets next to its settings, among which none is ours", async () => {
    await llamaFactory.copyLauncher(folder, llamaFactory.render(runOf("sft", { template: "chatml" })));
    const settings = JSON.parse(readFileSync(join(folder, "llama-factory.json"), "utf8")) as Record<string, unknown>;
    expect(settings).toMatchObject({ dataset: "train_1", dataset_dir: folder, output_dir: join(folder, "out") });
    expect(Object.keys(settings).filter((key) => key.startsWith("tunewright"))).toEqual([]);
    const datasets = JSON.parse(readFileSync(join(folder, "dataset_info.json"), "utf8")) as object;
    expect(datasets).toMatchObject({ train_1: { file_name: "/data/frozen/sft/train.jsonl", formatting: "sharegpt" } });
  });

  test("tells its progress by trainer_log.jsonl, a torn line and a loss that is not finite included", async () => {
    expect(await llamaFactory.progress(folder)).toBeUndefined();
    mkdirSync(join(folder, "out"));
    const log = join(folder, "out", "trainer_log.jsonl");
    writeFileSync(log, '{"current_steps": 5, "total_steps": 30, "loss": 1.25}\n{"current_st');
    utimesSync(log, 100, 100);
    expect(await llamaFactory.progress(folder)).toMatchObject({ step: 5, isFinite: true, timeMs: 100_000, loss: 1.25 });
    const timed = (step: number, time: string): string =>
      `{"current_steps": ${step}, "loss": 1.0, "elapsed_time": "${time}"}\n`;
    writeFileSync(log, timed(10, "23:59:50") + timed(20, "1 day, 0:00:10"));
    utimesSync(log, 100, 100);
    expect((await llamaFactory.progress(folder))!.recent).toEqual([
      [10, 80_000],
      [20, 100_000],
    ]);
    writeFileSync(log, '{"current_steps": 6, "total_steps": 30, "loss": NaN}\n');
    expect(await llamaFactory.progress(folder)).toMatchObject({ step: 6, isFinite: false });
  });

  test.each([
    [{ method: "kto" as const }, "not kto"],
    [{ method: "sft" as const }, "template is required"],
  ])("refuses %j with the reason", ({ method }, reason) => {
    expect(llamaFactory.unsupported(runOf(method).spec)).toContain(reason);
  });
});

describe("Axolotl", () => {
  test("sft is rendered as its golden file has it", async () => {
    const config = axolotl.render(runOf("sft", { device: "cuda" }));
    await expect(`${JSON.stringify(config, null, 2)}\n`).toMatchFileSnapshot(golden("axolotl-0.19/sft.json"));
  });

  test("tells its progress by what it prints in its newest attempt", async () => {
    expect(await axolotl.progress(folder)).toBeUndefined();
    writeFileSync(join(folder, "axolotl.yaml"), '{"max_steps": 30}');
    const preparing =
      "Tokenizing Prompts (num_proc=4): 100%|####| 30/30 [00:01<00:00]\r\n 50%|##  | 4/8 [00:01<00:01]\r";
    for (const [attempt, text] of [
      ["1", "100%|##########| 30/30 [00:10<00:00]\r"],
      ["2", preparing],
    ] as const) {
      mkdirSync(join(folder, "attempts", attempt), { recursive: true });
      writeFileSync(join(folder, "attempts", attempt, "log.txt"), text);
    }
    expect(await axolotl.progress(folder)).toBeUndefined();
    const log = join(folder, "attempts", "2", "log.txt");
    const bar = (step: number, time: string): string => ` 40%|####      | ${step}/30 [${time}<00:15,  1.1it/s]\r`;
    writeFileSync(log, `${preparing}${bar(2, "00:10")}{'loss': '1.25', 'epoch': '0.1'}${bar(12, "00:30")}`);
    utimesSync(log, 100, 100);
    expect(await axolotl.progress(folder)).toEqual({
      step: 12,
      isFinite: true,
      timeMs: 100_000,
      loss: 1.25,
      recent: [
        [2, 80_000],
        [12, 100_000],
      ],
    });
    writeFileSync(log, `${bar(13, "00:31")}\n{'loss': 'nan'}\n`);
    expect(await axolotl.progress(folder)).toMatchObject({ step: 13, isFinite: false });
  });

  test.each([
    [{ method: "dpo" as const }, "not dpo"],
    [{ method: "sft" as const }, "requires a GPU"],
  ])("refuses %j with the reason", ({ method }, reason) => {
    expect(axolotl.unsupported(runOf(method).spec)).toContain(reason);
  });
});

test("recomputation, evaluation batch and warm-up are those of the run, not the defaults of a library", () => {
  const of = (over: Parameters<typeof runOf>[1]): Parameters<typeof axolotl.render>[0] => ({
    ...runOf("sft", { device: "cuda", template: "chatml", ...over }),
    evaluationFiles: ["/data/dev.jsonl"],
  });
  expect(axolotl.render(of({ recompute: false }))).toMatchObject({ gradient_checkpointing: false, warmup_steps: 0 });
  expect(axolotl.render(of({}))).toMatchObject({ gradient_checkpointing: true });
  expect(llamaFactory.render(of({ recompute: false, batchSequences: 2 }))).toMatchObject({
    disable_gradient_checkpointing: true,
    per_device_eval_batch_size: 2,
  });
  expect(llamaFactory.render(of({}))).toMatchObject({ disable_gradient_checkpointing: false });
});

test("eight GPUs are eight processes, by the launcher of each library", () => {
  const request = {
    python: "python3",
    jobFolder: "/job",
    spec: runOf("sft", { device: "cuda", gpuCount: 8, template: "chatml" }).spec,
    resumeFrom: undefined,
    tracker: undefined,
  };
  expect(axolotl.order(request).argv.slice(2, 8)).toEqual([
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--nproc_per_node=8",
    "--max_restarts=0",
    "-m",
  ]);
  expect(llamaFactory.order(request).env).toMatchObject({ FORCE_TORCHRUN: "1", NPROC_PER_NODE: "8" });
  const one = { ...request, spec: { ...request.spec, gpuCount: 1 } };
  expect(axolotl.order(one).argv.slice(2, 4)).toEqual(["-m", "axolotl.cli.train"]);
  expect(llamaFactory.order(one).env).not.toHaveProperty("FORCE_TORCHRUN");
});

describe("verl", () => {
  const grpo = runOf("grpo", { device: "cuda", beta: 0.04 });

  test("grpo is rendered as its golden file has it, which test/real gives to verl's own configuration", async () => {
    await expect(`${JSON.stringify(verl.render(grpo), null, 2)}\n`).toMatchFileSnapshot(golden("verl-0.9/grpo.json"));
  });

  test("samples on one GPU each, and takes schedule, seed and threads of the run", () => {
    const of = (over: Parameters<typeof runOf>[1]): unknown =>
      verl.render(runOf("grpo", { device: "cuda", ...over }))["overrides"];
    expect(of({ gpuCount: 1 })).toMatchObject({ "actor_rollout_ref.rollout.tensor_model_parallel_size": 1 });
    expect(of({ schedule: "cosine", seed: 7 })).toMatchObject({
      "actor_rollout_ref.actor.optim.lr_scheduler_type": "cosine",
      "actor_rollout_ref.rollout.seed": 7,
      "data.seed": 7,
    });
    const { spec } = runOf("grpo", { device: "cuda", threads: 3 });
    const request = { python: "python3", jobFolder: "/job", spec, resumeFrom: undefined, tracker: undefined };
    expect(verl.order(request).env).toMatchObject({ OMP_NUM_THREADS: "3" });
    expect(verl.unsupported({ ...spec, schedule: "linear" })).toContain("schedule");
  });

  test("tells its progress and values by its file logger, where the newest attempt counts", async () => {
    expect(await verl.progress(folder)).toBeUndefined();
    mkdirSync(join(folder, "out"));
    const log = (pid: number, lines: string, seconds: number): void => {
      const path = join(folder, "out", `verl.${pid}.jsonl`);
      writeFileSync(path, lines);
      utimesSync(path, seconds, seconds);
    };
    log(900, '{"step":1,"data":{"critic/score/mean":0.2}}\n{"step":2,"data":{"critic/score/mean":0.3}}\n', 100);
    log(31, '{"step":2,"data":{"critic/score/mean":0.4}}\n{"step":3,"da', 200);
    expect(await verl.progress(folder)).toEqual({ step: 2, isFinite: true, timeMs: 200_000, recent: [] });
    expect(await verl.logged(folder)).toEqual([
      { key: "critic/score/mean", step: 1, value: 0.2 },
      { key: "critic/score/mean", step: 2, value: 0.4 },
    ]);
  });

  test("is finished only with the checkpoint of the last step and an adapter that can be loaded", async () => {
    mkdirSync(join(folder, "out"));
    expect(await verl.verify(folder, 4)).toEqual({ unverified: "it saved no checkpoint" });
    writeFileSync(join(folder, "out/latest_checkpointed_iteration.txt"), "2");
    expect(await verl.newestCheckpoint(folder)).toBe(join(folder, "out/global_step_2"));
    expect(await verl.verify(folder, 4)).toEqual({ unverified: "its last checkpoint is for step 2 of 4" });
    writeFileSync(join(folder, "out/latest_checkpointed_iteration.txt"), "4");
    expect(await verl.verify(folder, 4)).toMatchObject({ unverified: expect.stringContaining("cannot be loaded") });
  });

  test.each([
    [{ method: "sft" as const, device: "cuda" as const }, "not for sft"],
    [{ method: "grpo" as const, device: "cpu" as const }, "needs a GPU"],
  ])("refuses %j with the reason", ({ method, device }, reason) => {
    expect(verl.unsupported(runOf(method, { device }).spec)).toContain(reason);
  });
});

test.each([
  ["hf", { engine: "trl" }],
  ["axolotl", { engine: "axolotl" }],
  ["torchtune", { refused: "torchtune is no longer maintained" }],
  ["verl", { engine: "verl" }],
  ["nemo", { refused: "Tunewright plans runs of nemo but cannot launch them" }],
] as const)("the stack %s of a programme means %j", (stack, meaning) => {
  expect(engineOfStack(stack)).toEqual(meaning);
});
