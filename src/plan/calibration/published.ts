import { CalibratedQuantity, type Residual } from "../../domain/calibration.ts";
import type { Calibration } from "./calibration.ts";
import { TRAINING_RESIDUALS } from "./training-residuals.ts";

/** The published measurements included in Tunewright, as residuals. */
export const PUBLISHED: Calibration = {
  published: CalibratedQuantity.options.flatMap((quantity) => residualsOf(quantity, TRAINING_RESIDUALS[quantity])),
  own: [],
};

/**
 * Parses a block of the table: facet columns, then source, n and the logarithms; each line is one source in one cell.
 */
function residualsOf(quantity: CalibratedQuantity, block: string): Residual[] {
  const [head, ...lines] = block.trim().split("\n");
  const names = head!.split(" | ").slice(0, -3);
  return lines.map((line) => {
    const cells = line.split(" | ");
    const [source, n, logs] = cells.slice(names.length);
    return {
      quantity,
      facets: Object.fromEntries(names.map((name, index) => [name, cells[index]!])),
      source: source!,
      n: Number(n),
      logRatios: logs!.split(" ").map(Number),
    };
  });
}
