import { textTable, wrapText } from "../base/text-table.ts";
import { counted } from "../base/words.ts";
import type { CalibratedCell, CalibrationResult } from "../domain/calibration.ts";

/** Reasons that are printed; the JSON has all. */
const SHOWN_REASONS = 12;

const NAMES = { peakMemoryGib: "memory", tokensPerSecPerGpu: "speed" } as const;

/** What joined, what did not and why, and by how much each cell moved. */
export function calibrateText(result: CalibrationResult): string {
  const { file, joined, refused, rejected, excluded, unmeasured, total, cells, reasons } = result;
  const left = [
    `${refused} refused`,
    `${rejected} rejected`,
    `${counted(excluded, "row")} marked as not to calibrate`,
    `${counted(unmeasured, "row")} without a measured value`,
  ].join(", ");
  const shown = reasons.slice(0, SHOWN_REASONS);
  return [
    `${counted(joined, "measured value")} joined the calibration; ${left}.`,
    joined === 0
      ? `${file} was not changed.`
      : wrapText(
          `${file} holds ${counted(total, "measured run")}. Estimates made in its folder use them; remove it to undo.`,
          100,
        ),
    ...(cells.length === 0 ? [] : ["", cellsTable(cells)]),
    ...(shown.length === 0
      ? []
      : [
          "",
          "did not join:",
          ...shown.map(({ line, quantity, reason }) =>
            wrapText(`line ${line}, ${NAMES[quantity]}: ${reason}`, 100, "  "),
          ),
        ]),
    ...(reasons.length > shown.length ? [`  and ${reasons.length - shown.length} more (--json lists them)`] : []),
  ].join("\n");
}

function cellsTable(cells: readonly CalibratedCell[]): string {
  const right = { align: "right" as const };
  const factors = (each: CalibratedCell["after"] | null): string =>
    each === null ? "refused" : `${each.p50.toFixed(2)} (${each.p10.toFixed(2)}-${each.p90.toFixed(2)})`;
  return textTable(
    [
      { head: "cell", wrap: 60 },
      { head: "n", ...right },
      { head: "factor before", ...right },
      { head: "factor after", ...right },
      { head: "moved %", ...right },
    ],
    cells.map((cell) => [
      `${NAMES[cell.quantity]}: ${cell.cell}`,
      String(cell.n),
      factors(cell.before),
      factors(cell.after),
      cell.movedPct === null ? "new" : `${cell.movedPct >= 0 ? "+" : ""}${cell.movedPct.toFixed(1)}`,
    ]),
  );
}
