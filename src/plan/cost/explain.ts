import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import { formatNumber } from "../../base/units.ts";
import type { Figure } from "../../domain/figure.ts";

/**
 * The derivation of a figure as a tree: its value and formula, then its inputs, down to the sources. A figure that was
 * already shown is not expanded again.
 *
 * @throws Failure not_found with the closest ids
 */
export function explainFigure(figures: readonly Figure[], id: string): string {
  const book = new Map(figures.map((figure) => [figure.id, figure]));
  if (!book.has(id)) {
    const last = id.split(".").at(-1) ?? id;
    const ending = [...book.keys()].filter((known) => known.endsWith(`.${last}`)).slice(0, 3);
    throw new Failure("not_found", `no figure "${id}" exists here`, {
      hint:
        didYouMean(id, book.keys()) ??
        (ending.length > 0
          ? `did you mean ${ending.map((text) => `"${text}"`).join(" or ")}?`
          : "--json lists all figures"),
    });
  }
  const lines: string[] = [];
  const shown = new Set<string>();
  const visit = (current: string, place: { first: string; rest: string }): void => {
    const figure = book.get(current);
    if (figure === undefined) {
      lines.push(`${place.first}${current}: not listed here`);
      return;
    }
    if (shown.has(current)) {
      lines.push(`${place.first}${current} = ${valueOf(figure)} (shown above)`);
      return;
    }
    shown.add(current);
    lines.push(`${place.first}${current} = ${valueOf(figure)} — ${figure.label}`);
    for (const detail of detailsOf(figure))
      lines.push(`${place.rest}${figure.inputs.length > 0 ? "│ " : "  "}${detail}`);
    for (const [index, input] of figure.inputs.entries()) {
      const isLast = index === figure.inputs.length - 1;
      visit(input, {
        first: `${place.rest}${isLast ? "└─ " : "├─ "}`,
        rest: `${place.rest}${isLast ? "   " : "│  "}`,
      });
    }
  };
  visit(id, { first: "", rest: "" });
  return lines.join("\n");
}

function detailsOf({ formula, source, reason }: Figure): string[] {
  const from = source.asOf === undefined ? source.ref : `${source.ref}, ${source.asOf}`;
  return [
    formula === undefined ? "" : `= ${formula}`,
    source.kind === "computed" && source.ref === "computed" ? "" : `${source.kind}: ${from}`,
    reason ?? "",
  ].filter((detail) => detail !== "");
}

function valueOf({ p10, p50, p90, unit }: Figure): string {
  if (p50 === null) return "unknown";
  if (p10 === p90) return `${p50.toLocaleString("en-US", { maximumSignificantDigits: 6 })} ${unit}`;
  return `${formatNumber(p50)} ${unit} (${end(p10)}–${end(p90)})`;
}

function end(value: number | null): string {
  return value === null ? "unknown" : formatNumber(value);
}
