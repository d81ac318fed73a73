import type { Sweep } from "../../domain/sweep.ts";
import type { TrainingJob } from "../../domain/training-job.ts";
import type { StageResult } from "../../domain/training-stages.ts";
import type { PlannedStages } from "./read-stages-file.ts";

/** What stages are run with. */
export type StageTools = {
  programmeDir: string;
  /** Folder of the state. */
  dataDir: string;
  /** Python that merges and converts. */
  python: string | undefined;
  /** Python with a CPU engine that loads what was written as GGUF; undefined: it is not loaded. */
  servingPython: string | undefined;
  /** Starts a training job, or takes up the one of that id, and waits for its end. */
  train: (request: { file: string; id: string; model?: string }) => Promise<TrainingJob>;
  /** Starts a sweep, or takes up the one of that id, and waits for its end. */
  sweep: (request: { file: string; id: string }) => Promise<Sweep>;
  /** A training job as it is now. */
  job: (id: string) => Promise<TrainingJob>;
  /** What the word `tunewright` in a gate stands for: program and first arguments. */
  program: readonly string[];
  onStage: (result: StageResult) => void;
};

/** What a stage is run in. */
export type StagePlace = {
  plan: PlannedStages;
  /** Folder of the plan's results. */
  folder: string;
  tools: StageTools;
  /** Results of all stages, in their order. */
  done: readonly StageResult[];
};

/** What became of a stage, without what its plan says of it. */
export type Done = Partial<Pick<StageResult, "jobId" | "datasetDigest" | "output" | "sha256">> & {
  state: "passed" | "failed";
  detail: string;
};

/** Result of an earlier stage, which the reading of the plan has checked. */
export function outputOf(done: readonly StageResult[], name: string): string {
  const output = done.find((stage) => stage.name === name)?.output;
  if (output === undefined || output === null) throw new Error(`stage ${name} has no result`);
  return output;
}
