import {
  type CuratedRow,
  type DatasetStage,
  heldSummaries,
  type RowStage,
  type StageResult,
  type Summary,
} from "../../stage.ts";

/** Rows processed together: the index of the first row among all rows, and the rows. */
export type Shard = { firstRow: number; rows: CuratedRow[] };

/** Limits of a shard; the first one reached closes it. Depends only on the rows, never on workers. */
export type ShardSize = { rows: number; characters: number };

/** 8,192 rows, or 32 Mi characters of JSON if rows are long: a million rows make 123 shards. */
export const SHARD_SIZE: ShardSize = { rows: 8_192, characters: 32 * 2 ** 20 };

/** Groups rows into shards; `length` is that of the row's JSON text. */
export function shardBuilder(size: ShardSize): {
  add: (row: CuratedRow, length: number) => Shard | undefined;
  rest: () => Shard | undefined;
} {
  let shard: Shard = { firstRow: 0, rows: [] };
  let characters = 0;
  const take = (): Shard => {
    const taken = shard;
    shard = { firstRow: taken.firstRow + taken.rows.length, rows: [] };
    characters = 0;
    return taken;
  };
  return {
    add: (row, length) => {
      shard.rows.push(row);
      characters += length;
      return shard.rows.length >= size.rows || characters >= size.characters ? take() : undefined;
    },
    rest: () => (shard.rows.length === 0 ? undefined : take()),
  };
}

/**
 * Runs a stage over shards, one shard in memory at a time.
 *
 * @param shards  returns the shards from the first; called once for a row stage, twice for a dataset stage
 */
export async function* stageResults<Options>(
  stage: RowStage<Options> | DatasetStage<Options>,
  options: Options,
  shards: () => AsyncIterable<Shard>,
): AsyncGenerator<{ shard: Shard; result: StageResult }> {
  if (stage.kind === "row") {
    for await (const shard of shards()) yield { shard, result: await stage.run(shard.rows, options) };
    return;
  }
  const summaries: Summary[] = [];
  for await (const shard of shards()) summaries.push(await stage.summarise(shard.rows, options));
  const decision = await stage.decide(heldSummaries(summaries), options);
  for await (const shard of shards()) {
    yield { shard, result: await stage.run(shard.rows, options, { decision, firstRow: shard.firstRow }) };
  }
}
