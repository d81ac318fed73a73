import { quantileSorted } from "../../base/quantile.ts";
import { textTable } from "../../base/text-table.ts";
import type { Residual } from "../../domain/calibration.ts";
import type { TrainingCalibration } from "./calibrate-training.ts";
import { checkText } from "./check-text.ts";

/** Residuals by cell with their sources, then how the estimates do on each source with itself left out. */
export function calibrationText({ residuals, excluded, check }: TrainingCalibration): string {
  const right = { align: "right" as const };
  const table = textTable(
    [
      { head: "cell", wrap: 90 },
      { head: "source" },
      { head: "n", ...right },
      { head: "p10", ...right },
      { head: "measured / physics", ...right },
      { head: "p90", ...right },
    ],
    residuals.map((residual) => [
      cellWords(residual),
      residual.source,
      String(residual.n),
      ...[0.1, 0.5, 0.9].map((each) => Math.exp(quantileSorted(residual.logRatios, each)).toFixed(2)),
    ]),
  );
  return [
    table,
    "",
    `${excluded} rows marked as replicate, pending, out of memory or second-hand calibrate nothing and are judged below.`,
    "",
    "leave-one-source-out:",
    checkText(check),
  ].join("\n");
}

function cellWords({ quantity, facets }: Residual): string {
  return `${quantity === "peakMemoryGib" ? "memory" : "speed"}: ${Object.values(facets).join(", ")}`;
}
