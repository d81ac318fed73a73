import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { MemoryKind } from "../../domain/memory-plan.ts";
import type { Facets, Ladder } from "../calibration/calibration.ts";
import { cellWords } from "../calibration/cell-statistics.ts";
import { calibratedRun } from "../calibration/calibrated-run.ts";
import type { MeasuredRun } from "../calibration/residual-rows.ts";
import { largestPeak } from "../memory/corrected-memory.ts";
import { MEMORY_LADDER, memoryFacets } from "../memory/memory-facets.ts";
import { memoryPhysics } from "../memory/memory.ts";
import { SPEED_LADDER, speedFacets } from "../speed/speed-facets.ts";
import { speedPhysics, type SpeedRun } from "../speed/throughput.ts";
import type { Measurement } from "./training-measurements.ts";

/** A measurement with the physics of the same run, or the reason why the physics does not cover it. */
export function measuredRun(measurement: Measurement): MeasuredRun | Refusal {
  const { quantity, source, kind } = measurement;
  if ("rejected" in measurement) return { refused: measurement.rejected, hint: "correct the row" };
  const { measured, run } = measurement;
  if ("refused" in run) return run;
  const facets = facetsOf(run, quantity, kind);
  const shared = { quantity, source, measured, facets, run: calibratedRun(run) };
  if (quantity === "peakMemoryGib") {
    const physics = memoryPhysics(run);
    const { whole, stateGib } = largestPeak(physics.peaks[kind]);
    return { ...shared, physics: physics.gib[kind], held: whole.held, stateGib };
  }
  const physics = speedPhysics(run);
  if ("refused" in physics) return physics;
  return { ...shared, physics: physics.tokensPerSecPerGpu, held: 0 };
}

/** Text of the narrowest cell of a run. */
export function measuredCell(run: SpeedRun, quantity: CalibratedQuantity, kind: MemoryKind): string {
  return narrowestCell(facetsOf(run, quantity, kind), quantity);
}

/** Text of the narrowest cell of some facets. */
export function narrowestCell(facets: Facets, quantity: CalibratedQuantity): string {
  return cellWords(facets, ladderOf(quantity)[0] ?? []);
}

/** Cells, from narrow to wide, that are searched for measurements to calibrate a quantity. */
export function ladderOf(quantity: CalibratedQuantity): Ladder {
  return quantity === "peakMemoryGib" ? MEMORY_LADDER : SPEED_LADDER;
}

function facetsOf(run: SpeedRun, quantity: CalibratedQuantity, kind: MemoryKind): Facets {
  return quantity === "peakMemoryGib" ? memoryFacets(run, kind) : speedFacets(run);
}
