import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";

import type { RowFinding, RowFormat } from "../domain/dataset-profile.ts";
import { type RowBlock, tooLong } from "../tables/row-block.ts";
import { parseRow } from "./parse-row.ts";
import { rowSample, sampleKey, type SampledRow } from "./row-sample.ts";
import { rowText } from "./row-text.ts";

/** Options of a scan that every block needs; plain data, so that a worker can be given them. */
export type ScanOptions = {
  seed: number;
  sampleRows: number;
  exact: boolean;
  textField: string | undefined;
  lineBytes: number;
  columns: number;
};

/** Counts the tokens of one text. */
export type CountTokens = (text: string) => number;

/** A finding of one row. */
export type RowProblem = { kind: RowFinding["kind"]; line: number; detail: string };

/** What a block of rows holds. Arrays have one entry per valid row, in file order. */
export type BlockScan = {
  rows: number;
  problems: RowProblem[];
  /** Count of all rows with each finding; `problems` lists the first ones of each kind only. */
  problemCounts: Partial<Record<RowFinding["kind"], number>>;
  formats: Partial<Record<RowFormat, { rows: number; firstLines: number[] }>>;
  lines: Uint32Array;
  characters: Uint32Array;
  /** Tokens of each row where the scan is exact; empty otherwise. */
  tokens: Uint32Array;
  templateTokens: number;
  /** Hashes of the trained content: high and low half of each row. */
  hashes: Uint32Array;
  sample: SampledRow[];
};

/** Examples that a finding keeps. */
export const EXAMPLES = 5;

/**
 * Scans a block of rows: pure, so that blocks may be scanned in any order and anywhere.
 *
 * @param below  rows whose sample key is at or above it need not be offered
 */
export function scanBlock(
  block: RowBlock,
  options: ScanOptions,
  { below = 1, countTokens }: { below?: number; countTokens?: CountTokens | undefined } = {},
): BlockScan {
  const scan = emptyScan();
  const lines: number[] = [];
  const characters: number[] = [];
  const tokens: number[] = [];
  const hashes: number[] = [];
  const sample = rowSample(options.sampleRows, below);
  for (const { text, line, problem } of blockLines(block, options.lineBytes)) {
    scan.rows += 1;
    const row = problem ?? readRow(text!, options);
    if ("kind" in row) {
      addProblem(scan, { ...row, line });
      continue;
    }
    const format = (scan.formats[row.format] ??= { rows: 0, firstLines: [] });
    format.rows += 1;
    if (format.firstLines.length < EXAMPLES) format.firstLines.push(line);
    const size = row.pieces.reduce((sum, piece) => sum + piece.length, 0);
    lines.push(line);
    characters.push(size);
    scan.templateTokens += row.templateTokens;
    const digest = hash("sha256", `${row.roles}\u0000${row.pieces.join("\u0000")}`, "hex");
    hashes.push(Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16));
    if (options.exact && countTokens) {
      tokens.push(row.pieces.reduce((sum, piece) => sum + countTokens(piece), row.templateTokens));
    } else {
      const key = sampleKey(options.seed, line);
      const { pieces, templateTokens } = row;
      if (key < sample.below()) sample.offer({ key, line, characters: size, pieces, templateTokens });
    }
  }
  return {
    ...scan,
    lines: Uint32Array.from(lines),
    characters: Uint32Array.from(characters),
    tokens: Uint32Array.from(tokens),
    hashes: Uint32Array.from(hashes),
    sample: sample.rows(),
  };
}

function emptyScan(): Pick<BlockScan, "rows" | "problems" | "problemCounts" | "formats" | "templateTokens"> {
  return { rows: 0, problems: [], problemCounts: {}, formats: {}, templateTokens: 0 };
}

function addProblem(scan: Pick<BlockScan, "problems" | "problemCounts">, problem: RowProblem): void {
  const count = (scan.problemCounts[problem.kind] ?? 0) + 1;
  scan.problemCounts[problem.kind] = count;
  if (count <= EXAMPLES) scan.problems.push(problem);
}

type Unplaced = Omit<RowProblem, "line">;

function readRow(
  text: string,
  { columns, textField }: ScanOptions,
): Extract<ReturnType<typeof rowText>, { pieces: string[] }> | Unplaced {
  const parsed = parseRow(text, columns);
  if (parsed.problem !== undefined) return { kind: "broken", detail: parsed.problem };
  const row = rowText(parsed.fields, textField);
  return row.problem ? { kind: row.problem.finding, detail: row.problem.detail } : row;
}

/** Lines of a block that are not blank, decoded, each with its number in the file or with what keeps it from being read. */
function* blockLines(
  { bytes, firstLine, lineNumbers }: RowBlock,
  lineBytes: number,
): Generator<{ line: number; text?: string; problem?: Unplaced }> {
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
      yield { line, problem: { kind: finding, detail } };
    } else if (!isAllValid && !isUtf8(buffer.subarray(from, end))) {
      const detail = "it is not UTF-8; Latin-1 or Windows-1252? convert with iconv -f WINDOWS-1252 -t UTF-8";
      yield { line, problem: { kind: "encoding", detail } };
    } else {
      const text = buffer.toString("utf8", from, end);
      if (text.trim() !== "") yield { line, text };
    }
  }
}
