import { formatNumber } from "../../../base/units.ts";
import { type Ends, minus } from "../../../base/words.ts";
import { type Known, middleOf, type Quantity } from "../../../domain/estimate.ts";
import { neverWords } from "../../../plan/payback/never.ts";
import { rangeText as openRangeText } from "../../../plan/serve-plan/range-text.ts";
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
  const median = quantity === null ? undefined : middleOf(quantity);
  const instead = quantity === null ? undefined : neverWords(quantity);
  return [linked(study, id, median === undefined ? (instead ?? "unknown") : minus(format(median)))];
}

/**
 * The range of a quantity, p10 to p90, an unknown end as `unknown`; `instead` if it was refused: the reason is printed
 * once, not in every table.
 */
export function rangeText({ quantity, format = formatNumber }: Shown, instead = "unknown"): string {
  return quantity === null || middleOf(quantity) === undefined ? instead : openRangeText(quantity, format);
}

/** A range in words, an unknown end as `unknown`; `words` formats a range, and a single value as a range of width zero. */
export function endsText({ p10, p90 }: Known, words: (ends: Ends) => string): string {
  if (p10 !== undefined && p90 !== undefined) return words({ p10, p90 });
  const end = (value: number | undefined): string =>
    value === undefined ? "unknown" : words({ p10: value, p90: value });
  return `${end(p10)} – ${end(p90)}`;
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
