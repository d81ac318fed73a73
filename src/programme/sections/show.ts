import { formatNumber, formatRange } from "../../base/units.ts";
import { type Estimate, type Quantity, isRefusal } from "../../domain/estimate.ts";
import type { Study } from "../../domain/study.ts";
import type { Inline, Text } from "../../report/document.ts";

/** Dollars of an estimate: three significant digits, so that no figure looks more exact than it is; cents below 10. */
export function usd(value: number): string {
  return Math.abs(value) < 10 && value !== 0 ? value.toFixed(2) : formatNumber(Number(value.toPrecision(3)), 3);
}

/** An exact amount of money with thousands separators; cents only where there are some. */
export function amount(decimal: string): string {
  const [whole = "0", cents = ""] = decimal.split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ",");
  return /^0*$/.test(cents) ? grouped : `${grouped}.${cents}`;
}

/** A count in full, with thousands separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A share as per cent: `12 %`. */
export function percent(share: number): string {
  return `${formatNumber(share * 100, 2)} %`;
}

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

/** `low–high`; negative ends are set apart by "to", so that a minus and a dash do not run together. */
export function span({ p10, p90 }: Pick<Estimate, "p10" | "p90">, format: (value: number) => string): string {
  if (p10 >= 0) return formatRange(p10, p90, format);
  const [low, high] = [minus(format(p10)), minus(format(p90))];
  return low === high ? low : `${low} to ${high}`;
}

/** A number with a true minus sign. */
export function minus(text: string): string {
  return text.replace(/^-/, "−");
}

/** A formula in which every id of a known figure links to it, shown without its kind: `dataset.rights.usd`. */
export function formulaText(formula: string, known: ReadonlySet<string>): Inline[] {
  return formula.split(/([a-z][\w-]*(?:\.[\w-]+)+)/).flatMap((part): Inline[] => {
    if (part === "") return [];
    return known.has(part) ? [{ figure: part, text: part.replace(/^(?:assumption|user)\./, "") }] : [part];
  });
}

/** First letter in upper case, unless the text begins with the name of a field or a file. */
export function sentence(text: string): string {
  if (/^[\w-]+[.:/]\w/.test(text)) return text;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
