import type { Delimiter } from "../../../domain/dataset-profile.ts";
import { READ_LIMITS, type ReadLimits } from "../../../tables/limits.ts";
import type { NamesOf } from "../../../tables/read-csv.ts";
import { openRows } from "../../../tables/read-rows.ts";
import type { RowItem } from "../../../tables/row-block.ts";
import type { CuratedRow, DroppedRow } from "../../stage.ts";
import { rememberText } from "../../rows/source-text.ts";
import { readLines, unreadableRow } from "./read-block.ts";
import { rowIds, type RowIds } from "./row-id.ts";

/** Some rows of a file, in file order, and the lines between them that are not rows. */
export type ReadRows = {
  rows: CuratedRow[];
  /** Length of each row's JSON text in UTF-16 units. */
  lengths: number[];
  dropped: DroppedRow[];
};

/** Options of reading a file as rows. */
export type ReadRowsOptions = {
  /** Name of the dataset; part of the ids. */
  source: string;
  limits?: Partial<ReadLimits> | undefined;
  /** Delimiter of a CSV file; default: detected. */
  delimiter?: Delimiter | undefined;
  /** Column names of a CSV file whose first line is a row. */
  namesOf?: NamesOf | undefined;
  /** Called with the share of the file read, 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
  /** Called after the last row with the SHA-256 of the file. */
  onSha256?: ((sha256: string) => void) | undefined;
};

/**
 * Reads a dataset file as rows with ids, in blocks of some MiB. Memory is bounded by the block, and by 36 bytes per row
 * for the ids. A line that cannot be read is yielded as a dropped row (`broken`, `encoding`, `too-long`) without
 * fields. A number that a double cannot represent, such as a 64-bit id, is yielded as text; `rowTexts` writes
 * the number.
 *
 *     for await (const { rows, dropped } of readRows("train.jsonl", { source: "train.jsonl" })) …
 *
 * @throws Failure if the file is missing, empty, of another kind, or so damaged that no further row can be found
 */
export async function* readRows(path: string, options: ReadRowsOptions): AsyncGenerator<ReadRows> {
  const limits = { ...READ_LIMITS, ...options.limits };
  const ids = rowIds(options.source);
  const { items, fraction, sha256 } = await openRows(path, {
    ...limits,
    delimiter: options.delimiter,
    namesOf: options.namesOf,
  });
  for await (const item of items) {
    options.onProgress?.(fraction());
    yield rowsOf(item, { source: options.source, ids, limits });
  }
  options.onSha256?.(await sha256());
}

function rowsOf(item: RowItem, { source, ids, limits }: { source: string; ids: RowIds; limits: ReadLimits }): ReadRows {
  const all: ReadRows = { rows: [], lengths: [], dropped: [] };
  for (const read of readLines(item, limits)) {
    const { line } = read;
    if ("reason" in read) {
      all.dropped.push(unreadableRow(source, line, read));
      continue;
    }
    const { fields, text } = read;
    rememberText(fields, text);
    const id = ids.of(fields);
    all.rows.push({ id, source, line, fields });
    all.lengths.push(text.length);
  }
  return all;
}
