import type { CsvRow, CsvRows } from "../../base/csv.ts";
import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { MemoryKind } from "../../domain/memory-plan.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import { aboveTheCard, aboveThePeak, catalogueContradiction } from "./catalogue-contradictions.ts";
import { notPositive } from "./decimal.ts";
import { fileNotes, sourceOfId } from "./file-notes.ts";
import { type MeasuredColumn, measuredColumns } from "./measured-columns.ts";
import { rowsInOrder } from "./repeated-rows.ts";
import { rowContradiction } from "./row-contradictions.ts";
import { type Catalogue, rowRun } from "./training-row.ts";

/** A measured quantity of one row of a file with the measured run, or the reason why there is none. */
export type Measurement = {
  id: string;
  line: number;
  /** Source of the row: its `source_group`, the letters of its id before the number, or one common source. */
  source: string;
  quantity: CalibratedQuantity;
  /** Kind of memory figure; not used for speed. */
  kind: MemoryKind;
} & ({ measured: number; run: SpeedRun | Refusal; otherwise: SpeedRun[] } | { rejected: string });

/** Contents of a file of measurements; no row is dropped. */
export type Measurements = { measurements: Measurement[]; unmeasured: number; notes: string[] };

/**
 * Measured quantities of the rows of a file, in order. A row that contradicts itself or is malformed is rejected with
 * its reason; the other rows are still used.
 *
 * @throws Failure bad_input if the file has no column of a measured value, model or method
 */
export function trainingMeasurements(file: CsvRows, catalogue: Catalogue): Measurements {
  const columns = measuredColumns(file);
  const perRow = rowsInOrder(file).map(({ row, spoilt }) => rowMeasurements(row, { columns, catalogue, spoilt }));
  const measurements = perRow.flat();
  return {
    measurements,
    unmeasured: perRow.filter((entry) => entry.length === 0).length,
    notes: fileNotes({ file, columns, measurements }),
  };
}

function rowMeasurements(
  { line, fields }: CsvRow,
  {
    columns,
    catalogue,
    spoilt,
  }: { columns: readonly MeasuredColumn[]; catalogue: Catalogue; spoilt: string | undefined },
): Measurement[] {
  const text = (column: string): string => (fields[column] ?? "").trim();
  const kind = text("memory_kind").toLowerCase();
  const row = {
    id: text("id") || `line ${line}`,
    line,
    source: text("source_group") || sourceOfId(text("id")),
    kind: kind === "allocated" || kind === "reserved" ? kind : ("device" satisfies MemoryKind),
  } as const;
  const measured = columns.filter(({ name }) => text(name) !== "");
  if (spoilt !== undefined)
    return (measured.length === 0 ? columns.slice(0, 1) : measured).map(({ quantity }) => ({
      ...row,
      quantity,
      rejected: spoilt,
    }));
  if (measured.length === 0) return [];
  const contradiction = rowContradiction(text);
  const understood = contradiction === undefined ? rowRun(fields, catalogue) : undefined;
  const known = understood === undefined || "refused" in understood ? undefined : { ...understood, text };
  const spoils = contradiction ?? (known && catalogueContradiction(known));
  return measured.map(({ name, quantity, perUnit }): Measurement => {
    const value = Number(text(name)) * perUnit;
    const rejected =
      notPositive(name, text(name)) ??
      spoils ??
      (quantity === "peakMemoryGib" ? noMeasurement(name, text("notes")) : undefined) ??
      (known && (quantity === "peakMemoryGib" ? aboveTheCard(known, name, value) : aboveThePeak(known, value)));
    if (rejected !== undefined) return { ...row, quantity, rejected };
    if (known === undefined) return { ...row, quantity, measured: value, run: understood as Refusal, otherwise: [] };
    const gap = quantity === "peakMemoryGib" ? known.noMemory : known.noSpeed;
    const run = gap === undefined ? known.run : { refused: gap, hint: "supply the fact in its column" };
    return { ...row, quantity, measured: value, run, otherwise: known.otherwise };
  });
}

/**
 * Reason why a value cannot be compared with an estimate: according to the notes of its row, it is the memory size of a
 * GPU, which the run may not have filled.
 */
function noMeasurement(name: string, notes: string): string | undefined {
  return /\bnot a measurement\b/.test(notes)
    ? `${name} is not a measurement, according to the notes of its row`
    : undefined;
}
