import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as z from "zod";

import { isSystemError } from "../../../base/failure.ts";
import { hashFile } from "../../../base/hash-file.ts";
import type { TrainingFile } from "../../../domain/training-job.ts";
import { recomputes } from "../../supervise/memory-ladder.ts";
import type { AttemptRequest, Engine, LoggedValue, Progress, RenderRequest, Verdict } from "../engine.ts";
import { safetensorsProblem } from "../safetensors-check.ts";
import { pythonJson } from "../python-json.ts";
import { checkpointsOf, newestWholeCheckpoint } from "./checkpoints.ts";
import { trainerArguments } from "../trainer-arguments.ts";

const LAUNCHER = fileURLToPath(new URL("./python/train.py", import.meta.url));

const ProgressFile = z.object({
  step: z.int(),
  loss: z.union([z.number(), z.literal("NaN"), z.null()]),
  time: z.number(),
  recent: z.array(z.tuple([z.int(), z.number()])).optional(),
  peak_bytes: z.number().nullish(),
});

const TrainerState = z.object({
  global_step: z.int(),
  log_history: z.array(z.record(z.string(), z.unknown())),
});

/** Record of the launcher: whether it ended a run whose evaluation loss no longer fell, and at which step. */
const EarlyStop = z.object({ step: z.int(), stopped: z.boolean() });

/**
 * Fields of a row, by method: a row must have all fields of one of the lists. @source TRL 1.16 docs, dataset_formats
 */
const ROW_SHAPES: Readonly<Record<TrainingFile["method"], readonly (readonly string[])[]>> = {
  sft: [["messages"], ["prompt", "completion"], ["text"]],
  dpo: [
    ["prompt", "chosen", "rejected"],
    ["chosen", "rejected"],
  ],
  orpo: [
    ["prompt", "chosen", "rejected"],
    ["chosen", "rejected"],
  ],
  reward: [
    ["prompt", "chosen", "rejected"],
    ["chosen", "rejected"],
  ],
  kto: [["prompt", "completion", "label"]],
  grpo: [["prompt"]],
};

/** LoRA training by Hugging Face TRL, through our launcher in the job's folder. */
export const trl: Engine = {
  packages: { torch: "2.6", transformers: "4.56", trl: "1.0", peft: "0.15", datasets: "3.0", accelerate: "1.0" },
  install: 'pip install torch "trl>=1.0" "peft>=0.15" "mlflow-skinny>=3"',
  render,
  copyLauncher: async (jobFolder, config) => {
    await cp(LAUNCHER, join(jobFolder, "train.py"));
    const rewards = z.object({ rewards: z.object({ file: z.string() }) }).safeParse(config).data?.rewards;
    if (rewards !== undefined) {
      // the functions with which the job was queued are kept
      await cp(rewards.file, join(jobFolder, "rewards.py"), { force: false });
    }
  },
  unsupported: () => undefined,
  pauses: true,
  rowShapes: ({ method }) => ROW_SHAPES[method],
  order,
  preview: ({ python, folder }) => [python, join(folder, "train.py"), join(folder, "config.json"), "--preview"],
  progress,
  newestCheckpoint: (jobFolder) => newestWholeCheckpoint(join(jobFolder, "out")),
  verify,
  logged,
};

/** @source docs of TRL 1.16: SFTConfig, DPOConfig, KTOConfig, ORPOConfig, GRPOConfig, RewardConfig; their defaults bf16, gradient_checkpointing and logging_nan_inf_filter are set here */
function render({ spec, modelDir, datasetFiles, evaluationFiles, rewardFile }: RenderRequest): Record<string, unknown> {
  const isCpu = spec.device === "cpu";
  return {
    method: spec.method,
    model: modelDir,
    files: datasetFiles,
    ...(evaluationFiles === undefined ? {} : { evaluation_files: evaluationFiles }),
    ...(spec.method === "grpo" ? { rewards: { file: rewardFile, functions: spec.rewardFunctions } } : {}),
    ...(isCpu ? {} : { gpus: spec.gpuCount }),
    ...(spec.earlyStopping === undefined
      ? {}
      : { early_stopping: { patience: spec.earlyStopping.patience, min_delta: spec.earlyStopping.minDelta } }),
    guard: { grace_sec: spec.graceSec },
    lora: { r: spec.loraRank, lora_alpha: spec.loraAlpha },
    training: {
      ...trainerArguments(spec, { isCpu }),
      ...methodSettings(spec),
      // TRL loads weights in fp32 by default: twice the memory of the frozen base. ORPO is given a loaded model.
      ...(isCpu || spec.method === "orpo" ? {} : { model_init_kwargs: { dtype: "bfloat16" } }),
      gradient_checkpointing: recomputes(spec),
      ...(evaluationFiles === undefined
        ? {}
        : {
            eval_strategy: "steps",
            eval_steps: spec.evalSteps ?? spec.saveSteps,
            per_device_eval_batch_size: spec.batchSequences,
          }),
    },
  };
}

/** Settings that only some methods have. */
function methodSettings(spec: TrainingFile): Record<string, unknown> {
  const beta = spec.beta === undefined ? {} : { beta: spec.beta };
  switch (spec.method) {
    case "sft":
      return { max_length: spec.sequenceTokens, assistant_only_loss: spec.assistantOnly };
    case "grpo":
      return { num_generations: spec.generations, max_completion_length: spec.completionTokens, ...beta };
    case "reward":
      return { max_length: spec.sequenceTokens };
    default:
      return { max_length: spec.sequenceTokens, ...beta };
  }
}

function order({
  python,
  jobFolder,
  spec,
  resumeFrom,
  untilStep,
  tracker,
}: AttemptRequest): ReturnType<Engine["order"]> {
  const resume = [
    ...(resumeFrom === undefined ? [] : ["--resume", resumeFrom]),
    ...(untilStep === undefined ? [] : ["--until", String(untilStep)]),
  ];
  return {
    argv: [python, "-u", join(jobFolder, "train.py"), join(jobFolder, "config.json"), ...resume],
    cwd: jobFolder,
    env: {
      HF_HUB_OFFLINE: "1",
      HF_DATASETS_CACHE: join(jobFolder, "cache"),
      TOKENIZERS_PARALLELISM: "false",
      ...(spec.threads === undefined ? {} : { OMP_NUM_THREADS: String(spec.threads) }),
      ...(tracker === undefined
        ? { MLFLOW_TRACKING_URI: "" }
        : {
            TUNEWRIGHT_GUARD: `${tracker.url.replace(/\/+$/, "")}/api/v1/runs/${tracker.runId}/guard`,
            MLFLOW_TRACKING_URI: tracker.url,
            MLFLOW_RUN_ID: tracker.runId,
            MLFLOW_EXPERIMENT_NAME: spec.experiment,
            // with the client's defaults, a run whose server has disappeared hangs for minutes after its last step
            MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2",
            MLFLOW_HTTP_REQUEST_TIMEOUT: "5",
          }),
    },
  };
}

async function progress(jobFolder: string): Promise<Progress | undefined> {
  const found = await readJson(join(jobFolder, "out", "progress.json"), ProgressFile);
  return (
    found && {
      step: found.step,
      isFinite: found.loss !== "NaN",
      timeMs: found.time * 1000,
      loss: typeof found.loss === "number" ? found.loss : undefined,
      recent: found.recent?.map(([step, time]) => [step, time * 1000] as const),
      peakBytes: found.peak_bytes ?? undefined,
    }
  );
}

/** @source `trainer_state.json` of transformers; an exit status does not show how far a run came */
async function verify(jobFolder: string, maxSteps: number): Promise<Verdict> {
  const out = join(jobFolder, "out");
  const state = await readJson(join(out, "trainer_state.json"), TrainerState);
  if (state === undefined) return { unverified: "it wrote no trainer_state.json" };
  const early = await readJson(join(out, "early-stop.json"), EarlyStop);
  const isEarly = early?.stopped === true && early.step === state.global_step;
  if (state.global_step < maxSteps && !isEarly) {
    return { unverified: `it stopped at step ${state.global_step} of ${maxSteps}` };
  }
  const weights = join(out, "adapter", "adapter_model.safetensors");
  const problem = await safetensorsProblem(weights);
  if (problem !== undefined) return { unverified: `adapter_model.safetensors cannot be loaded: ${problem}` };
  const config = await readJson(join(out, "adapter", "adapter_config.json"), z.record(z.string(), z.unknown()));
  if (config === undefined) return { unverified: "its adapter has no valid adapter_config.json" };
  return { modelSha256: await hashFile(weights) };
}

/**
 * Lines written by the launcher: the values logged at a step, written immediately. If a step was repeated after a
 * resume, its last values count.
 */
const MetricLine = z.object({ step: z.int(), values: z.record(z.string(), z.union([z.number(), z.literal("NaN")])) });

async function logged(jobFolder: string): Promise<LoggedValue[]> {
  const out = join(jobFolder, "out");
  const lines = await readMetricLines(join(out, "metrics.jsonl"));
  if (lines !== undefined) return lines;
  const [newest] = await checkpointsOf(out);
  const paths = [out, ...(newest === undefined ? [] : [join(out, newest)])];
  for (const folder of paths) {
    const state = await readJson(join(folder, "trainer_state.json"), TrainerState);
    if (state === undefined) continue;
    return state.log_history.flatMap(({ step, ...values }) =>
      typeof step !== "number"
        ? []
        : Object.entries(values).flatMap(([key, value]) => (typeof value === "number" ? [{ key, step, value }] : [])),
    );
  }
  return [];
}

/**
 * Values in the launcher's own log; undefined if it did not write one. An incomplete last line is left for the next
 * poll.
 */
async function readMetricLines(path: string): Promise<LoggedValue[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
  const newest = new Map<string, LoggedValue>();
  for (const line of text.split("\n").slice(0, -1)) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      if (error instanceof SyntaxError) continue; // truncated by a kill, and followed by the lines of a later attempt
      throw error;
    }
    const found = MetricLine.safeParse(value).data;
    for (const [key, number] of Object.entries(found?.values ?? {})) {
      const logged = { key, step: found!.step, value: number === "NaN" ? Number.NaN : number };
      newest.set(`${key} ${logged.step}`, logged);
    }
  }
  return [...newest.values()];
}

/** A JSON file of the launcher or of transformers; undefined if it is missing, truncated or of a different shape. */
async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema> | undefined> {
  return schema.safeParse(await pythonJson(path)).data;
}
