/**
 * Consecutive rows of a dataset file, in file order, each a line of JSON text. Readers return blocks and scans process
 * them, so that all file formats share one path and a block can be passed to a worker without a copy.
 */
export type RowBlock = {
  kind: "rows";
  /** UTF-8 lines that end with LF; the last line of the file may lack it. Blank lines are not rows. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Number of lines before this block. */
  firstLine: number;
  /** Line of each row of the block in the file, from 1; undefined if it is `firstLine + index + 1`. */
  lineNumbers: Uint32Array | undefined;
};

/** A row that its reader rejected. */
export type BadRow = {
  kind: "bad-row";
  finding: "too-long" | "broken";
  /** Line or row number in the file, from 1. */
  line: number;
  detail: string;
};

/** An item yielded by a reader. */
export type RowItem = RowBlock | BadRow;

/** The finding for a row beyond the length limit, identical for all readers. */
export function tooLong(line: number, bytes: number, limitBytes: number): BadRow {
  return {
    kind: "bad-row",
    finding: "too-long",
    line,
    detail: `the row has ${bytes} bytes, more than the limit of ${limitBytes}: split it into several rows`,
  };
}

/** Rows of a table as JSON texts in one block. Rows beyond the limit are reported between blocks. */
export function* blocksOfRows(rows: readonly string[], firstRow: number, lineBytes: number): Generator<RowItem> {
  let held: string[] = [];
  let from = firstRow;
  for (const [index, text] of rows.entries()) {
    if (text.length <= lineBytes) {
      held.push(text);
      continue;
    }
    if (held.length > 0) yield rowBlock(held, from);
    yield tooLong(firstRow + index + 1, Buffer.byteLength(text), lineBytes);
    held = [];
    from = firstRow + index + 1;
  }
  if (held.length > 0) yield rowBlock(held, from);
}

function rowBlock(rows: readonly string[], firstRow: number): RowItem {
  const text = Buffer.from(`${rows.join("\n")}\n`);
  return { kind: "rows", bytes: Uint8Array.from(text), firstLine: firstRow, lineNumbers: undefined };
}
