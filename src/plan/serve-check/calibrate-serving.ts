import type { CsvRows } from "../../base/csv.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { ServingQuantity, ServingResidual } from "../../catalog/serving-residuals.ts";
import { type MeasuredRun, residualRows } from "../calibration/residual-rows.ts";
import { replicaOf } from "../serve/replica.ts";
import { servingFacets } from "../serve/serve-calibration.ts";
import { keepsUp, servePoint, type ServePoint } from "../serve/serve-point.ts";
import type { ServingMeasurement } from "./serving-measurement.ts";
import { servingMeasurements } from "./serving-measurements.ts";
import type { ServingCatalogue, ServingRow } from "./serving-row.ts";

/**
 * Ratios of a file's operating points to the values computed without any measurement, by cell and source. Refused rows
 * are omitted. So are rates equal to the offered ones, which contain no information about a replica's speed. Rows with
 * equal facts and values count once.
 */
export function calibrateServing(file: CsvRows, catalogue: ServingCatalogue): ServingResidual[] {
  const points = new Map<number, ServePoint | undefined>();
  const seen = new Set<string>();
  const runs = servingMeasurements(file, catalogue).measurements.flatMap((measurement) => {
    if ("rejected" in measurement || "refused" in measurement.row) return [];
    const key = factsKey(measurement.row, measurement);
    if (seen.has(key)) return [];
    seen.add(key);
    const run = residualOf(measurement, measurement.row, points);
    return run === undefined ? [] : [run];
  });
  return residualRows(runs);
}

function factsKey({ run, load }: ServingRow, { source, quantity, ...entry }: ServingMeasurement): string {
  const value = "measured" in entry ? entry.measured : "";
  return JSON.stringify([source, quantity, value, { ...run, shape: run.shape.id, gpu: run.gpu.id }, load]);
}

function residualOf(
  { line, source, quantity, ...entry }: ServingMeasurement,
  { run, load, replicas }: ServingRow,
  points: Map<number, ServePoint | undefined>,
): MeasuredRun<ServingQuantity> | undefined {
  if (!("measured" in entry)) return undefined;
  if (!points.has(line)) {
    const point = servePoint(run, load, { isUncorrected: true });
    points.set(line, "refused" in point ? undefined : point);
  }
  const point = points.get(line);
  if (point === undefined) return undefined;
  const isRate = quantity === "outputTokensPerSec";
  const computed = isRate ? point.outputTokensPerSec : point[quantity][entry.statistic];
  if (isRefusal(computed) || (isRate && keepsUp(run, load, computed.p50))) return undefined;
  const physics = computed.p50 * (isRate && run.disaggregated === undefined ? replicas : 1);
  return {
    quantity,
    facets: servingFacets(replicaOf(run), load, quantity),
    source,
    measured: entry.measured,
    physics,
    held: 0,
  };
}
