import { cp, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as z from "zod";

import { isSystemError } from "../../../base/failure.ts";
import { hashFile } from "../../../base/hash-file.ts";
import { recomputes } from "../../supervise/memory-ladder.ts";
import type { Engine, LoggedValue, Progress, RenderRequest, Verdict } from "../engine.ts";
import { safetensorsProblem } from "../safetensors-check.ts";

const LAUNCHER = fileURLToPath(new URL("./python/train.py", import.meta.url));

/** Number of checkpoints to keep. */
const KEPT = 2;

/** A line of verl's file logger. */
const LogLine = z.object({ step: z.int(), data: z.record(z.string(), z.unknown()) });

const Rewards = z.object({ rewards: z.object({ file: z.string() }) });

/** GRPO by verl on the GPUs of one machine, through our launcher. It does not save a checkpoint on SIGTERM. */
export const verl: Engine = {
  preview: undefined,
  pauses: false,
  packages: { torch: "2.6", vllm: "0.8", verl: "0.9" },
  install: 'pip install "verl[vllm]>=0.9"',
  render,
  copyLauncher: async (jobFolder, config) => {
    await cp(LAUNCHER, join(jobFolder, "train.py"));
    // the functions with which the job was queued are kept
    await cp(Rewards.parse(config).rewards.file, join(jobFolder, "rewards.py"), { force: false });
  },
  rowShapes: () => [["prompt"]],
  unsupported: ({ method, device, evaluation, schedule }) => {
    if (method !== "grpo") return `verl is launched for grpo, not for ${method}: take trl`;
    if (device === "cpu") return "verl needs a GPU: take trl for grpo on a CPU";
    if (schedule === "linear") return "verl has no linear schedule: set schedule to cosine or constant";
    return evaluation === undefined ? undefined : "verl is launched without evaluation: remove evaluation";
  },
  order: ({ python, jobFolder, spec, resumeFrom }) => ({
    argv: [
      python,
      "-u",
      join(jobFolder, "train.py"),
      join(jobFolder, "config.json"),
      ...(resumeFrom === undefined ? [] : ["--resume", resumeFrom]),
    ],
    cwd: jobFolder,
    env: {
      HF_HUB_OFFLINE: "1",
      RAY_DISABLE_IMPORT_WARNING: "1",
      ...(spec.threads === undefined ? {} : { OMP_NUM_THREADS: String(spec.threads) }),
    },
  }),
  progress,
  newestCheckpoint,
  verify,
  logged,
};

/**
 * @source verl 0.9.1: trainer/config/ppo_trainer.yaml, docs/algo/grpo.md; by default, save_freq and test_freq disable
 * saving and testing, and the schedule is constant. The schedules are those of trainer/config/optim/fsdp.yaml
 */
function render({ spec, modelDir, datasetFiles, rewardFile }: RenderRequest): Record<string, unknown> {
  // as in TRL, the batch size counts answers: `generations` of them belong to one prompt
  const answers = spec.batchSequences * spec.accumulationSteps * spec.gpuCount;
  const prompts = Math.max(1, Math.floor(answers / spec.generations));
  const usesKl = spec.beta !== undefined && spec.beta > 0;
  const actor = "actor_rollout_ref.actor";
  return {
    max_steps: spec.maxSteps,
    files: datasetFiles,
    rewards: { file: rewardFile, functions: spec.rewardFunctions },
    overrides: {
      "algorithm.adv_estimator": "grpo",
      "algorithm.use_kl_in_reward": false,
      "data.train_batch_size": prompts,
      "data.max_prompt_length": spec.sequenceTokens,
      "data.max_response_length": spec.completionTokens,
      "data.seed": spec.seed,
      "actor_rollout_ref.model.path": modelDir,
      "actor_rollout_ref.model.lora_rank": spec.loraRank,
      "actor_rollout_ref.model.lora_alpha": spec.loraAlpha,
      "actor_rollout_ref.model.target_modules": "all-linear",
      "actor_rollout_ref.model.enable_gradient_checkpointing": recomputes(spec),
      [`${actor}.optim.lr`]: spec.learningRate,
      [`${actor}.optim.lr_scheduler_type`]: spec.schedule,
      [`${actor}.ppo_mini_batch_size`]: prompts,
      [`${actor}.ppo_micro_batch_size_per_gpu`]: spec.batchSequences,
      [`${actor}.use_kl_loss`]: usesKl,
      ...(usesKl ? { [`${actor}.kl_loss_coef`]: spec.beta } : {}),
      "actor_rollout_ref.rollout.name": "vllm",
      "actor_rollout_ref.rollout.n": spec.generations,
      "actor_rollout_ref.rollout.seed": spec.seed,
      // a copy of the model on each GPU; by default verl divides it between two, which one GPU does not have
      "actor_rollout_ref.rollout.tensor_model_parallel_size": 1,
      "actor_rollout_ref.rollout.load_format": "safetensors",
      "actor_rollout_ref.rollout.log_prob_micro_batch_size_per_gpu": spec.batchSequences,
      "actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu": spec.batchSequences,
      "trainer.nnodes": 1,
      "trainer.n_gpus_per_node": spec.gpuCount,
      "trainer.total_training_steps": spec.maxSteps,
      "trainer.total_epochs": spec.maxSteps,
      "trainer.save_freq": spec.saveSteps,
      "trainer.max_actor_ckpt_to_keep": KEPT,
      "trainer.test_freq": -1,
      "trainer.val_before_train": false,
      "trainer.logger": "[console,file]",
      "trainer.project_name": "tunewright",
      "trainer.experiment_name": "run",
    },
  };
}

/**
 * Metrics that verl logged, with one file per attempt. If a step was repeated after a resume, its last values count.
 */
async function logLines(jobFolder: string): Promise<{ lines: z.infer<typeof LogLine>[]; timeMs: number }> {
  const out = join(jobFolder, "out");
  const names = (await namesIn(out)).filter((name) => /^verl\.\d+\.jsonl$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(out, name);
      return { text: await readFile(path, "utf8"), timeMs: (await stat(path)).mtimeMs };
    }),
  );
  const byTime = files.toSorted((a, b) => a.timeMs - b.timeMs);
  const lines = byTime.flatMap(({ text }) => text.split("\n").slice(0, -1).flatMap(parsedLine));
  return { lines, timeMs: byTime.at(-1)?.timeMs ?? 0 };
}

function parsedLine(line: string): z.infer<typeof LogLine>[] {
  try {
    const found = LogLine.safeParse(JSON.parse(line)).data;
    return found === undefined ? [] : [found];
  } catch (error) {
    if (error instanceof SyntaxError) return []; // truncated by a kill
    throw error;
  }
}

async function progress(jobFolder: string): Promise<Progress | undefined> {
  const { lines, timeMs } = await logLines(jobFolder);
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  // JSON has no NaN: verl's logger writes null instead
  const isFinite = last.data["actor/pg_loss"] !== null && last.data["critic/score/mean"] !== null;
  const stepSec = last.data["timing_s/step"];
  const recent: [number, number][] =
    typeof stepSec === "number" && last.step > 1
      ? [
          [last.step - 1, timeMs - stepSec * 1000],
          [last.step, timeMs],
        ]
      : [];
  return { step: last.step, isFinite, timeMs, recent };
}

async function logged(jobFolder: string): Promise<LoggedValue[]> {
  const newest = new Map<string, LoggedValue>();
  for (const { step, data } of (await logLines(jobFolder)).lines) {
    for (const [key, value] of Object.entries(data)) {
      if (typeof value === "number") newest.set(`${key} ${step}`, { key, step, value });
    }
  }
  return [...newest.values()];
}

/** @source verl 0.9.1: latest_checkpointed_iteration.txt is written after the checkpoint that it names */
async function newestCheckpoint(jobFolder: string): Promise<string | undefined> {
  const step = await savedStep(jobFolder);
  return step === undefined ? undefined : join(jobFolder, "out", `global_step_${step}`);
}

async function verify(jobFolder: string, maxSteps: number): Promise<Verdict> {
  const step = await savedStep(jobFolder);
  if (step === undefined) return { unverified: "it saved no checkpoint" };
  if (step < maxSteps) return { unverified: `its last checkpoint is for step ${step} of ${maxSteps}` };
  const weights = join(jobFolder, "out", "adapter", "adapter_model.safetensors");
  const problem = await safetensorsProblem(weights);
  if (problem !== undefined) return { unverified: `adapter_model.safetensors cannot be loaded: ${problem}` };
  return { modelSha256: await hashFile(weights) };
}

async function savedStep(jobFolder: string): Promise<number | undefined> {
  try {
    const text = await readFile(join(jobFolder, "out", "latest_checkpointed_iteration.txt"), "utf8");
    return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  });
}
