import type { CsvRows } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { formatRange } from "../../base/units.ts";
import { counted } from "../../base/words.ts";
import { type ServingQuantity, servingResiduals } from "../../catalog/serving-residuals.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { CheckedRow, EstimateCheck } from "../../domain/estimate-check.ts";
import { summariseChecks } from "../check/check-estimates.ts";
import { formatLines } from "../check/line-numbers.ts";
import { cellWords } from "../calibration/cell-statistics.ts";
import { replicaOf } from "../serve/replica.ts";
import { servingFacets } from "../serve/serve-calibration.ts";
import { servePoint, type ServePoint } from "../serve/serve-point.ts";
import { breaksLittle, LITTLE_TOLERANCE } from "./little-residual.ts";
import type { ServingMeasurement } from "./serving-measurement.ts";
import { servingMeasurements } from "./serving-measurements.ts";
import type { ServingCatalogue, ServingRow } from "./serving-row.ts";

/**
 * Compares our estimates of output, TPOT and TTFT with measured operating points. If the source of a row is part of the
 * calibration, the row is judged with that source excluded, so that no row is an input to its own estimate.
 *
 * @param file  a CSV with the columns of the serving measurements
 * @throws Failure bad_input if required columns are missing, or there are no rows
 */
export function checkServing(file: CsvRows, catalogue: ServingCatalogue): EstimateCheck {
  const { measurements, unmeasured, notes } = servingMeasurements(file, catalogue);
  if (measurements.length + unmeasured === 0)
    throw new Failure("bad_input", `${file.name ?? "the file"} has a header and no rows`, {
      hint: "expected one row per measured operating point",
    });
  const points = new Map<string, ServePoint | Refusal>();
  const rows = measurements.map((measurement) => checked(measurement, points));
  const held = new Set(servingResiduals().map(({ source }) => source));
  const sources = new Set(measurements.map(({ source }) => source));
  return {
    ...summariseChecks(rows),
    unmeasured,
    little: littleOf(measurements),
    leftOut: [...sources].filter((source) => held.has(source)).toSorted(),
    notes: [...notes, ...perGpuNote(rows, measurements)],
  };
}

function checked(measurement: ServingMeasurement, points: Map<string, ServePoint | Refusal>): CheckedRow {
  const { id, line, source, quantity, littleResidual } = measurement;
  const isBroken = littleResidual !== null && breaksLittle(littleResidual);
  const about = { id, line, source, quantity, littleResidual, ...(isBroken ? { breaksLittle: true as const } : {}) };
  if ("rejected" in measurement) return { ...about, rejected: measurement.rejected };
  const { measured, row } = measurement;
  if ("refused" in row) return { ...about, measured, refused: row.refused };
  const estimate = estimateOf(measurement, row, points);
  if (isRefusal(estimate)) return { ...about, measured, refused: estimate.refused };
  const { p10, p50, p90 } = estimate;
  const inMs = 1000 * measured;
  // A thousandfold error always means wrong units: the range itself is narrower than that.
  if (quantity !== "outputTokensPerSec" && measured < p10 && p10 <= inMs && inMs <= p90) {
    const column = quantity === "ttftMs" ? "ttft_ms" : "tpot_ms";
    return {
      ...about,
      rejected: `${column} is ${measured}, and × 1000 would be inside the range (${formatRange(p10, p90)} ms): is it in seconds?`,
    };
  }
  return { ...about, measured, p10, p50, p90, cell: cellOf(row, quantity) };
}

/** Facets by which a page groups residuals. */
const CELL = ["engine", "era", "model", "gpu", "weights", "load"] as const;

function cellOf({ run, load }: ServingRow, quantity: ServingQuantity): string {
  return cellWords(servingFacets(replicaOf(run), load, quantity), CELL);
}

/**
 * The estimate for a measurement at its operating point, over all replicas. Points are cached, because quantities and
 * rows share them.
 */
function estimateOf(
  { quantity, source, ...measurement }: ServingMeasurement,
  { run, load, replicas }: ServingRow,
  points: Map<string, ServePoint | Refusal>,
): Quantity {
  const key = JSON.stringify([source, { ...run, shape: run.shape.id, gpu: run.gpu.id }, load]);
  const point = points.get(key) ?? servePoint(run, load, { leaveOut: source });
  points.set(key, point);
  if ("refused" in point) return point;
  if (quantity === "outputTokensPerSec") return times(point.outputTokensPerSec, replicas);
  const statistic = "statistic" in measurement ? measurement.statistic : "mean";
  return (quantity === "tpotMs" ? point.tpotMs : point.ttftMs)[statistic];
}

function times(quantity: Quantity, replicas: number): Quantity {
  if (isRefusal(quantity) || replicas === 1) return quantity;
  const { p10, p50, p90 } = quantity;
  return { ...quantity, p10: p10 * replicas, p50: p50 * replicas, p90: p90 * replicas };
}

function littleOf(measurements: readonly ServingMeasurement[]): NonNullable<EstimateCheck["little"]> {
  const rows = new Map(
    measurements.flatMap(({ id, line, source, littleResidual: residual }) =>
      residual === null ? [] : [[line, { id, line, source, residual }] as const],
    ),
  );
  const broken = [...rows.values()].filter(({ residual }) => breaksLittle(residual));
  const off = ({ residual }: { residual: number }): number => Math.abs(Math.log(residual));
  return {
    rows: rows.size,
    tolerance: LITTLE_TOLERANCE,
    broken: broken.toSorted((a, b) => off(b) - off(a) || a.line - b.line),
  };
}

/**
 * Note on outputs below their range that would be inside it if multiplied by the number of GPUs: documents print either
 * total or per-GPU output, and rarely state which.
 */
function perGpuNote(rows: readonly CheckedRow[], measurements: readonly ServingMeasurement[]): string[] {
  const lines = rows.flatMap((row, index) => {
    const servingMeasurement = measurements[index]!;
    // A closed loop whose stated output satisfies Little's law reports the output of all GPUs.
    const residual = row.littleResidual ?? null;
    if (residual !== null && !breaksLittle(residual)) return [];
    if (
      !("p50" in row) ||
      row.quantity !== "outputTokensPerSec" ||
      !("row" in servingMeasurement) ||
      "refused" in servingMeasurement.row
    )
      return [];
    const whole = row.measured * servingMeasurement.row.gpus;
    return servingMeasurement.row.gpus > 1 && row.measured < row.p10 && row.p10 <= whole && whole <= row.p90
      ? [row.line]
      : [];
  });
  if (lines.length === 0) return [];
  return [
    `${counted(lines.length, "value")} of output tokens per second would be inside the range if multiplied by the GPUs (${formatLines(lines)}): they may be per GPU`,
  ];
}
