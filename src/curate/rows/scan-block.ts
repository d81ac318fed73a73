import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";

import type { RowFields, RowFinding } from "../../domain/dataset-profile.ts";
import { type RowBlock, tooLong } from "../../tables/row-block.ts";
import { parseRow } from "./parse-row.ts";
import { addFormats, type FormatCount, rowFindings } from "./row-findings.ts";
import { type RowClasses, rowClasses } from "./row-classes.ts";
import { rowSample, sampleKey, type SampledRow } from "./row-sample.ts";
import { type TrainedText, rowText } from "./row-text.ts";

/** Options of a scan for every block; plain data, so that they can be passed to a worker. */
export type ScanOptions = {
  seed: number;
  sampleRows: number;
  exact: boolean;
  fields: RowFields | undefined;
  lineBytes: number;
  columns: number;
};

/** Scan result of a block of rows. Arrays have one entry per valid row, in file order. */
export type BlockScan = {
  rows: number;
  findings: RowFinding[];
  formats: FormatCount[];
  lines: Uint32Array;
  characters: Uint32Array;
  /** Tokens of each row if the scan is exact; empty otherwise. */
  tokens: Uint32Array;
  /** Hashes of the trained content: high and low half of each row. */
  hashes: Uint32Array;
  classes: RowClasses;
  sample: SampledRow[];
};

/**
 * Scans a block of rows. Pure, so that blocks may be scanned in any order and thread.
 *
 * @param below  rows whose sample key is at or above it need not be offered
 */
export function scanBlock(
  block: RowBlock,
  options: ScanOptions,
  { below = 1, countTokens }: { below?: number; countTokens: (text: string) => number },
): BlockScan {
  const findings = rowFindings();
  const formats: FormatCount[] = [];
  const lines: number[] = [];
  const characters: number[] = [];
  const tokens: number[] = [];
  const hashes: number[] = [];
  const classes = rowClasses();
  const sample = rowSample(options.sampleRows, below);
  let rows = 0;
  for (const { line, ...found } of blockLines(block, options.lineBytes)) {
    rows += 1;
    const row = "text" in found ? readRow(found.text, options) : found;
    if ("kind" in row) {
      findings.note(row.kind, 1, [{ line, detail: row.detail }]);
      continue;
    }
    addFormats(formats, [{ format: row.format, rows: 1, firstLines: [line] }]);
    const { pieces, templateTokens } = row;
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    lines.push(line);
    characters.push(size);
    hashes.push(...contentHash(row));
    classes.note(row.answer);
    if (options.exact) tokens.push(pieces.reduce((sum, piece) => sum + countTokens(piece), templateTokens));
    else {
      const key = sampleKey(options.seed, line);
      if (key < sample.below()) sample.offer({ key, line, characters: size, pieces, templateTokens });
    }
  }
  return {
    rows,
    findings: findings.list(),
    formats,
    lines: Uint32Array.from(lines),
    characters: Uint32Array.from(characters),
    tokens: Uint32Array.from(tokens),
    hashes: Uint32Array.from(hashes),
    classes: classes.list(),
    sample: sample.rows(),
  };
}

/** 64 bits of the SHA-256 of speakers and texts, as two halves: ids and other fields of a row are ignored. */
function contentHash({ roles, pieces }: TrainedText): [high: number, low: number] {
  const digest = hash("sha256", `${roles}\u0000${pieces.join("\u0000")}`, "hex");
  return [Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16)];
}

type Problem = { kind: RowFinding["kind"]; detail: string };

function readRow(text: string, { columns, fields }: ScanOptions): TrainedText | Problem {
  const parsed = parseRow(text, columns);
  if (parsed.problem !== undefined) return { kind: "broken", detail: parsed.problem };
  const row = rowText(parsed.fields, fields);
  return row.problem ? { kind: row.problem.finding, detail: row.problem.detail } : row;
}

/**
 * Lines of a block that are not blank, decoded, each with its number in the file or the reason why it cannot be read.
 */
export function* blockLines(
  { bytes, firstLine, lineNumbers }: RowBlock,
  lineBytes: number,
): Generator<{ line: number } & ({ text: string } | Problem)> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const isAllValid = isUtf8(buffer);
  let index = 0;
  for (let start = 0; start < buffer.length; index++) {
    const newline = buffer.indexOf(10, start);
    const end = newline === -1 ? buffer.length : newline;
    const from = start;
    start = end + 1;
    const line = lineNumbers?.[index] ?? firstLine + index + 1;
    if (end - from > lineBytes) {
      const { finding, detail } = tooLong(line, end - from, lineBytes);
      yield { line, kind: finding, detail };
    } else if (!isAllValid && !isUtf8(buffer.subarray(from, end))) {
      const detail = "it is not UTF-8; Latin-1 or Windows-1252? convert with iconv -f WINDOWS-1252 -t UTF-8";
      yield { line, kind: "encoding", detail };
    } else {
      const text = buffer.toString("utf8", from, end);
      if (text.trim() !== "") yield { line, text };
    }
  }
}
