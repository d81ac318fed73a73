import { textTable, wrapText } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { CalibratedCell, CalibrationResult } from "../../domain/calibration.ts";

/** Number of reasons that are printed; the JSON has all. */
const SHOWN_REASONS = 12;

const NAMES = { peakMemoryGib: "memory", tokensPerSecPerGpu: "speed" } as const;

/** Text of the measurements that were added, those that were not and why, and the change of each cell. */
export function calibrateText(result: CalibrationResult): string {
  const { file, joined, refused, rejected, excluded, unmeasured, total, cells, reasons } = result;
  const left = [
    `${refused} refused`,
    `${rejected} rejected`,
    `${counted(excluded, "row")} excluded from calibration`,
    `${counted(unmeasured, "row")} without a measured value`,
  ].join(", ");
  const shown = reasons.slice(0, SHOWN_REASONS);
  return [
    `${counted(joined, "measured value")} added to the calibration; ${left}.`,
    joined === 0
      ? `${file} was not changed.`
      : wrapText(
          `${file} contains ${counted(total, "measured run")}. Estimates in its folder use them; delete it to undo.`,
          100,
        ),
    ...(cells.length === 0 ? [] : ["", cellsTable(cells), ...notesOn(cells).map((note) => `\n${wrapText(note, 100)}`)]),
    ...(shown.length === 0
      ? []
      : [
          "",
          "not added:",
          ...shown.map(({ line, quantity, reason }) =>
            wrapText(`line ${line}, ${NAMES[quantity]}: ${reason}`, 100, "  "),
          ),
        ]),
    ...(reasons.length > shown.length ? [`  and ${reasons.length - shown.length} more (--json lists them)`] : []),
  ].join("\n");
}

function cellsTable(cells: readonly CalibratedCell[]): string {
  const right = { align: "right" as const };
  const factors = (entry: CalibratedCell["after"] | null): string =>
    entry === null ? "refused" : `${entry.p50.toFixed(2)} (${entry.p10.toFixed(2)}-${entry.p90.toFixed(2)})`;
  return textTable(
    [
      { head: "cell", wrap: 34 },
      { head: "n", ...right },
      { head: "models", ...right },
      { head: "layouts", ...right },
      { head: "factor before", ...right },
      { head: "factor after", ...right },
      { head: "moved %", ...right },
      { head: "others %", ...right },
    ],
    cells.map((cell) => [
      `${NAMES[cell.quantity]}: ${cell.cell}`,
      String(cell.n),
      String(cell.models),
      String(cell.layouts),
      factors(cell.before),
      factors(cell.after),
      moved(cell.movedPct),
      moved(cell.otherModelMovedPct),
    ]),
  );
}

function moved(pct: number | null): string {
  return pct === null ? "new" : `${pct >= 0 ? "+" : ""}${pct.toFixed(1)}`;
}

/** Reason why the cells did not change more. */
function notesOn(cells: readonly CalibratedCell[]): string[] {
  const few = cells.filter(({ models }) => models === 1).length;
  const below = cells.reduce((sum, { belowState }) => sum + belowState, 0);
  return [
    '"moved" shows a run like the one measured most often, "others" another model. A run is corrected as far as it resembles yours: the same run almost fully, another setting or layout of the model less, another model least, because memory errors mostly depend on the model.',
    ...(few > 0
      ? [
          `${counted(few, "cell")} ${few === 1 ? "rests" : "rest"} on one model: more runs of it do not change estimates of other models, but runs of other models do.`,
        ]
      : []),
    ...(below > 0
      ? [
          `${counted(below, "value")} of memory ${below === 1 ? "lies" : "lie"} below the weights, gradients and optimizer state of the run, which is impossible: check the model, precision, optimizer and sharding of the row.`,
        ]
      : []),
  ];
}
