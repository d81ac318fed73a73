import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";

/** Command of an attempt. `env` is written to a file and must not contain secrets. */
export type LaunchOrder = {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Time at which its wrapper ends it, also without a supervisor; default: none. */
  limit?: RunLimit | undefined;
};

/** When an attempt must have ended, ms. */
export type RunLimit = {
  /** Time from the start of the attempt to SIGKILL; SIGTERM comes before it by the grace period. */
  runMs: number;
  graceMs: number;
  /** Start of the attempt, ms since 1970 by the clock of its machine; default: the start of its wrapper. */
  startedMs?: number;
};

/** End of a trainer, with `error` if it could not be started. */
export type TrainerExit = { code: number | null; signal: string | null; error: string | null; endedMs: number };

/** Reason why a scheduler ended an attempt that would have continued. */
export type Cut = "preempted" | "time-limit" | "host-memory" | "node-lost" | "cancelled";

/** One attempt of a job, with names that stay the same if the submission is repeated. */
export type PlacedAttempt = {
  /** Our id of the attempt, which makes repeating a submission harmless. */
  id: string;
  /** Folder of the job on this machine: its configuration, its launcher, `out`. */
  jobFolder: string;
  /** Folder of the attempt inside the job folder: `launch.json`, `exit.json`, `log.txt`. */
  folder: string;
  spec: TrainingFile;
  /** Folders that the trainer reads: the base model, dataset versions. Absolute paths on this machine. */
  inputs: readonly string[];
};

/** Observed state of an attempt. */
export type AttemptSight = {
  /** The scheduler has accepted the attempt, which is never submitted again. */
  isClaimed: boolean;
  /** The attempt is waiting or running. */
  isAlive: boolean;
  exit: TrainerExit | undefined;
  /** Queued, or its machine is being prepared. */
  phase?: "queued" | "starting" | undefined;
  /** Reason why its state is currently unknown; it may still run. */
  unreachable?: string | undefined;
  cut?: Cut | undefined;
  /** Clock difference of the target, ms; positive if it is ahead of ours. Default: 0. */
  aheadMs?: number | undefined;
  /** Billed time: start and end of the machine's allocation as reported by the scheduler, ms. */
  startedMs?: number | undefined;
  endedMs?: number | undefined;
  /** Last time at which its wrapper saw the trainer running, ms; undefined if it is not known. */
  aliveMs?: number | undefined;
};

/**
 * A place where attempts run. An attempt is one submission. No scheduler restarts attempts by itself, so that each
 * start is checked against the cap, continues from a verified checkpoint, and is one interval of cost.
 */
export type Scheduler = {
  /** Minimum interval between two polls of an attempt, ms. */
  lookMs: number;
  /** True if trainers run on this machine and can reach its loopback address. */
  isHere: boolean;
  /** Address at which its trainers can reach our tracker; undefined if their metrics are imported. */
  trackerUrl?: string | undefined;
  /** True if a provider does the training; the engine must then be a provider's too. Default: false. */
  isProvider?: boolean;
  /** Checks the requirements: commands, addresses, accounts. */
  check: () => Promise<PreflightCheck[]>;
  /**
   * Submits an attempt. Can be repeated with the same id.
   *
   * @param secrets  variables that are passed to the trainer and not written to any file
   * @throws Failure outside if the scheduler cannot be reached or refuses the attempt
   */
  submit: (attempt: PlacedAttempt, order: LaunchOrder, secrets: Readonly<Record<string, string>>) => Promise<void>;
  /** Polls an attempt, and copies the last report and log of its trainer into its folders. */
  observe: (attempt: PlacedAttempt) => Promise<AttemptSight>;
  /** SIGTERM asks the trainer to save a checkpoint and exit; SIGKILL kills it. Returns false if it is not running. */
  signal: (attempt: PlacedAttempt, signal: "SIGTERM" | "SIGKILL") => Promise<boolean>;
  /** Copies everything that an attempt left into the folder of the job, for verification. */
  collect: (attempt: PlacedAttempt) => Promise<void>;
};
