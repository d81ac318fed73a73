import type { CsvRow, CsvRows } from "../../base/csv.ts";
import type { Refusal } from "../../domain/estimate.ts";
import { notPositive } from "../check/decimal.ts";
import { UNNAMED } from "../check/file-notes.ts";
import { rowsInOrder } from "../check/repeated-rows.ts";
import type { RowText } from "../check/row-text.ts";
import { isClosedLoop, littleResidual } from "./little-residual.ts";
import { type ServingColumn, servingColumns, type ServingQuantity } from "./serving-columns.ts";
import { beyondTheMachine, servingContradiction, servingSizeContradiction } from "./serving-contradictions.ts";
import { servingGpus } from "./serving-layout.ts";
import type { ServingMeasurement } from "./serving-measurement.ts";
import { servingNotes } from "./serving-notes.ts";
import { type ServingCatalogue, type ServingRow, servingRow } from "./serving-row.ts";
import { servingStatistic } from "./serving-statistic.ts";

/** Contents of a file of serving measurements; no row is dropped. */
export type ServingMeasurements = { measurements: ServingMeasurement[]; unmeasured: number; notes: string[] };

/**
 * Measured quantities of the rows of a file, in order. A row that contradicts itself or is malformed is rejected with
 * its reason; the other rows are still used.
 *
 * @throws Failure bad_input if the file has no column of a measured value, model, GPU or engine
 */
export function servingMeasurements(file: CsvRows, catalogue: ServingCatalogue): ServingMeasurements {
  const columns = servingColumns(file);
  const perRow = rowsInOrder(file).map(({ row, spoilt }) => rowMeasurements(row, { columns, catalogue, spoilt }));
  const measurements = perRow.flat();
  return {
    measurements,
    unmeasured: perRow.filter((entry) => entry.length === 0).length,
    notes: servingNotes(file, columns, measurements),
  };
}

type Reading = { columns: readonly ServingColumn[]; catalogue: ServingCatalogue; spoilt: string | undefined };

function rowMeasurements({ line, fields }: CsvRow, { columns, catalogue, spoilt }: Reading): ServingMeasurement[] {
  const text: RowText = (column) => (fields[column] ?? "").trim();
  const measured = columns.filter(({ name }) => text(name) !== "");
  const about = {
    id: text("id") || `line ${line}`,
    line,
    source: text("source") || text("source_group") || (/^[a-zA-Z]+/.exec(text("id"))?.[0] ?? UNNAMED),
    littleResidual: null,
  };
  if (spoilt !== undefined)
    return (measured.length === 0 ? columns.slice(0, 1) : measured).map(({ quantity }) => ({
      ...about,
      quantity,
      rejected: spoilt,
    }));
  const contradiction = servingContradiction(text);
  const read = contradiction === undefined ? servingRow(fields, catalogue) : undefined;
  const known = read === undefined || "refused" in read ? undefined : read;
  const spoils = contradiction ?? (known && servingSizeContradiction(text, known));
  const values = measured.map((column) => ({
    column,
    value: Number(text(column.name)) * column.perUnit * gpusOf(column, text),
  }));
  const little = known && spoils === undefined ? residualOf(known, text, values) : null;
  return values.map(({ column: { name, quantity }, value }): ServingMeasurement => {
    const row = { ...about, quantity, littleResidual: little };
    const rejected = notPositive(name, text(name)) ?? spoils ?? (known && beyondTheMachine(known, quantity, value));
    if (rejected !== undefined) return { ...row, rejected };
    const statistic = quantity === "outputTokensPerSec" ? "mean" : servingStatistic(text, STATISTIC_COLUMNS[quantity]);
    if (typeof statistic === "object")
      return {
        ...row,
        measured: value,
        statistic: "mean",
        row: { ...statistic, hint: "state mean, median, p95 or p99" },
      };
    return { ...row, measured: value, statistic, row: read as ServingRow | Refusal };
  });
}

const STATISTIC_COLUMNS = { tpotMs: "tpot_statistic", ttftMs: "ttft_statistic" } as const;

function gpusOf({ isPerGpu }: ServingColumn, text: RowText): number {
  return isPerGpu === true ? servingGpus(text) : 1;
}

function residualOf(
  { run, whole }: ServingRow,
  text: RowText,
  values: readonly { column: ServingColumn; value: number }[],
): number | null {
  const measuredOf = (quantity: ServingQuantity): number =>
    values.find(({ column }) => column.quantity === quantity)?.value ?? NaN;
  if (whole.kind !== "concurrency" || !isClosedLoop(text)) return null;
  const residual = littleResidual({
    concurrency: whole.requests,
    outputTokensPerSec: measuredOf("outputTokensPerSec"),
    ttftMs: measuredOf("ttftMs"),
    tpotMs: measuredOf("tpotMs"),
    outputTokens: run.outputTokens.mean,
  });
  return residual > 0 && Number.isFinite(residual) ? Number(residual.toPrecision(4)) : null;
}
