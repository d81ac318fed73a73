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
  /** Rows that go on, in the order in which they came; `fields` may be new, `id` never is. */
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

/**
 * A stage that needs all rows to judge one: near-duplicates, splits, language shares.
 *
 * Three pure steps, so that shards can be worked on apart: `summarise` each shard (in parallel), `decide` once over
 * all summaries in shard order, `run` each shard with the decision (in parallel). A decision knows rows by their place:
 * `firstRow + index`.
 */
export type DatasetStage<Options> = {
  kind: "dataset";
  name: string;
  version: number;
  summarise: (rows: readonly CuratedRow[], options: Options) => Uint8Array | Promise<Uint8Array>;
  decide: (summaries: readonly Uint8Array[], options: Options) => Uint8Array | Promise<Uint8Array>;
  run: (
    rows: readonly CuratedRow[],
    options: Options,
    shard: { decision: Uint8Array; firstRow: number },
  ) => StageResult | Promise<StageResult>;
};

/** Any stage. */
export type Stage<Options = never> = RowStage<Options> | DatasetStage<Options>;
