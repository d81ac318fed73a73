import { amount, sentence, usd } from "../../../base/words.ts";
import type { Reconciliation } from "../../../domain/cost.ts";
import type { Section } from "../../../report/document.ts";
import { rangeText } from "./show.ts";

/** Section on a quoted budget, line by line compared with its own inputs and our estimate. */
export function reconciliationSection(stated: Reconciliation): Section {
  const sums = stated.addsUp
    ? `Its lines sum to its total of ${amount(stated.statedTotalUsd)} USD.`
    : `Its lines sum to ${amount(stated.sumOfLinesUsd)} USD, but its total is ${amount(stated.statedTotalUsd)} USD.`;
  return {
    id: "reconciliation",
    title: "The quoted budget, checked",
    blocks: [
      { kind: "paragraph", text: `Quoted by ${stated.source}. ${sums}` },
      {
        kind: "table",
        caption: "Stated lines compared with their own inputs and our estimate, US dollars",
        columns: [
          { head: "Line" },
          { head: "Stated", align: "right" },
          { head: "From its inputs", align: "right" },
          { head: "Difference", align: "right" },
          { head: "Ours, p10–p90", align: "right" },
          { head: "Stated is" },
          { head: "Why", width: "wide" },
        ],
        rows: [
          ...stated.lines.map((line) => ({
            cells: [
              line.label,
              amount(line.statedUsd),
              line.fromInputsUsd === null ? "not given" : amount(line.fromInputsUsd),
              line.differenceUsd === null ? "" : amount(line.differenceUsd),
              rangeText({ quantity: line.ours, format: usd }),
              line.verdict,
              line.why,
            ],
          })),
          { cells: ["Total", amount(stated.statedTotalUsd), "", "", "", "", ""], total: true },
        ],
      },
      ...(stated.findings.length > 0 ? [{ kind: "list", items: stated.findings.map(sentence) } as const] : []),
    ],
  };
}
