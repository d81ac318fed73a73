import type { BiasReport } from "../../domain/bias-report.ts";
import type { Block, Section } from "../../report/document.ts";
import { counterfactualText, fourFifthsText, groupCells, worstGapText } from "../bias/bias-text.ts";

const NUMBER = { align: "right" } as const;

/** Comparison of the groups of each slice: gaps, ratios, and items in other wordings. */
export function biasSection(reports: readonly BiasReport[]): Section {
  return {
    id: "groups",
    title: "Groups compared",
    blocks: [
      ...reports.flatMap((report): Block[] => [
        groupsTable(report),
        {
          kind: "paragraph",
          text: [worstGapText(report), fourFifthsText(report), ...report.counterfactual.map(counterfactualText)]
            .filter((text) => text !== undefined)
            .join(" "),
        },
      ]),
      ...reports.slice(0, 1).map(({ note }): Block => ({ kind: "paragraph", text: note })),
    ],
  };
}

function groupsTable({ field, scorer, groups, minItems }: BiasReport): Block {
  return {
    kind: "table",
    caption: `${scorer} by ${field}, each group compared with all others together; p is adjusted by Holm's method.`,
    columns: [
      { head: field },
      { head: "Items", ...NUMBER },
      { head: scorer, ...NUMBER },
      { head: "95 % interval", ...NUMBER },
      { head: "Less the others", ...NUMBER },
      { head: "p", ...NUMBER },
      { head: "Ratio to highest", ...NUMBER },
    ],
    rows: groups.map((group) => ({ cells: groupCells(group, minItems) })),
  };
}
