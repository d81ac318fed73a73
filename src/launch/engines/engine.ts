import type { TrainingFile } from "../../domain/training-job.ts";
import type { LaunchOrder } from "../schedulers/scheduler.ts";

/** Input for rendering a job. Paths are absolute. */
export type RenderRequest = {
  spec: TrainingFile;
  modelDir: string;
  /** JSONL files of the frozen version. */
  datasetFiles: readonly string[];
  /** JSONL files whose loss is evaluated during the run; empty: no evaluation. */
  evaluationFiles?: readonly string[] | undefined;
  /** Python file with the reward functions of GRPO. */
  rewardFile?: string | undefined;
};

/** One attempt of a job. */
export type AttemptRequest = {
  python: string;
  jobFolder: string;
  spec: TrainingFile;
  /** Absolute path of the checkpoint to continue from. */
  resumeFrom: string | undefined;
  /** Step at which it stops with a checkpoint, under the schedule of the complete run; undefined for the end. */
  untilStep?: number | undefined;
  /** Destination of metrics; undefined if no tracker runs: they are imported afterwards. */
  tracker: { url: string; runId: string } | undefined;
};

/** Progress as last reported by the launcher. */
export type Progress = {
  step: number;
  isFinite: boolean;
  timeMs: number;
  /** Last logged loss; undefined before the first, and if it is not finite. */
  loss?: number | undefined;
  /** The newest steps of this attempt, each with its end, ms since 1970; oldest first. */
  recent?: readonly (readonly [step: number, timeMs: number])[] | undefined;
  /** Peak memory of this attempt for the model and its training, bytes: of the GPU, or on a CPU of the process. */
  peakBytes?: number | undefined;
};

/** Verification result of a finished model: its hash, or its name if a provider keeps the weights, or why it is invalid. */
export type Verdict = { modelSha256: string } | { modelId: string } | { unverified: string };

/** A value logged at a step, read from the trainer's own files. */
export type LoggedValue = { key: string; step: number; value: number };

/** A training library that Tunewright renders for, launches and watches. Tunewright never trains itself. */
export type Engine = {
  /** True if a provider trains: there is no Python, no model folder and no machine of ours. Default: false. */
  isProvider?: boolean;
  /** Required packages, each with the lowest version known to work. */
  packages: Readonly<Record<string, string>>;
  /** Command line that installs them. */
  install: string;
  /** Configuration of the launcher, stored with the job. */
  render: (request: RenderRequest) => Record<string, unknown>;
  /** Copies the launcher into the job, so that an update of Tunewright does not affect a running job. */
  copyLauncher: (jobFolder: string, config: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Fields that a row must have: all of one of the lists. */
  rowShapes: (spec: TrainingFile) => readonly (readonly string[])[];
  /** Reason why it does not support this run; undefined if it does. */
  unsupported: (spec: TrainingFile) => string | undefined;
  /**
   * True if it can stop at a step with a checkpoint under the schedule of the complete run, as promoted trials require.
   */
  pauses: boolean;
  order: (request: AttemptRequest) => LaunchOrder;
  /**
   * Program and arguments that print the first batch of the run in a folder as one JSON line; undefined if not
   * supported.
   */
  preview: ((request: { python: string; folder: string }) => readonly string[]) | undefined;
  progress: (jobFolder: string) => Promise<Progress | undefined>;
  /** The newest complete checkpoint. Incomplete ones are moved aside. */
  newestCheckpoint: (jobFolder: string) => Promise<string | undefined>;
  verify: (jobFolder: string, maxSteps: number) => Promise<Verdict>;
  /** Values logged by the trainer, from its files. */
  logged: (jobFolder: string) => Promise<LoggedValue[]>;
};
