import type { Refusal } from "../../domain/estimate.ts";
import type { MeasuredRun } from "../calibration/residual-rows.ts";
import { memoryFacets } from "../memory/memory-facets.ts";
import { memoryPhysics } from "../memory/memory.ts";
import { speedFacets } from "../speed/speed-facets.ts";
import { speedPhysics } from "../speed/throughput.ts";
import type { Measurement } from "./training-measurements.ts";

/** A measurement beside what physics says of it, or why physics cannot say. */
export function measuredRun(measurement: Measurement): MeasuredRun | Refusal {
  const { quantity, source, kind } = measurement;
  if ("rejected" in measurement) return { refused: measurement.rejected, hint: "correct the row" };
  const { measured, run } = measurement;
  if ("refused" in run) return run;
  if (quantity === "peakMemoryGib") {
    const physics = memoryPhysics(run);
    if ("refused" in physics) return physics;
    return { quantity, source, measured, facets: memoryFacets(run, kind), physics: physics.gib[kind] };
  }
  const physics = speedPhysics(run);
  if ("refused" in physics) return physics;
  return { quantity, source, measured, facets: speedFacets(run), physics: physics.tokensPerSecPerGpu };
}
