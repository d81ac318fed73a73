import type { Int64 } from "../../base/int64.ts";
import type { DatasetInput } from "../inputs.ts";
import type { KeyValue } from "../key-value.ts";
import type { MetricPoint } from "../points.ts";

/** A file of a run in another tracker. */
export type ForeignArtifact = {
  /** Path below the artifacts of its run. */
  path: string;
  sizeBytes: number;
  content: () => Promise<AsyncIterable<Uint8Array>> | AsyncIterable<Uint8Array>;
};

/** A run of another tracker. Points and files are read on demand. */
export type ForeignRun = {
  /** Id in the other tracker. */
  id: string;
  experiment: string;
  name: string;
  user: string;
  status: "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
  startMs: Int64;
  endMs: Int64 | null;
  isDeleted: boolean;
  params: KeyValue[];
  tags: KeyValue[];
  datasets: DatasetInput[];
  points: () => Iterable<MetricPoint> | AsyncIterable<MetricPoint>;
  artifacts: () => Iterable<ForeignArtifact> | AsyncIterable<ForeignArtifact>;
};

/** Another tracker, opened for reading. */
export type ForeignTracker = {
  runs: () => Iterable<ForeignRun> | AsyncIterable<ForeignRun>;
  /** Parts that could not be read, with their counts. */
  skipped: Map<string, number>;
  close: () => void;
};

/** Counts a part that could not be read. */
export function skip(skipped: Map<string, number>, what: string): void {
  skipped.set(what, (skipped.get(what) ?? 0) + 1);
}

/** No artifacts. */
export const NO_ARTIFACTS = (): Iterable<ForeignArtifact> => [];
