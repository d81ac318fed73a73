import type { DedupMethod } from "../../domain/dedup.ts";
import { readShards } from "../pipeline/reading/read-shards.ts";
import { rowSinks } from "../pipeline/reading/row-sinks.ts";
import { sourceNames } from "../pipeline/reading/source-names.ts";
import type { DroppedRow } from "../stage.ts";
import type { DedupRead, FoundDuplicates } from "./dedup-files.ts";
import { isSameText, placeOf } from "./dedup-result.ts";
import { dropReason } from "./drop-reason.ts";
import { isWrittenDifferently } from "./findings/written-differently.ts";

/**
 * Writes the dropped rows as JSONL, `{id, source, line, reason, detail, fields}` each, in order.
 * Atomic. Reads the files once more.
 *
 * @throws Failure if a file cannot be read again or has changed, or the disk is full
 */
export async function writeDropped(
  found: FoundDuplicates,
  dropped: string,
  { method, overwrite, ...read }: DedupRead & { method: DedupMethod; overwrite: boolean },
): Promise<void> {
  const { files, drops, sketches } = found;
  const sinks = await rowSinks(
    { dropped, overwrite },
    files.map(({ path }) => path),
  );
  const sources = sourceNames(files.map(({ path }) => path));
  const reasonOf = (row: number): Omit<DroppedRow, "row"> => {
    const keeper = drops.keeper[row]!;
    const { row: line, file, indexed } = placeOf(found, keeper);
    const name = `line ${line + 1}${file === undefined ? "" : ` of ${file}`}${indexed ? ", imported before" : ""}`;
    const isExact = isSameText(sketches.whole, row, keeper);
    const isOther = isWrittenDifferently(sketches, row, keeper);
    return dropReason({ keeper: name, jaccard: drops.jaccard[row]!, isExact, isWrittenDifferently: isOther }, method);
  };
  try {
    for (const [index, { path, name, firstRow, sha256 }] of files.entries()) {
      const source = { path, source: sources[index]!, delimiter: read.delimiter };
      const onProgress = (fraction: number): void => read.onProgress?.(`writing the dropped rows of ${name}`, fraction);
      const options = { limits: read.limits, onProgress, sha256s: new Map([[path, sha256]]) };
      for await (const shard of readShards([source], options)) {
        const goes = shard.rows.flatMap((row): DroppedRow[] => {
          const number = firstRow + row.line - 1;
          return drops.keeper[number] === number ? [] : [{ row, ...reasonOf(number) }];
        });
        await sinks.write(shard, { kept: [], dropped: goes, notes: [] });
      }
    }
    await sinks.commit();
  } finally {
    await sinks.abort();
  }
}
