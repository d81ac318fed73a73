import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";

/** What one attempt runs. `env` is written to a file: it holds no secret. */
export type LaunchOrder = { argv: readonly string[]; env: Readonly<Record<string, string>>; cwd: string };

/** How a trainer ended; `error` where it could not be started. */
export type TrainerExit = { code: number | null; signal: string | null; error: string | null; endedMs: number };

/** Why a scheduler ended an attempt that would have gone on. */
export type Cut = "preempted" | "time-limit" | "host-memory" | "node-lost" | "cancelled";

/** One attempt of a job, by names that a repeat has too. */
export type PlacedAttempt = {
  /** Our id of the attempt: what makes it harmless to submit it twice. */
  id: string;
  /** Folder of the job on this machine: its configuration, its launcher, `out`. */
  jobFolder: string;
  /** Folder of the attempt inside it: `launch.json`, `exit.json`, `log.txt`. */
  folder: string;
  spec: TrainingFile;
  /** Folders that the trainer reads: the base model, dataset versions. Absolute paths on this machine. */
  inputs: readonly string[];
};

/** What can be seen of an attempt. */
export type AttemptSight = {
  /** The scheduler has it; it is never started a second time. */
  isClaimed: boolean;
  /** It waits or runs. */
  isAlive: boolean;
  exit: TrainerExit | undefined;
  /** Before its first process: it waits for a machine, or the machine is prepared. */
  phase?: "queued" | "starting" | undefined;
  /** Why nothing can be seen of it at present. That is not the end of it. */
  unreachable?: string | undefined;
  cut?: Cut | undefined;
  /** By how much the clock of the target is ahead of ours, ms; default: not at all. */
  aheadMs?: number | undefined;
  /** When its machine was given to it and taken from it, as the scheduler says it, ms: what is billed. */
  startedMs?: number | undefined;
  endedMs?: number | undefined;
};

/**
 * Where attempts run. An attempt is one submission: no scheduler starts one again by itself, so that each start is
 * checked against the cap, continues from a verified checkpoint, and is one interval of cost.
 */
export type Scheduler = {
  /** Least time between two looks at an attempt, ms. */
  lookMs: number;
  /** Trainers run on this machine, and reach what listens on its loopback address. */
  isHere: boolean;
  /** What it needs: commands, addresses, accounts. */
  check: () => Promise<PreflightCheck[]>;
  /**
   * Submits an attempt. Repeatable with the same id.
   *
   * @param secrets  variables that are passed on and written nowhere
   * @throws Failure outside if the scheduler cannot be reached or refuses it
   */
  submit: (attempt: PlacedAttempt, order: LaunchOrder, secrets: Readonly<Record<string, string>>) => Promise<void>;
  /** Looks at an attempt, and brings what its trainer last reported and logged into its folders. */
  observe: (attempt: PlacedAttempt) => Promise<AttemptSight>;
  /** SIGTERM asks for a checkpoint and an end; SIGKILL ends it. False if it does not run. */
  signal: (attempt: PlacedAttempt, signal: "SIGTERM" | "SIGKILL") => Promise<boolean>;
  /** Brings all that an attempt left into the folder of the job, where the verifier reads it. */
  collect: (attempt: PlacedAttempt) => Promise<void>;
};
