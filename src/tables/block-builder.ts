import { READ_LIMITS } from "./limits.ts";
import type { RowBlock } from "./row-block.ts";

/** Collects rows into blocks, for files in which a row is not a line. */
export type BlockBuilder = {
  /** Adds one row: JSON text without a line break, and the number of its first line in the file. */
  add: (json: string | Uint8Array, line: number) => void;
  /** True if the block is large enough. */
  isFull: () => boolean;
  /** The rows since the last call; empty if there are none. */
  take: () => RowBlock[];
};

/** Creates an empty builder. */
export function blockBuilder(): BlockBuilder {
  let parts: Uint8Array[] = [];
  let lines: number[] = [];
  let size = 0;
  return {
    add: (json, line) => {
      const row = typeof json === "string" ? Buffer.from(json) : json;
      parts.push(row);
      lines.push(line);
      size += row.length + 1;
    },
    isFull: () => size >= READ_LIMITS.chunkBytes,
    take: () => {
      if (parts.length === 0) return [];
      const bytes = new Uint8Array(size);
      let offset = 0;
      for (const part of parts) {
        bytes.set(part, offset);
        offset += part.length;
        bytes[offset] = 10;
        offset += 1;
      }
      const block: RowBlock = { kind: "rows", bytes, firstLine: lines[0]! - 1, lineNumbers: Uint32Array.from(lines) };
      [parts, lines, size] = [[], [], 0];
      return [block];
    },
  };
}
