import type { StageFinding } from "../domain/funnel.ts";

/** A row in a pipeline: its fields as read, and its identity. */
export type CuratedRow = {
  /** Stable id, derived from the source name and the row's content at import, and kept by every later stage. */
  id: string;
  /** Name of the dataset that it came from. */
  source: string;
  /** Line (or row number of a Parquet file) in that source, from 1. */
  line: number;
  fields: Readonly<Record<string, unknown>>;
};

/** A row dropped by a stage: each has a reason, so that kept and dropped rows sum to the input. */
export type DroppedRow = {
  row: CuratedRow;
  /** Reason code in kebab case, from the stage's own list. */
  reason: string;
  /** The evidence, as text. */
  detail?: string;
  /** Set if the row's text must not be shown in reports: it still contains personal data. */
  isTextHidden?: true;
};

/** A stage's note on a row, kept or not: spans redacted, evidence of contamination, its cluster. */
export type RowNote = { id: string; note: Readonly<Record<string, unknown>> };

/** Result of a stage for some rows. */
export type StageResult = {
  /** Kept rows, in input order; `fields` may change, `id` never does. */
  kept: CuratedRow[];
  dropped: DroppedRow[];
  notes: RowNote[];
};

/**
 * A stage that processes one row at a time.  Pure: no clock, no random numbers, no I/O, so that the same rows and
 * options give the same bytes in any shard, on any number of workers. `version` enters the hash of its artefacts:
 * increase it when the output changes.
 */
export type RowStage<Options> = {
  kind: "row";
  name: string;
  version: number;
  run: (rows: readonly CuratedRow[], options: Options) => StageResult | Promise<StageResult>;
};

/** Summary of a shard for the decision over all rows: bytes, or parts of them that are read separately. */
export type Summary = Uint8Array | readonly Uint8Array[];

/**
 * Results of `summarise` for all shards, in order: read from storage on request, because they may not fit into memory.
 */
export type Summaries = {
  /** Number of shards. */
  count: number;
  /** One part of the summary of a shard, by default the first; may be read again. */
  load: (shard: number, part?: number) => Promise<Uint8Array>;
};

/**
 * A stage that needs all rows to judge one: near-duplicates, splits, language shares.
 * Three pure steps, so that shards can be processed separately: `summarise` each shard (in parallel), `decide` once
 * over all summaries in shard order, `run` each shard with the decision (in parallel). A decision identifies rows by
 * their position: `firstRow + index`. A summary may consist of parts if not all of it is needed at every reading.
 */
export type DatasetStage<Options> = {
  kind: "dataset";
  name: string;
  version: number;
  summarise: (rows: readonly CuratedRow[], options: Options) => Summary | Promise<Summary>;
  decide: (summaries: Summaries, options: Options) => Uint8Array | Promise<Uint8Array>;
  run: (
    rows: readonly CuratedRow[],
    options: Options,
    shard: { decision: Uint8Array; firstRow: number },
  ) => StageResult | Promise<StageResult>;
  /** Findings on the decision for the user. */
  findings?: (decision: Uint8Array) => readonly StageFinding[];
};

/** Summaries in memory. */
export function heldSummaries(all: readonly Summary[]): Summaries {
  return {
    count: all.length,
    load: async (shard, part = 0) => partsOf(all[shard]!)[part]!,
  };
}

/** The parts of a summary. */
export function partsOf(summary: Summary): readonly Uint8Array[] {
  return summary instanceof Uint8Array ? [summary] : summary;
}

/** Any stage. */
export type Stage<Options = never> = RowStage<Options> | DatasetStage<Options>;
