import { formatNumber } from "../../base/units.ts";
import { span } from "../../base/words.ts";
import { type Quantity, isRefusal } from "../../domain/estimate.ts";
import type { Study } from "../../domain/study.ts";
import type { Inline, Text } from "../../report/document.ts";

/** A number that links to its chain where the study has it; plain text elsewhere. */
export function linked(study: Study, id: string, text: string): Inline {
  return study.figures.some((figure) => figure.id === id) ? { figure: id, text } : text;
}

/** The median of a quantity, linked; `unknown` where it was refused. */
export function medianText(study: Study, id: string, { quantity, format = formatNumber }: Shown): Text {
  if (quantity === null || isRefusal(quantity)) return "unknown";
  return [linked(study, id, format(quantity.p50))];
}

/** The range of a quantity, p10 to p90; the reason where it was refused. */
export function rangeText({ quantity, format = formatNumber }: Shown): string {
  if (quantity === null) return "unknown";
  return isRefusal(quantity) ? quantity.refused : span(quantity, format);
}

/** The range of a quantity where there is no room for a reason: `instead` where it was refused. */
export function shortRange({ quantity, format = formatNumber }: Shown, instead = "unknown"): string {
  return quantity === null || isRefusal(quantity) ? instead : span(quantity, format);
}

/** A quantity with how it is written. */
export type Shown = { quantity: Quantity | null; format?: (value: number) => string };

/** A formula in which every id of a known figure links to it, shown without its kind: `dataset.rights.usd`. */
export function formulaText(formula: string, known: ReadonlySet<string>): Inline[] {
  return formula.split(/([a-z][\w-]*(?:\.[\w-]+)+)/).flatMap((part): Inline[] => {
    if (part === "") return [];
    return known.has(part) ? [{ figure: part, text: part.replace(/^(?:assumption|user)\./, "") }] : [part];
  });
}
