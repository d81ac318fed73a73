import { atomicFile } from "../../base/atomic-file.ts";
import { READ_LIMITS } from "../../tables/limits.ts";
import { openRows } from "../../tables/read-rows.ts";
import type { RowBlock } from "../../tables/row-block.ts";
import type { DedupRead, FoundDuplicates } from "./dedup-files.ts";
import { isKept } from "./dedup-result.ts";

/**
 * Writes the kept rows as JSONL, in order, each line byte for byte as read. Atomic.
 *
 * @throws Failure if a file cannot be read again or the disk is full
 */
export async function writeKept(found: FoundDuplicates, out: string, read: DedupRead = {}): Promise<void> {
  const file = await atomicFile(out);
  try {
    for (const { path, name, firstRow } of found.files) {
      const { items, fraction } = await openRows(path, { ...READ_LIMITS, ...read.limits, delimiter: read.delimiter });
      for await (const item of items) {
        read.onProgress?.(`writing the kept rows of ${name}`, fraction());
        if (item.kind === "rows") await file.write(keptLines(item, (line) => isKept(found, firstRow + line - 1)));
      }
    }
    await file.commit();
  } finally {
    await file.abort();
  }
}

/** The kept lines of a block, each with its line feed. */
function keptLines({ bytes, firstLine, lineNumbers }: RowBlock, stays: (line: number) => boolean): Uint8Array {
  const kept = new Uint8Array(bytes.length + 1);
  let length = 0;
  for (let start = 0, index = 0; start < bytes.length; index++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (stays(lineNumbers?.[index] ?? firstLine + index + 1)) {
      kept.set(bytes.subarray(start, end), length);
      length += end - start;
      kept[length++] = 10;
    }
    start = end + 1;
  }
  return kept.subarray(0, length);
}
