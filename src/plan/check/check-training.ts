import type { CsvRows } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { counted } from "../../base/words.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { CheckedRow, EstimateCheck } from "../../domain/estimate-check.ts";
import { type Calibration, withoutSource } from "../calibration/calibration.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { trainMemory } from "../memory/memory.ts";
import { type SpeedRun, trainThroughput } from "../speed/throughput.ts";
import { summariseChecks } from "./check-estimates.ts";
import { formatLines } from "./line-numbers.ts";
import { mixtureEnds } from "../uncertainty/mixture.ts";
import { measuredCell } from "./measured-runs.ts";
import { type Measurement, trainingMeasurements } from "./training-measurements.ts";
import type { Catalogue } from "./training-row.ts";

/**
 * Compares our estimates of memory per GPU and of speed with measured runs. If the source of a row is part of the
 * calibration, the row is judged with that source excluded, so that no row is an input to its own estimate.
 *
 * @param file  a CSV with the columns of the training measurements
 * @throws Failure bad_input if required columns are missing, or there are no rows
 */
export function checkTraining(
  file: CsvRows,
  catalogue: Catalogue,
  calibration: Calibration = PUBLISHED,
): EstimateCheck {
  const { measurements, unmeasured, notes } = trainingMeasurements(file, catalogue);
  if (measurements.length + unmeasured === 0)
    throw new Failure("bad_input", `${file.name ?? "the file"} has a header and no rows`, {
      hint: "expected one row per measured run",
    });
  const rows = measurements.map((measurement) => checked(measurement, calibration));
  const held = new Set([...calibration.published, ...calibration.own].map(({ source }) => source));
  const sources = new Set(measurements.map(({ source }) => source));
  return {
    ...summariseChecks(rows),
    unmeasured,
    leftOut: [...sources].filter((source) => held.has(source)).toSorted(),
    notes: [...notes, ...totalsNote(rows, measurements)],
  };
}

/**
 * Note on speeds above their range that would be inside it if divided by the number of GPUs: many sources print the
 * tokens of all GPUs. If one GPU could have reached the speed, the row is not contradictory, so it is kept.
 */
function totalsNote(rows: readonly CheckedRow[], measurements: readonly Measurement[]): string[] {
  const lines = rows.flatMap((row, index) => {
    const measurement = measurements[index]!;
    if (
      !("p50" in row) ||
      row.quantity !== "tokensPerSecPerGpu" ||
      !("run" in measurement) ||
      "refused" in measurement.run
    )
      return [];
    const share = row.measured / measurement.run.spec.gpuCount;
    return row.measured > row.p90 && row.p10 <= share && share <= row.p90 ? [row.line] : [];
  });
  if (lines.length === 0) return [];
  return [
    `${counted(lines.length, "value")} of tokens_per_s_per_gpu would be inside the range if shared by the run's GPUs (${formatLines(lines)}): they may be sums over all GPUs`,
  ];
}

function checked(measurement: Measurement, calibration: Calibration): CheckedRow {
  const { id, line, source, quantity, kind } = measurement;
  const row = { id, line, source, quantity };
  if ("rejected" in measurement) return { ...row, rejected: measurement.rejected };
  const { measured, run: known } = measurement;
  if ("refused" in known) return { ...row, measured, refused: known.refused };
  const estimateOf = (run: SpeedRun): Quantity => {
    const left = { ...run, calibration: withoutSource(calibration, source) };
    return quantity === "peakMemoryGib" ? trainMemory(left)[kind] : trainThroughput(left);
  };
  const estimate = estimateOf(known);
  if (isRefusal(estimate)) return { ...row, measured, refused: estimate.refused };
  // All possible variants of a run are equally likely. The run did fit, so the median is that of the usual variant, or
  // of the first that fits on its GPU.
  const others = measurement.otherwise.map(estimateOf);
  const ways = [estimate, ...others.flatMap((other) => (isRefusal(other) || isSame(other, estimate) ? [] : [other]))];
  const hasRoom = ({ p10 }: { p10: number }): boolean => quantity !== "peakMemoryGib" || p10 <= known.gpu.usableGib;
  const { p50 } = ways.find(hasRoom) ?? estimate;
  const ends = ways.length === 1 ? estimate : mixtureEnds(ways);
  const [p10, p90] = [Math.min(ends.p10, p50), Math.max(ends.p90, p50)];
  return { ...row, measured, p10, p50, p90, cell: measuredCell(known, quantity, kind) };
}

/** True if a variant does not change the estimate: the fact that differs has no effect on the measured quantity. */
function isSame(a: { p10: number; p50: number; p90: number }, b: typeof a): boolean {
  return a.p10 === b.p10 && a.p50 === b.p50 && a.p90 === b.p90;
}
