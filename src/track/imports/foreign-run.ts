import type { Int64 } from "../../base/int64.ts";
import type { ForeignSqlite } from "../../store/foreign-sqlite.ts";
import type { DatasetInput, RunModel } from "../inputs.ts";
import type { KeyValue } from "../key-value.ts";
import type { MetricPoint } from "../points.ts";
import type { ForeignArtifact, ForeignFiles } from "./foreign-artifact.ts";
import type { ForeignModels } from "./foreign-models.ts";

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
  /** Logged models that the run used or produced, by their ids. */
  models?: (RunModel & { direction: "input" | "output" })[];
  points: () => Iterable<MetricPoint> | AsyncIterable<MetricPoint>;
  /** A text that is cheap to read and changes when points are added, such as their number. */
  extent: string;
  artifacts: ForeignFiles;
};

/** Another tracker, opened for reading. */
export type ForeignTracker = {
  runs: () => Iterable<ForeignRun> | AsyncIterable<ForeignRun>;
  /** Registered and logged models; they are read after the runs. */
  models?: ForeignModels;
  /** Counts what is not imported, after all else was read. */
  countRest?: () => Promise<void>;
  /** Parts that could not be read or are not imported, with their counts. */
  skipped: Map<string, number>;
  close: () => void;
};

/** Counts parts that could not be read or are not imported. */
export function skip(skipped: Map<string, number>, what: string, count = 1): void {
  if (count > 0) skipped.set(what, (skipped.get(what) ?? 0) + count);
}

/** Counts the rows of tables that are not imported. @param tables name and meaning of a row */
export function skipTables(
  skipped: Map<string, number>,
  database: ForeignSqlite,
  tables: Readonly<Record<string, string>>,
): void {
  for (const [table, what] of Object.entries(tables)) {
    if (!database.has(table)) continue;
    for (const { count } of database.rows<{ count: number }>(`select count(*) as count from ${table}`)) {
      skip(skipped, `${what} (not imported)`, count);
    }
  }
}

/** No artifacts. */
export const NO_ARTIFACTS = (): Iterable<ForeignArtifact> => [];
