import { Failure } from "../../../base/failure.ts";
import type { Delimiter } from "../../../domain/dataset-profile.ts";
import type { ReadLimits } from "../../../tables/limits.ts";
import type { DroppedRow } from "../../stage.ts";
import { readRows } from "./read-rows.ts";
import { type Shard, shardBuilder, SHARD_SIZE, type ShardSize } from "./stage-shards.ts";

/** A dataset file, and the name of its dataset. */
export type SourceFile = { path: string; source: string; delimiter?: Delimiter | undefined };

/** A shard, and the lines in its range that are not rows. */
export type ReadShard = Shard & { dropped: DroppedRow[] };

/** Options of reading files as shards. */
export type ReadShardsOptions = {
  size?: ShardSize | undefined;
  limits?: Partial<ReadLimits> | undefined;
  /** Called with the share of all bytes read, 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
  /** SHA-256 of the files at an earlier reading: a changed file ends the reading. Filled in if empty. */
  sha256s?: Map<string, string> | undefined;
};

/**
 * Reads files in sequence as shards of a fixed size, each with the lines in its range that are not rows. The
 * last one may have no rows.
 *
 * @throws Failure of the readers; bad_input if a file has changed since the earlier reading
 */
export async function* readShards(
  files: readonly SourceFile[],
  { size = SHARD_SIZE, limits, onProgress, sha256s }: ReadShardsOptions = {},
): AsyncGenerator<ReadShard> {
  const builder = shardBuilder(size);
  let dropped: DroppedRow[] = [];
  for (const [index, { path, source, delimiter }] of files.entries()) {
    const onSha256 = (sha256: string): void => {
      const before = sha256s?.get(path);
      if (before !== undefined && before !== sha256) {
        throw new Failure("bad_input", `${path} changed while it was being read`, {
          hint: "retry when nothing is writing to it",
        });
      }
      sha256s?.set(path, sha256);
    };
    const onFile = (fraction: number): void => onProgress?.((index + fraction) / files.length);
    for await (const read of readRows(path, { source, delimiter, limits, onProgress: onFile, onSha256 })) {
      dropped.push(...read.dropped);
      for (const [index, row] of read.rows.entries()) {
        const shard = builder.add(row, read.lengths[index]!);
        if (shard === undefined) continue;
        yield { ...shard, dropped };
        dropped = [];
      }
    }
  }
  const rest = builder.rest();
  if (rest !== undefined || dropped.length > 0) yield { firstRow: 0, rows: [], ...rest, dropped };
}
