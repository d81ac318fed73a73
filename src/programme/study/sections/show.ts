import { formatNumber } from "../../../base/units.ts";
import { minus, span } from "../../../base/words.ts";
import { type Quantity, isRefusal } from "../../../domain/estimate.ts";
import { neverWords } from "../../../plan/payback/never.ts";
import type { Study } from "../../../domain/study.ts";
import type { Inline, TableColumn, Text } from "../../../report/document.ts";

/** Columns of a table of quantities. */
export const QUANTITY_COLUMNS: readonly TableColumn[] = [
  { head: "Quantity" },
  { head: "Unit" },
  { head: "p50", align: "right" },
  { head: "p10–p90", align: "right" },
];

/** A number that links to its chain if the study has it; otherwise plain text. */
export function linked(study: Study, id: string, text: string): Inline {
  return study.figures.some((figure) => figure.id === id) ? { figure: id, text } : text;
}

/** The median of a quantity, linked; `never` or `unknown` if it was refused, linked to the reason. */
export function medianText(study: Study, id: string, { quantity, format = formatNumber }: Shown): Text {
  const isKnown = quantity !== null && !isRefusal(quantity);
  const instead = quantity === null ? undefined : neverWords(quantity);
  return [linked(study, id, isKnown ? minus(format(quantity.p50)) : (instead ?? "unknown"))];
}

/** The range of a quantity, p10 to p90; `instead` if it was refused: the reason is printed once, not in every table. */
export function rangeText({ quantity, format = formatNumber }: Shown, instead = "unknown"): string {
  return quantity === null || isRefusal(quantity) ? instead : span(quantity, format);
}

/** A quantity with its format. */
type Shown = { quantity: Quantity | null; format?: (value: number) => string };

/** A formula in which ids of known figures are links, shown without their kind: `dataset.rights.usd`. */
export function formulaText(formula: string, known: ReadonlySet<string>): Inline[] {
  return formula.split(/([a-z][\w-]*(?:\.[\w-]+)+)/).flatMap((part): Inline[] => {
    if (part === "") return [];
    return known.has(part) ? [{ figure: part, text: part.replace(/^(?:assumption|user)\./, "") }] : [part];
  });
}

/** Name of the duration of one run: estimated hours cover its steps, stated hours the whole run. */
export function runLabel({ figures }: Pick<Study, "figures">): string {
  return figures.some(({ id }) => id === "user.training.hoursPerRun")
    ? "one training run"
    : "one training run, its steps only";
}
