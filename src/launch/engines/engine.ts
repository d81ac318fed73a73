import type { TrainingFile } from "../../domain/training-job.ts";
import type { LaunchOrder } from "../schedulers/scheduler.ts";

/** Input for rendering a job. Paths are absolute. */
export type RenderRequest = {
  spec: TrainingFile;
  modelDir: string;
  /** JSONL files of the frozen version. */
  datasetFiles: readonly string[];
  /** JSONL files used to compute the evaluation loss during the run; empty if there is no evaluation. */
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
  /**
   * Step at which to stop with a checkpoint, following the schedule of the complete run; undefined to run to the end.
   */
  untilStep?: number | undefined;
  /** Destination of metrics; undefined if no tracker is running, in which case metrics are imported afterwards. */
  tracker: { url: string; runId: string } | undefined;
};

/** Progress as last reported by the launcher. */
export type Progress = {
  step: number;
  isFinite: boolean;
  timeMs: number;
  /** Last logged loss; undefined before the first one, or if it is not finite. */
  loss?: number | undefined;
  /** Most recent steps of this attempt, oldest first, each with its end time in ms since 1970. */
  recent?: readonly (readonly [step: number, timeMs: number])[] | undefined;
  /** Peak memory used by the model and its training in this attempt, bytes: GPU memory, or process memory on a CPU. */
  peakBytes?: number | undefined;
};

/**
 * Verification result of a finished model: its hash, its name if a provider keeps the weights, or the reason why it is
 * invalid.
 */
export type Verdict = { modelSha256: string } | { modelId: string } | { unverified: string };

/** A value logged at a step, read from the trainer's own files. */
export type LoggedValue = { key: string; step: number; value: number };

/**
 * A training library for which Tunewright renders configurations and whose runs it launches and monitors. Tunewright
 * itself never trains.
 */
export type Engine = {
  /** True if a provider does the training: there is no Python, model folder or machine of ours. Default: false. */
  isProvider?: boolean;
  /** Required packages, each with the lowest version known to work. */
  packages: Readonly<Record<string, string>>;
  /** Command line that installs the packages. */
  install: string;
  /** Configuration of the launcher, stored with the job. */
  render: (request: RenderRequest) => Record<string, unknown>;
  /** Copies the launcher into the job, so that an update of Tunewright does not affect a running job. */
  copyLauncher: (jobFolder: string, config: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Required fields of a row: a row must have all fields of one of the lists. */
  rowShapes: (spec: TrainingFile) => readonly (readonly string[])[];
  /** Reason why the engine does not support this run; undefined if it does. */
  unsupported: (spec: TrainingFile) => string | undefined;
  /**
   * True if the engine can stop at a step with a checkpoint while following the schedule of the complete run, as
   * promoted trials require.
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
