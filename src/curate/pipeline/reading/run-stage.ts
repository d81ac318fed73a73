import type { FunnelStage } from "../../../domain/funnel.ts";
import type { Delimiter } from "../../../domain/dataset-profile.ts";
import type { ReadLimits } from "../../../tables/limits.ts";
import type { DatasetStage, RowStage, StageResult } from "../../stage.ts";
import { addCounts, countRead, countResult, NO_ROWS } from "../storing/funnel.ts";
import { heldShards } from "./held-shards.ts";
import { readShards } from "./read-shards.ts";
import { rowSinks, type RowTargets } from "./row-sinks.ts";
import { sourceNames } from "./source-names.ts";
import { type Shard, type ShardSize, stageResults } from "./stage-shards.ts";

/** Options of a stand-alone command: outputs, and how files are read. */
export type StageRun<Options> = RowTargets & {
  options: Options;
  delimiter?: Delimiter | undefined;
  /** Names of the sources, one for each file; default: derived from the file names. */
  sources?: readonly string[] | undefined;
  limits?: Partial<ReadLimits> | undefined;
  shardSize?: ShardSize | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
  /** Called with each shard and its result, in order: for commands that print rows. */
  onResult?: ((shard: Shard, result: StageResult) => void | Promise<void>) | undefined;
  /** Called after the last row, before files are renamed; if it throws, nothing is written. */
  onEnd?: (() => void) | undefined;
};

/** Counts of all rows: lines that could not be read first, if there are any, then the stage. */
export type StageOutcome = { funnel: FunnelStage[] };

/**
 * Runs one stage over files, as the stand-alone commands do: reads them as rows with ids, streaming; writes the
 * requested outputs atomically; counts.
 *
 *     const { funnel } = await runStage(dedupStage, ["train.jsonl"], { options, out: "deduped.jsonl" });
 *
 * A dataset stage reads the files twice, unless they are small. Memory: a shard of 8,192 rows and its result, 36 bytes
 * per row for the ids, and for a dataset stage its summaries, and the shards of small files.
 *
 * @throws Failure if a file cannot be read, an output already exists, is named twice or is an input, or the
 *   disk is full; nothing is then written
 */
export async function runStage<Options>(
  stage: RowStage<Options> | DatasetStage<Options>,
  files: readonly string[],
  run: StageRun<Options>,
): Promise<StageOutcome> {
  const names = run.sources ?? sourceNames(files);
  const sources = files.map((path, index) => ({ path, source: names[index]!, delimiter: run.delimiter }));
  const sha256s = new Map<string, string>();
  const passes = stage.kind === "row" ? 1 : 2;
  let pass = 0;
  const held = heldShards(files);
  let read = NO_ROWS;
  let ran = NO_ROWS;
  const sinks = await rowSinks(run, files);
  const shards = async function* (): AsyncGenerator<Shard> {
    const onProgress = (fraction: number): void => run.onProgress?.((pass - 1 + fraction) / passes);
    pass += 1;
    const options = { size: run.shardSize, limits: run.limits, sha256s, onProgress };
    for await (const shard of (pass === 2 && held.all()) || readShards(sources, options)) {
      if (pass < passes) held.add(shard);
      if (pass === passes) read = addCounts(read, countRead(shard));
      if (shard.rows.length > 0) yield shard;
      else if (pass === passes) await sinks.write(shard, { kept: [], dropped: [], notes: [] });
    }
  };
  try {
    for await (const { shard, result } of stageResults(stage, run.options, shards)) {
      ran = addCounts(ran, countResult(shard.rows, result));
      await sinks.write(shard, result);
      await run.onResult?.(shard, result);
    }
    run.onEnd?.();
    await sinks.commit();
  } finally {
    await sinks.abort();
  }
  const funnel: FunnelStage[] = [{ stage: stage.name, ...ran }];
  return { funnel: read.dropped.length === 0 ? funnel : [{ stage: "read", ...read }, ...funnel] };
}
