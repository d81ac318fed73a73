import { textTable } from "../../base/text-table.ts";
import { formatNumber } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { WholeRun } from "../../domain/run-part.ts";

/**
 * Text of the wall time of a run by part, with the formula of each. Parts of a step are indented. The sum is followed
 * only by parts that need no GPU.
 */
export function runPartsText({ parts, hours }: WholeRun): string {
  const before = parts.filter(({ within }) => within === "before");
  return textTable(
    [
      { head: "wall hours of one run" },
      ...["p10", "p50", "p90"].map((head) => ({ head, align: "right" as const })),
      { head: "formula", wrap: 60 },
    ],
    [
      ...parts
        .filter((part) => !before.includes(part))
        .map(({ label, within, hours: own, formula }) => [
          `${within === null ? "  " : "    "}${label}`,
          ...cells(own),
          formula,
        ]),
      null,
      ["whole run", ...cells(hours), "sum of the parts, as independent ranges"],
      ...before.map(({ label, hours: own, formula }) => [`before: ${label}`, ...cells(own), formula]),
    ],
  );
}

function cells(quantity: Quantity): string[] {
  if (isRefusal(quantity)) return ["", "unknown", ""];
  return [quantity.p10, quantity.p50, quantity.p90].map(hoursText);
}

/** Hours with a precision of at least a minute; shorter times are shown as less than 0.01. */
function hoursText(hours: number): string {
  return hours < 0.01 ? "<0.01" : formatNumber(hours, hours < 1 ? 2 : 3);
}
