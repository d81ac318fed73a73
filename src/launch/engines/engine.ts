import type { TrainingFile } from "../../domain/training-job.ts";
import type { LaunchOrder } from "../schedulers/scheduler.ts";

/** What a job is rendered from. Paths are absolute. */
export type RenderRequest = {
  spec: TrainingFile;
  modelDir: string;
  /** JSONL files of the frozen version. */
  datasetFiles: readonly string[];
  /** JSONL files whose loss is evaluated during the run; none: it is not evaluated. */
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
  /** Step at which it stops with a checkpoint, under the schedule of the whole run; undefined for its end. */
  untilStep?: number | undefined;
  /** Where metrics go; undefined if no tracker runs: they are imported afterwards. */
  tracker: { url: string; runId: string } | undefined;
};

/** Progress as the launcher last wrote it. */
export type Progress = {
  step: number;
  isFinite: boolean;
  timeMs: number;
  /** Last logged loss; undefined before the first, and where it is not finite. */
  loss?: number | undefined;
  /** The newest steps of this attempt, each with when it ended, ms since 1970; oldest first. */
  recent?: readonly (readonly [step: number, timeMs: number])[] | undefined;
  /** Most memory that this attempt held for the model and its training, bytes: of the GPU, on a CPU of the process. */
  peakBytes?: number | undefined;
};

/** What was found of a finished model: its hash, or why it is not one. */
export type Verdict = { modelSha256: string } | { unverified: string };

/** A value that was logged at a step, read from the trainer's own files. */
export type LoggedValue = { key: string; step: number; value: number };

/** A training library that Tunewright renders for, launches and watches. It never trains itself. */
export type Engine = {
  /** Packages that it needs, each with the lowest version that is known to work. */
  packages: Readonly<Record<string, string>>;
  /** Line that installs them. */
  install: string;
  /** Configuration of the launcher, which is kept with the job. */
  render: (request: RenderRequest) => Record<string, unknown>;
  /** Copies the launcher into the job, so that an update of Tunewright changes nothing of a running job. */
  copyLauncher: (jobFolder: string, config: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Fields that a row must have: all of one of the lists. */
  rowShapes: (spec: TrainingFile) => readonly (readonly string[])[];
  /** Why it cannot run this; undefined if it can. */
  unsupported: (spec: TrainingFile) => string | undefined;
  /** It can stop at a step with a checkpoint under the schedule of the whole run, which a promoted trial needs. */
  pauses: boolean;
  order: (request: AttemptRequest) => LaunchOrder;
  /** Program and arguments that print the first batch of the run in a folder as one JSON line; undefined: it has none. */
  preview: ((request: { python: string; folder: string }) => readonly string[]) | undefined;
  progress: (jobFolder: string) => Promise<Progress | undefined>;
  /** The newest checkpoint that is whole. Torn ones are moved aside. */
  newestCheckpoint: (jobFolder: string) => Promise<string | undefined>;
  verify: (jobFolder: string, maxSteps: number) => Promise<Verdict>;
  /** What the trainer logged, from its files. */
  logged: (jobFolder: string) => Promise<LoggedValue[]>;
};
