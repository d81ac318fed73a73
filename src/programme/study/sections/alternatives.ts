import { usd } from "../../../base/words.ts";
import { middleOf, type Quantity } from "../../../domain/estimate.ts";
import type { Study } from "../../../domain/study.ts";
import type { Block, Section, TableRow } from "../../../report/document.ts";
import { linked, rangeText } from "./show.ts";

/** Section on the alternatives for the same traffic, and their cost over 24 months. */
export function alternativesSection(study: Study): Section[] {
  const { alternatives, programme } = study;
  if (alternatives === null) return [];
  const { options, own24Months, best, findings } = alternatives;
  const rows: TableRow[] = options.map((option) => ({
    cells: [
      option.label + (option.id === best ? " (the best of these)" : ""),
      middle(option.launchUsd),
      [linked(study, `alternative.${option.id}.usdPerMonth`, middle(option.usdPerMonth))],
      [linked(study, `alternative.${option.id}.usd24Months`, middle(option.usd24Months))],
      option.ruledOutBy === null ? option.note : `ruled out: ${option.ruledOutBy}; ${option.note}`,
    ],
  }));
  const table: Block = {
    kind: "table",
    caption: "Alternatives for the same traffic, US dollars",
    columns: [
      { head: "Alternative" },
      { head: "To launch", align: "right" },
      { head: "A month", align: "right" },
      { head: "24 months", align: "right" },
      { head: "Basis" },
    ],
    rows: [
      ...rows,
      {
        cells: [
          programme,
          "",
          "",
          [linked(study, "alternative.own.usd24Months", middle(own24Months))],
          `the programme itself: launch, serving, people and maintenance; ${rangeText({ quantity: own24Months, format: usd })}`,
        ],
      },
    ],
  };
  const notes = findings.map((text): Block => ({ kind: "paragraph", tone: "note", text: `${text}.` }));
  return [{ id: "alternatives", title: "Alternatives", blocks: [table, ...notes] }];
}

function middle(quantity: Quantity): string {
  const value = middleOf(quantity);
  return value === undefined ? "unknown" : usd(value);
}
