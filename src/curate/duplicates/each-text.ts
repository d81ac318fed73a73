import { isUtf8 } from "node:buffer";

import type { Delimiter } from "../../domain/dataset-profile.ts";
import { READ_LIMITS, type ReadLimits } from "../../tables/limits.ts";
import { openRows } from "../../tables/read-rows.ts";
import type { RowBlock } from "../../tables/row-block.ts";
import { jsonTextField } from "../kernels/json-text-field.ts";
import { parseRow } from "../rows/parse-row.ts";
import { blockLines } from "../rows/scan-block.ts";
import { rowParts } from "./row-parts.ts";
import { type RowTokens, rowTokens } from "./row-tokens.ts";
import { textTokens } from "./text-tokens.ts";

/** Options for reading the texts of a file. */
export type EachText = {
  /** Field to compare; default: the trained text. */
  textField?: string | undefined;
  limits?: Partial<ReadLimits> | undefined;
  delimiter?: Delimiter | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
  /** Rows to read; default: all. */
  isWanted?: ((row: number) => boolean) | undefined;
  /** Receives the tokens of a row, valid until the next call, and its fields if requested. */
  onTokens: (row: number, tokens: RowTokens, fields: Readonly<Record<string, unknown>> | undefined) => void;
  /** Receives the number of each row that is unreadable or has no text to compare. */
  onOther?:
    | ((row: number, what: "no-text" | "unreadable", fields?: Readonly<Record<string, unknown>>) => void)
    | undefined;
  /** Called after each block of rows; reading waits for it. */
  onBlock?: (() => Promise<void>) | undefined;
  /** True if the fields of rows are required; each row is then parsed. */
  needsFields?: boolean | undefined;
};

/** Content of a file. */
export type TextsRead = {
  /** Number of lines: one above the highest row number. A row's number is that of its line from 0. */
  rows: number;
  sha256: string;
};

/**
 * Reads a dataset file and hashes the tokens of each row's text. Flat JSONL rows are not parsed: the field is located
 * in the bytes and tokenised in place, if this certainly gives the same result.
 *
 * @throws Failure if the file cannot be read: see `openRows`
 */
export async function eachText(path: string, options: EachText): Promise<TextsRead> {
  const limits = { ...READ_LIMITS, ...options.limits };
  const { items, fraction, sha256 } = await openRows(path, { ...limits, delimiter: options.delimiter });
  const read = { rows: 0 };
  const takeBlock = blockReader(options, limits, read);
  for await (const item of items) {
    options.onProgress?.(fraction());
    if (item.kind === "rows") {
      takeBlock(item);
      await options.onBlock?.();
    } else {
      read.rows = Math.max(read.rows, item.line);
      options.onOther?.(item.line - 1, "unreadable");
    }
  }
  return { ...read, sha256: await sha256() };
}

function blockReader(
  options: EachText,
  limits: ReadLimits,
  read: Omit<TextsRead, "sha256">,
): (block: RowBlock) => void {
  const { textField, isWanted, onTokens } = options;
  const tokens = textTokens();
  const rows = rowTokens();
  const named = textField === undefined ? undefined : { text: textField };
  const takeText = (line: number, text: string): void => {
    const parsed = parseRow(text, limits.columns);
    if (parsed.problem !== undefined) {
      options.onOther?.(line - 1, "unreadable");
      return;
    }
    const compared = rowParts(parsed.fields, named);
    if (compared === undefined) options.onOther?.(line - 1, "no-text", parsed.fields);
    else onTokens(line - 1, rows.of(compared), parsed.fields);
  };
  const takeSlowly = (block: RowBlock): void => {
    for (const { line, ...found } of blockLines(block, limits.lineBytes)) {
      read.rows = Math.max(read.rows, line);
      if (isWanted?.(line - 1) === false) continue;
      if ("text" in found) takeText(line, found.text);
      else options.onOther?.(line - 1, "unreadable");
    }
  };
  if (textField === undefined || options.needsFields === true) return takeSlowly;
  const name = new TextEncoder().encode(textField);
  return (block) => {
    const { bytes, firstLine, lineNumbers } = block;
    if (!isUtf8(bytes)) {
      takeSlowly(block);
      return;
    }
    for (let start = 0, index = 0; start < bytes.length; index++) {
      const newline = bytes.indexOf(10, start);
      const end = newline === -1 ? bytes.length : newline;
      const line = lineNumbers?.[index] ?? firstLine + index + 1;
      read.rows = Math.max(read.rows, line);
      if (isWanted?.(line - 1) !== false) {
        const field = end - start > limits.lineBytes ? undefined : jsonTextField({ bytes, start, end }, name);
        const found = field && tokens.ofBytes({ bytes, ...field, isJson: true });
        if (found !== undefined) onTokens(line - 1, found, undefined);
        else takeSlowly({ kind: "rows", bytes: bytes.slice(start, end), firstLine: line - 1, lineNumbers: undefined });
      }
      start = end + 1;
    }
  };
}
