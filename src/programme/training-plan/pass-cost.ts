import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import { runCost } from "../../plan/run/run-cost.ts";
import { computedFigure } from "./training-figures.ts";

/**
 * Compute of a pass in addition to the main run as a figure, from its GPU-hours, `<id>.gpuHours`.
 *
 * @param pass prefix of the pass's figures, and its name
 */
export function passCost(gpuHours: Quantity, usdPerGpuHour: Quantity, pass: { id: string; of: string }): Figure {
  return computedFigure(runCost(gpuHours, usdPerGpuHour), {
    id: `${pass.id}.costPerRun`,
    label: `compute of ${pass.of}`,
    unit: "USD",
    formula: "GPU-hours × price of a GPU-hour, as independent ranges",
    inputs: [`${pass.id}.gpuHours`, "run.usdPerGpuHour"],
  });
}
