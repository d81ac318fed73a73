import type { NamedTarget } from "../training/training-targets.ts";

/** Input for queuing the trials of a sweep, checked once at its start. Paths are absolute. */
export type Prepared = {
  python: string;
  modelDir: string;
  digest: string;
  datasetFiles: string[];
  evaluationFiles: string[] | null;
  dataDir: string;
  /** Target of trials; default: this machine. */
  target?: NamedTarget;
  rewardFile?: string;
  /** Newest trial when the sweep was last resumed; earlier failures no longer end it. */
  retriedAfter?: number;
};
