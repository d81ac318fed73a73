import type { StageFinding } from "../domain/data-pipeline.ts";

/** A row on its way through a pipeline: its fields as read, and who it is. */
export type CuratedRow = {
  /** Stable id: made of the source's name and the row's content at import, kept by every later stage. */
  id: string;
  /** Name of the dataset that it came from. */
  source: string;
  /** Line (or row number of a Parquet file) where it stood in that source, from 1. */
  line: number;
  fields: Readonly<Record<string, unknown>>;
};

/** A row that a stage took out: every one has a reason, so that kept and dropped sum to what came in. */
export type DroppedRow = {
  row: CuratedRow;
  /** Reason code in kebab case, one of the stage's own list. */
  reason: string;
  /** What was seen, for a person. */
  detail?: string;
  /** Set where the row's text is shown in no count or report: it holds personal data still. */
  isTextHidden?: true;
};

/** What a stage has to say about a row, kept or not: spans redacted, evidence of contamination, the cluster it is in. */
export type RowNote = { id: string; note: Readonly<Record<string, unknown>> };

/** What a stage made of some rows. */
export type StageResult = {
  /** Rows that pass, in the order in which they came; `fields` may be new, `id` never is. */
  kept: CuratedRow[];
  dropped: DroppedRow[];
  notes: RowNote[];
};

/**
 * A stage that looks at one row at a time.
 *
 * Pure: no clock, no random numbers, no I/O, so that the same rows and options give the same bytes in any shard, on
 * any number of workers. `version` goes into the hash of its artefacts: raise it where its output changes.
 */
export type RowStage<Options> = {
  kind: "row";
  name: string;
  version: number;
  run: (rows: readonly CuratedRow[], options: Options) => StageResult | Promise<StageResult>;
};

/** What has to be known of a shard before all rows are decided on: bytes, or parts of them that are read apart. */
export type Summary = Uint8Array | readonly Uint8Array[];

/**
 * Result of `summarise` of all shards, in their order: read from storage when it is asked for, since all of it may not
 * fit.
 */
export type Summaries = {
  /** Number of shards. */
  count: number;
  /** One part of the summary of a shard, by default the first; it may be asked for again. */
  load: (shard: number, part?: number) => Promise<Uint8Array>;
};

/**
 * A stage that needs all rows to judge one: near-duplicates, splits, language shares.
 *
 * Three pure steps, so that shards can be worked on apart: `summarise` each shard (in parallel), `decide` once over
 * all summaries in shard order, `run` each shard with the decision (in parallel). A decision knows rows by their place:
 * `firstRow + index`. A summary may come in parts, where not all of it is needed each time that it is read.
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
  /** What a person should know of the decision. */
  findings?: (decision: Uint8Array) => readonly StageFinding[];
};

/** Summaries that are held in memory. */
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
