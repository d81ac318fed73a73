import type { RowItem } from "../../src/tables/row-block.ts";

/** A row as a reader passes it on: its line with its text, or with what was wrong. */
export type SeenRow = { line: number; text: string } | { line: number; finding: string; detail: string };

/** Bytes in chunks of a size, the buffer reused between them as a file reader does. */
export async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
    buffer.fill(0);
  }
}

/** All rows of a reader, blank lines left out. */
export async function rowsOf(items: AsyncIterable<RowItem>): Promise<SeenRow[]> {
  const rows: SeenRow[] = [];
  for await (const item of items) {
    if (item.kind === "bad-row") {
      rows.push({ line: item.line, finding: item.finding, detail: item.detail });
      continue;
    }
    const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(item.bytes).split("\n");
    for (const [index, text] of lines.entries()) {
      if (text.trim() !== "") rows.push({ line: item.lineNumbers?.[index] ?? item.firstLine + index + 1, text });
    }
  }
  return rows;
}
