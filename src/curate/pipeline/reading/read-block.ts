import { READ_LIMITS, type ReadLimits } from "../../../tables/limits.ts";
import type { RowItem } from "../../../tables/row-block.ts";
import { exactNumbers } from "../../rows/exact-numbers.ts";
import { parseRow } from "../../rows/parse-row.ts";
import { blockLines } from "../../rows/scan-block.ts";
import type { DroppedRow } from "../../stage.ts";
import { charactersOf } from "../storing/funnel.ts";
import { badRowId, idOfDigest, rowDigest } from "./row-id.ts";

/** Reason why a line of a file is not a row. */
type Unreadable = "broken" | "encoding" | "too-long";

/** A line of a file: a row and its JSON text, or the reason why it is not a row. */
export type ReadLine = { line: number } & (
  | { fields: Record<string, unknown>; text: string }
  | { reason: Unreadable; detail: string }
);

/** Lines of an item of a reader, in file order; blank lines are skipped. */
export function* readLines(item: RowItem, limits: ReadLimits): Generator<ReadLine> {
  if (item.kind === "bad-row") {
    yield { line: item.line, reason: item.finding, detail: item.detail };
    return;
  }
  for (const { line, ...found } of blockLines(item, limits.lineBytes)) {
    if (!("text" in found)) {
      yield { line, reason: found.kind as Unreadable, detail: found.detail };
      continue;
    }
    const parsed = parseRow(exactNumbers(found.text), limits.columns);
    // Space around a row of JSONL is part of its line; space around an element of an array is not.
    const text = item.lineNumbers === undefined ? found.text : found.text.trim();
    yield parsed.problem === undefined
      ? { line, fields: parsed.fields, text }
      : { line, reason: "broken", detail: parsed.problem };
  }
}

/** A line that is not a row, as a dropped row. */
export function unreadableRow(
  source: string,
  line: number,
  { reason, detail }: Extract<ReadLine, { reason: string }>,
): DroppedRow {
  return { row: { id: badRowId(source, line), source, line, fields: {} }, reason, detail };
}

/** Result of reading a block: plain data, so that any thread can produce it. Arrays have one entry per row. */
export type BlockRows = {
  /** The rows in artefact format, one per line, with the ids that they have if no earlier row is equal. */
  lines: Uint8Array<ArrayBuffer>;
  /** End of each line. */
  ends: Uint32Array<ArrayBuffer>;
  /** Length of the JSON text that was read, in UTF-16 units; characters of its texts. */
  lengths: Uint32Array<ArrayBuffer>;
  characters: Uint32Array<ArrayBuffer>;
  /** 64 bits of each row's content, as two halves. */
  hashes: Uint32Array<ArrayBuffer>;
  dropped: DroppedRow[];
};

/** Options for all blocks of a file. */
export type ReadBlockOptions = { source: string; limits?: ReadLimits | undefined };

/** Request to a reader thread. */
export type ReadQuestion = { item: RowItem; options: ReadBlockOptions };

/** Reads a block of rows. Pure, so that blocks may be read in any order and thread. */
export function readBlock(item: RowItem, { source, limits = READ_LIMITS }: ReadBlockOptions): BlockRows {
  const [texts, lengths, characters, hashes]: [string[], number[], number[], number[]] = [[], [], [], []];
  const dropped: DroppedRow[] = [];
  const name = JSON.stringify(source);
  for (const read of readLines(item, limits)) {
    const { line } = read;
    if ("reason" in read) {
      dropped.push(unreadableRow(source, line, read));
      continue;
    }
    const { fields, text } = read;
    const { hex, high, low } = rowDigest(source, fields);
    texts.push(`{"id":"${idOfDigest(hex)}","source":${name},"line":${line},"fields":${text}}\n`);
    lengths.push(text.length);
    characters.push(charactersOf({ fields }));
    hashes.push(high, low);
  }
  const lines = new TextEncoder().encode(texts.join(""));
  const ends = new Uint32Array(texts.length);
  for (let row = 0, index = 0; row < ends.length; row++) ends[row] = index = lines.indexOf(10, index) + 1;
  return {
    lines,
    ends,
    lengths: Uint32Array.from(lengths),
    characters: Uint32Array.from(characters),
    hashes: Uint32Array.from(hashes),
    dropped,
  };
}
