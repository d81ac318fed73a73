import { CsvError, parse } from "csv-parse/sync";

import { withoutGuard } from "./csv-cell.ts";
import { Failure } from "./failure.ts";
import { counted } from "./words.ts";

/** One row of a small CSV file: its fields by column name, and the number of its first line. */
export type CsvRow = { line: number; fields: Readonly<Record<string, string>> };

/** Rows of a small CSV file by column name; rows with more or fewer fields than the header are listed separately. */
export type CsvRows = {
  columns: string[];
  rows: CsvRow[];
  ragged: (CsvRow & { reason: string })[];
  /** Path of the file, for messages about its columns. */
  name?: string;
};

/** Maximum number of columns of a small CSV file. */
const MAX_COLUMNS = 2_000;

/**
 * Parses a small CSV file (a catalogue, a price list) in memory; datasets are read by `tables/`.
 *
 * @param text  CSV with a header line; a line that starts with `#` is a comment
 * @param name  path for messages
 * @throws Failure bad_input that names the line: no header, an empty or repeated column, a row of a different length,
 * an unclosed quote
 */
export function parseCsv(text: string, name: string): Omit<CsvRows, "ragged"> {
  const { ragged, ...rest } = parseRaggedCsv(text, name);
  const [first] = ragged;
  if (first)
    throw new Failure("bad_input", `${name}, line ${first.line}: the row ${first.reason}`, {
      hint: "give every row as many cells as the header has",
    });
  return rest;
}

/**
 * Parses a small CSV file in which single rows may differ in length from the header.
 *
 * @throws Failure bad_input as `parseCsv`, except for such rows
 */
export function parseRaggedCsv(text: string, name: string): CsvRows {
  let columns: string[] = [];
  const lines = text.split("\n");
  const startAfter = recordStarts(lines);
  let read = 0; // line on which the last complete record ended
  checkDelimiter(lines[startAfter(0) - 1] ?? "", name);
  try {
    const records = parse(text, {
      skip_empty_lines: true,
      trim: true,
      bom: true,
      comment: "#",
      comment_no_infix: true,
      relax_column_count: true,
      max_record_size: 1_048_576,
      columns: (header: string[]) => {
        read = startAfter(read);
        return (columns = checkHeader(header, name));
      },
      on_record: (record: Record<string, string>, { lines, error }: { lines: number; error?: CsvError }) => {
        const line = startAfter(read);
        read = lines;
        for (const [column, cell] of Object.entries(record)) record[column] = withoutGuard(cell);
        return { line, fields: record, error };
      },
    }) as unknown as (CsvRow & { error?: CsvError })[];
    if (columns.length === 0)
      throw new Failure("bad_input", `${name} is empty`, { hint: "expected a CSV with a header line" });
    return {
      columns,
      rows: records.filter(({ error }) => error === undefined).map(({ line, fields }) => ({ line, fields })),
      ragged: records.flatMap(({ line, fields, error }) =>
        error === undefined ? [] : [{ line, fields, reason: lengthReason(error, columns) }],
      ),
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Failure("bad_input", `${name}, line ${startAfter(read)}: ${explain(error)}`, {
      hint: "enclose a cell that contains a comma, a quote or a line break in quotes, and double the quotes in it",
      cause: error,
    });
  }
}

/** First line of the record after a line; empty lines and comments are skipped. */
function recordStarts(lines: readonly string[]): (line: number) => number {
  return (line) => {
    let index = line;
    while (index < lines.length && /^(#|\s*$)/.test(lines[index]!)) index += 1;
    return index + 1;
  };
}

/** Names of delimiters in files that are not comma-separated. */
const OTHER_DELIMITERS: readonly (readonly [string, string])[] = [
  [";", "semicolons"],
  ["\t", "tabs"],
  ["|", "bars"],
];

function checkDelimiter(header: string, name: string): void {
  const other = OTHER_DELIMITERS.find(([delimiter]) => header.includes(delimiter));
  if (other === undefined || header.includes(",")) return;
  throw new Failure("bad_input", `${name}, line 1: columns are separated by ${other[1]}, expected commas`, {
    hint: "save it with commas between columns and decimal points in numbers",
  });
}

function checkHeader(header: string[], name: string): string[] {
  if (header.length > MAX_COLUMNS)
    throw new Failure("bad_input", `${name} has ${header.length} columns, more than ${MAX_COLUMNS}`, {
      hint: "keep only the columns that you need",
    });
  const seen = new Set<string>();
  for (const [index, column] of header.entries()) {
    if (column === "")
      throw new Failure("bad_input", `${name}, line 1: column ${index + 1} has no name`, {
        hint: "name every column in the first line",
      });
    if (seen.has(column))
      throw new Failure("bad_input", `${name}, line 1: duplicate column "${column}"`, {
        hint: "rename one of the two columns",
      });
    seen.add(column);
  }
  return header;
}

function lengthReason(error: CsvError, columns: readonly string[]): string {
  const fields = (error["record"] as unknown[]).length;
  return `has ${counted(fields, "field")}; the header has ${columns.length}`;
}

function explain(error: CsvError): string {
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quoted field is not closed before the end of the file";
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
    case "INVALID_OPENING_QUOTE":
      return "a field contains a quote: enclose the field in quotes and double each quote in it";
    case "CSV_MAX_RECORD_SIZE":
      return "the row is longer than 1 MiB";
    default:
      return error.message;
  }
}
