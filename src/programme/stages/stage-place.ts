import type { Sweep } from "../../domain/sweep.ts";
import type { TrainingJob } from "../../domain/training-job.ts";
import type { StageResult, TrainingStage } from "../../domain/training-stages.ts";
import type { PlannedStages } from "./read-stages-file.ts";

/** Context of stages. */
export type StageTools = {
  programmeDir: string;
  /** Folder of the state. */
  dataDir: string;
  /** Python that merges and converts. */
  python: string | undefined;
  /** Python with a CPU engine that loads the GGUF output; undefined: it is not loaded. */
  servingPython: string | undefined;
  /** Starts a training job, or finds the one with that id, and waits for its end. */
  train: (request: { file: string; id: string; model?: string }) => Promise<TrainingJob>;
  /** Starts a sweep, or finds the one with that id, and waits for its end. */
  sweep: (request: { file: string; id: string }) => Promise<Sweep>;
  /** The current state of a training job. */
  job: (id: string) => Promise<TrainingJob>;
  /** Checks what stages that train need before the first starts. @throws Failure check_failed, bad_input, not_found */
  check: (stages: readonly TrainingStage[]) => Promise<void>;
  /** Program and first arguments that replace the word `tunewright` in a gate. */
  program: readonly string[];
  onStage: (result: StageResult) => void;
};

/** Context of one stage. */
export type StagePlace = {
  plan: PlannedStages;
  /** Folder of the results of this stage. */
  folder: string;
  tools: StageTools;
  /** Results of all stages, in order. */
  done: readonly StageResult[];
};

/** Result of a stage, without the fields of its plan. */
export type Done = Partial<Pick<StageResult, "jobId" | "datasetDigest" | "output" | "sha256">> & {
  state: "passed" | "failed";
  detail: string;
};
