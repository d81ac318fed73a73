import type { CsvRow, CsvRows } from "../../base/csv.ts";
import { counted } from "../../base/words.ts";
import { UNNAMED } from "../check/file-notes.ts";
import { formatLines } from "../check/line-numbers.ts";
import { sharedIdNote } from "../check/repeated-rows.ts";
import { unreadNote } from "../check/unread-columns.ts";
import { FACT_COLUMNS, type ServingColumn } from "./serving-columns.ts";
import type { ServingMeasurement } from "./serving-measurement.ts";

/** Notes on conversions and oddities of a file, as sentences without a full stop; none of them excludes a row. */
export function servingNotes(
  file: CsvRows,
  columns: readonly ServingColumn[],
  measurements: readonly ServingMeasurement[],
): string[] {
  const units = columns.flatMap(({ name, perUnit, isPerGpu }) =>
    isPerGpu === true
      ? [`the values of ${name} were multiplied by the GPUs of their rows`]
      : perUnit === 1
        ? []
        : [`the values of ${name} were converted to ms`],
  );
  const known = measurements.flatMap((measurement) =>
    "row" in measurement && "run" in measurement.row ? [{ ...measurement, row: measurement.row }] : [],
  );
  const unsaid = known.filter(({ row }) => !row.isPrecisionStated);
  const long = known.filter(
    ({ row: { run } }) =>
      run.shape.context !== null && run.inputTokens.mean + run.outputTokens.mean > run.shape.context,
  );
  return [
    ...units,
    ...unreadNote(file.columns, [...FACT_COLUMNS, ...columns.map(({ name }) => name)]),
    ...sharedIdNote(file.rows, "source"),
    ...sameUnderOtherIds(file.rows),
    ...noted(
      unsaid,
      (count) => `${count} whose precision is not stated were treated as in the format of the model's name or release`,
    ),
    ...noted(
      known.filter(({ row }) => !row.isGpuStated),
      (count) =>
        `${count} on an A100 whose memory is not stated were treated as the 80 GB version, which reads a third faster than the 40 GB version`,
    ),
    ...noted(
      long,
      (count, lines) =>
        `${count} with more tokens than the context of the model (${lines}): the row was used as stated`,
    ),
    ...noted(
      measurements.filter(({ source }) => source === UNNAMED),
      (count) => `${count} without a source (source, or letters at the start of the id) were treated as one source`,
    ),
  ];
}

function noted(which: readonly { line: number }[], words: (count: string, lines: string) => string): string[] {
  if (which.length === 0) return [];
  return [words(counted(which.length, "value"), formatLines([...new Set(which.map(({ line }) => line))]))];
}

/** Rows with equal facts and measured values but different ids; they count twice. */
function sameUnderOtherIds(rows: readonly CsvRow[]): string[] {
  const first = new Map<string, number>();
  const again = rows.filter(({ line, fields }) => {
    const { id: _, source_ref: __, notes: ___, ...rest } = fields;
    const key = JSON.stringify(rest);
    if (first.has(key)) return true;
    first.set(key, line);
    return false;
  });
  return noted(
    again,
    (_, lines) =>
      `${counted(again.length, "row")} say${again.length === 1 ? "s" : ""} the same as an earlier one under another id (${lines}): each counts`,
  );
}
