import * as z from "zod";

import { HostedRun } from "./hosted-run.ts";
import { PositiveMoney } from "./source.ts";
import { TargetName } from "./training-target.ts";

/** A path inside the programme folder. */
export const InnerPath = z
  .string()
  .min(1)
  .regex(/^(?![\\/])(?!.*\.\.(?:[\\/]|$))/, "leaves the programme folder");

/** Training libraries that Tunewright starts. */
export const TrainingLibrary = z.enum(["trl", "axolotl", "llama-factory", "verl"]);

/** A training run as defined in its file in the programme folder: `training.yaml`. */
export const TrainingFile = z
  .strictObject({
    version: z.literal(1),
    name: z.string().min(1).max(200).describe("Name of the run"),
    experiment: z.string().min(1).max(200).default("training").describe("Experiment for its metrics"),
    engine: z
      .enum([...TrainingLibrary.options, "openai"])
      .default("trl")
      .describe(
        "Training library, or openai: a provider trains; default: training.stack in programme.yaml, otherwise trl",
      ),
    hosted: HostedRun.optional().describe("Fields of a run that a provider trains; only with engine openai"),
    method: z
      .enum(["sft", "dpo", "kto", "orpo", "grpo", "reward"])
      .default("sft")
      .describe(
        "Objective: sft on answers, dpo and orpo on pairs, kto on labelled answers, grpo on rewards, reward: a reward model on pairs",
      ),
    target: TargetName.optional().describe(
      "Target in `targets.yaml`; default: training.target of programme.yaml, otherwise local: this machine",
    ),
    python: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Python of the engine: an executable or a virtual environment; default: training.python in programme.yaml, otherwise TUNEWRIGHT_PYTHON",
      ),
    model: z
      .string()
      .min(1)
      .describe("Folder of the base model: config.json, safetensors, tokenizer; with engine openai, its name"),
    dataset: InnerPath.describe("Frozen version to train on, as created by `data freeze`"),
    evaluation: InnerPath.optional().describe(
      "Frozen version whose loss is logged as eval_loss every `evalSteps`; never a test set",
    ),
    earlyStopping: z
      .strictObject({
        patience: z.int().min(1).default(3).describe("Evaluations in a row without a better loss"),
        minDelta: z.number().min(0).default(0).describe("Least decrease of the loss that counts as better"),
      })
      .optional()
      .describe("End a run whose evaluation loss no longer falls, with the best adapter; engine trl; default: never"),
    evalSteps: z.int().min(1).optional().describe("Steps between evaluations; default: saveSteps"),
    maxSteps: z.int().min(1).max(10_000_000).describe("Optimizer steps after which the run is finished"),
    saveSteps: z.int().min(1).describe("Steps between checkpoints"),
    loggingSteps: z.int().min(1).default(1).describe("Steps between logged metrics"),
    batchSequences: z.int().min(1).default(4).describe("Sequences per micro-step"),
    accumulationSteps: z.int().min(1).default(1).describe("Micro-steps per optimizer step"),
    sequenceTokens: z.int().min(8).default(1024).describe("Longest sequence in tokens; longer ones are truncated"),
    learningRate: z.number().positive().default(2e-4).describe("Peak learning rate"),
    schedule: z.enum(["constant", "linear", "cosine"]).default("cosine").describe("Schedule of the learning rate"),
    loraRank: z.int().min(1).default(16).describe("Rank of the adapter"),
    loraAlpha: z.int().min(1).default(32).describe("Scale of the adapter"),
    assistantOnly: z
      .boolean()
      .default(false)
      .describe(
        "Only answers count in the loss: with trl, the chat template needs generation marks; Axolotl and LLaMA-Factory always do so",
      ),
    template: z
      .string()
      .min(1)
      .optional()
      .describe("Name of the LLaMA-Factory chat template; it must match the model's"),
    beta: z
      .number()
      .min(0)
      .optional()
      .describe("Strength of the pull towards the base model: dpo, kto, orpo, grpo; default: the library's"),
    rewardFile: InnerPath.optional().describe("Python file with the reward functions of grpo, in TRL's signature"),
    rewardFunctions: z
      .array(z.string().regex(/^[A-Za-z_]\w*$/))
      .default([])
      .describe("Names of its functions; the rewards are added"),
    generations: z.int().min(2).max(128).default(8).describe("Answers that grpo samples per prompt"),
    completionTokens: z.int().min(1).default(256).describe("Longest answer that grpo samples, in tokens"),
    seed: z.int().min(0).default(0).describe("Seed of the data order and of the adapter"),
    device: z.enum(["cpu", "cuda"]).default("cuda").describe("Training device"),
    threads: z.int().min(1).max(1024).optional().describe("CPU threads; 1 if the cores are shared with other work"),
    gpu: z.string().min(1).optional().describe("GPU, or the name of the machine, for the ledger"),
    gpuCount: z
      .int()
      .min(1)
      .max(8)
      .default(1)
      .describe(
        "GPUs of one machine: one process each, which adds `batchSequences` x `accumulationSteps` rows to a step",
      ),
    usdPerHour: PositiveMoney.optional().describe("Price of the machine per hour; without it the run is unpriced"),
    maxUsd: PositiveMoney.optional().describe("Amount that is reserved; the run is stopped when it is used up"),
    maxUsdPerHour: PositiveMoney.optional().describe("Highest price per hour at which the run may start"),
    maxHours: z
      .number()
      .positive()
      .max(100_000)
      .optional()
      .describe("Maximum hours over all attempts; the run is then stopped"),
    probeSteps: z
      .int()
      .min(3)
      .max(1000)
      .optional()
      .describe(
        "Number of first steps to measure: the run pauses after them, reserves the p90 cost of the remainder, and continues; default: no measurement",
      ),
    deadline: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("When the model is needed, with time zone: what `fallback` is decided by"),
    fallback: z
      .strictObject({
        target: TargetName.describe("Target of `targets.yaml` with machines on demand"),
        usdPerHour: PositiveMoney.describe("Price of its machine per hour"),
      })
      .optional()
      .describe(
        "Target on which the run continues once waiting for another spot machine would miss the deadline; default: it stays on its target",
      ),
    idle: z
      .strictObject({
        minUtilizationPercent: z
          .number()
          .min(0)
          .max(100)
          .default(10)
          .describe("Utilisation below which a GPU counts as idle"),
        minutes: z.number().positive().max(10_000).default(15).describe("Idle minutes after which a run is stopped"),
      })
      .optional()
      .describe("Stop a run whose GPUs are idle, by the system metrics; default: not stopped"),
    recompute: z
      .boolean()
      .optional()
      .describe("Recompute activations instead of storing them; default: on a GPU, not on a CPU"),
    shortenOnOom: z
      .boolean()
      .default(false)
      .describe("If one sequence runs out of memory, try half the sequence length, which truncates the data"),
    maxAttempts: z.int().min(1).max(100).default(3).describe("Maximum number of starts, including interruptions"),
    stallSec: z.number().min(1).default(1800).describe("Seconds without a step after which the run counts as stuck"),
    graceSec: z.number().min(0).default(60).describe("Seconds between the request to stop and SIGKILL"),
  })
  .refine(({ engine, hosted }) => hosted === undefined || engine === "openai", {
    path: ["hosted"],
    message: "hosted needs engine openai",
  })
  .refine(({ maxUsd, usdPerHour, hosted }) => maxUsd === undefined || (usdPerHour ?? hosted) !== undefined, {
    path: ["usdPerHour"],
    message: "maxUsd needs usdPerHour",
  })
  .refine(({ earlyStopping, evaluation }) => earlyStopping === undefined || evaluation !== undefined, {
    path: ["evaluation"],
    message: "earlyStopping needs evaluation",
  })
  .refine(({ earlyStopping, engine }) => earlyStopping === undefined || engine === "trl", {
    path: ["earlyStopping"],
    message: "earlyStopping needs engine trl",
  })
  .refine(({ fallback, deadline }) => fallback === undefined || deadline !== undefined, {
    path: ["deadline"],
    message: "fallback needs deadline",
  })
  .refine(({ fallback, usdPerHour }) => fallback === undefined || usdPerHour !== undefined, {
    path: ["usdPerHour"],
    message: "fallback needs usdPerHour, the price of the machine before it",
  })
  .refine(
    ({ method, rewardFile, rewardFunctions }) =>
      method !== "grpo" || (rewardFile !== undefined && rewardFunctions.length > 0),
    {
      path: ["rewardFile"],
      message: "method grpo needs rewardFile and rewardFunctions",
    },
  )
  .refine(
    ({ method, batchSequences, accumulationSteps, generations }) =>
      method !== "grpo" || (batchSequences * accumulationSteps) % generations === 0,
    { path: ["generations"], message: "batchSequences times accumulationSteps must be a multiple of generations" },
  )
  .refine(({ method, assistantOnly }) => method === "sft" || !assistantOnly, {
    path: ["assistantOnly"],
    message: "assistantOnly needs method sft",
  });
export type TrainingFile = z.infer<typeof TrainingFile>;

/** State of a job. Only `done-verified` means that the model is finished. */
export const JobState = z
  .enum([
    "awaiting-approval",
    "queued",
    "starting",
    "running",
    "unreachable",
    "preempted",
    "stopping",
    "paused",
    "done-verified",
    "done-unverified",
    "stopped",
    "over-budget",
    "over-time",
    "diverged",
    "failed-config",
    "failed-oom",
    "failed-code",
    "failed-infra",
  ])
  .describe(
    "State; only done-verified means that the model is finished; paused: waits with a checkpoint; preempted: waits for a new attempt; unreachable: it may be running, but its scheduler cannot be asked",
  );
export type JobState = z.infer<typeof JobState>;

/** One start of a job. */
export const JobAttempt = z.strictObject({
  attempt: z.int().min(1).describe("Number, from 1"),
  startedAt: z.string().describe("When the supervisor started it, ISO 8601"),
  endedAt: z.string().nullable().describe("When it was found to have ended; null while it runs"),
  resumedFrom: z.string().nullable().describe("Checkpoint that it continued from; null for a fresh start"),
  exitCode: z
    .int()
    .nullable()
    .describe("Exit status of the trainer; null if a signal ended it or the status is unknown"),
  exitSignal: z.string().nullable().describe("Signal that ended it"),
  lastStep: z.int().nullable().describe("Last step reported"),
  outcome: z.string().nullable().describe("Outcome; null while it runs"),
  usdPerHour: z.string().nullable().describe("Price of its machine per hour, US dollars; null if unknown"),
});
export type JobAttempt = z.infer<typeof JobAttempt>;

/** Estimate for the whole run from its first steps. */
export const ProbeResult = z.strictObject({
  steps: z.int().describe("Steps measured"),
  p10Hours: z.number().describe("Hours of the complete run, p10"),
  p50Hours: z.number().describe("Hours, median"),
  p90Hours: z.number().describe("Hours, p90"),
  p10Usd: z.string().nullable().describe("Cost of the complete run, p10; null if unpriced"),
  p50Usd: z.string().nullable().describe("Cost, median"),
  p90Usd: z.string().nullable().describe("Cost, p90: the amount reserved, unless the cap is lower"),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** Forecast for a running job, from its current time per step. */
export const JobForecast = z.strictObject({
  secPerStep: z.number().describe("Seconds per step, median of the latest"),
  checkpointUsd: z.string().nullable().describe("Cost at the next checkpoint; null if unpriced"),
  endUsd: z.string().nullable().describe("Cost at the last step; null if unpriced"),
  capStep: z.int().nullable().describe("Step at which its cap ends it; null if it is completed before"),
});
export type JobForecast = z.infer<typeof JobForecast>;

/** A training job. */
export const TrainingJob = z.strictObject({
  id: z.string().describe("Id of the job: 12 hexadecimal digits"),
  name: z.string().describe("Name of the run"),
  programme: z.string().describe("Programme of the job"),
  state: JobState,
  reason: z.string().nullable().describe("Reason for this state; null if there is none"),
  runId: z.string().describe("Tracked run with its metrics"),
  engine: z.string().describe("Training library"),
  target: z.string().describe("Target; local: the machine of the supervisor"),
  folder: z.string().describe("Folder of its files: rendered configuration, logs, checkpoints, the model"),
  datasetDigest: z.string().describe("Digest of the frozen version that it trains on"),
  step: z.int().nullable().describe("Last step reported; null before the first"),
  maxSteps: z.int().describe("Steps after which it is finished"),
  usdPerHour: z.string().nullable().describe("Price of the machine per hour, US dollars; null if unknown"),
  maxUsd: z.string().nullable().describe("Cap, US dollars; null if there is none"),
  spentUsd: z
    .string()
    .nullable()
    .describe("Time of all attempts times the price per hour, or the trained tokens of a provider; null if unpriced"),
  probe: ProbeResult.nullable().describe("Estimate from its first steps; null if none were measured"),
  forecast: JobForecast.nullable().describe("Forecast; null while it does not run, and before two steps"),
  approvedBy: z.string().nullable().describe("Who approved its cost; null if no approval is needed or given yet"),
  modelSha256: z.string().nullable().describe("SHA-256 of the adapter's weights; null until it is verified"),
  modelId: z
    .string()
    .nullable()
    .describe("Name of the model at the provider that trained it; null if we have its weights"),
  createdAt: z.string().describe("When it was queued, ISO 8601"),
  endedAt: z.string().nullable().describe("When it ended; null if it has not"),
  attempts: z.array(JobAttempt).describe("Attempts, oldest first"),
});
export type TrainingJob = z.infer<typeof TrainingJob>;

/** Training jobs. */
export const JobList = z.strictObject({ jobs: z.array(TrainingJob).describe("Jobs, newest first") });
export type JobList = z.infer<typeof JobList>;

/** Request to start a run. */
export const StartRequest = z.strictObject({
  file: InnerPath.default("training.yaml").describe("Training file inside the programme folder"),
  python: z.string().min(1).optional().describe("Python of the engine, instead of the one in the file"),
  model: InnerPath.optional().describe("Folder of the base model, instead of the one in the file"),
  id: z
    .string()
    .regex(/^[\da-f]{12}$/, "is not 12 hexadecimal digits")
    .optional()
    .describe("Id of the job, so that a repeated request finds the first; default: random"),
});
export type StartRequest = z.infer<typeof StartRequest>;

/** One check before a start. */
export const PreflightCheck = z.strictObject({
  check: z.string().describe("Check"),
  ok: z.boolean().describe("Whether it passed"),
  detail: z.string().describe("Result"),
  fix: z.string().nullable().describe("What to do; null if it passed"),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

/** Checks before a start, and what would run. */
export const TrainingPreflight = z.strictObject({
  ok: z.boolean().describe("True if the run can start"),
  checks: z.array(PreflightCheck),
  command: z.array(z.string()).describe("Program and arguments of an attempt"),
  target: z.string().describe("Target; local: this machine"),
  usdPerHour: z.string().nullable().describe("Price of the machine per hour, US dollars; null if unknown"),
  maxUsd: z.string().nullable().describe("Cap, US dollars; null if there is none"),
  config: z.record(z.string(), z.unknown()).describe("Input of the launcher: `config.json`"),
});
export type TrainingPreflight = z.infer<typeof TrainingPreflight>;

/** The first rows of a run as seen by its trainer. */
export const FirstBatch = z.strictObject({
  rows: z
    .array(
      z.array(
        z.strictObject({
          text: z.string().describe("Text of consecutive tokens"),
          counts: z.boolean().describe("They count in the loss"),
        }),
      ),
    )
    .describe("Rows, each as its parts"),
  tokens: z.int().describe("Tokens of the rows, without padding"),
  counted: z.int().describe("Those that count in the loss"),
});
export type FirstBatch = z.infer<typeof FirstBatch>;

/** Measurements of finished runs, as a file for `plan check` and `plan calibrate`. */
export const MeasuredRuns = z.strictObject({
  rows: z.int().describe("Rows, one per run"),
  csv: z.string().describe("The file: CSV with a header"),
  skipped: z
    .array(z.strictObject({ job: z.string().describe("Id of the job"), reason: z.string().describe("Why") }))
    .describe("Jobs without a row"),
});
export type MeasuredRuns = z.infer<typeof MeasuredRuns>;

/** Request to resume a job. */
export const ResumeRequest = z.strictObject({
  id: z.string().min(1).describe("Id of the job, or its first digits"),
  maxUsd: PositiveMoney.optional().describe("New cap; default: the one in its file"),
});
export type ResumeRequest = z.infer<typeof ResumeRequest>;

/** Approval of the cost of a waiting job. */
export const ApproveRequest = z.strictObject({
  id: z.string().min(1).describe("Id of the job, or its first digits"),
  by: z.string().min(1).max(200).describe("Who approves it"),
});
export type ApproveRequest = z.infer<typeof ApproveRequest>;
