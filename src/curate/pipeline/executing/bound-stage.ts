import type { CuratedRow, DatasetStage, RowStage, StageResult, Summaries, Summary } from "../../stage.ts";

/** A stage with its options, as the code that runs shards needs it. */
export type BoundStage =
  | { kind: "row"; run: (rows: readonly CuratedRow[]) => Promise<StageResult> }
  | {
      kind: "dataset";
      summarise: (rows: readonly CuratedRow[]) => Promise<Summary>;
      decide: (summaries: Summaries) => Promise<Uint8Array>;
      run: (rows: readonly CuratedRow[], shard: { decision: Uint8Array; firstRow: number }) => Promise<StageResult>;
    };

/** Combines a stage with its options. */
export function bindStage<Options>(stage: RowStage<Options> | DatasetStage<Options>, options: Options): BoundStage {
  return stage.kind === "row"
    ? { kind: "row", run: async (rows) => stage.run(rows, options) }
    : {
        kind: "dataset",
        summarise: async (rows) => stage.summarise(rows, options),
        decide: async (summaries) => stage.decide(summaries, options),
        run: async (rows, shard) => stage.run(rows, options, shard),
      };
}
