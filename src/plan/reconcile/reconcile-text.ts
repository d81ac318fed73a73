import { textTable, wrapText } from "../../base/text-table.ts";
import { formatNumber, formatUsd } from "../../base/units.ts";
import type { Reconciliation } from "../../domain/cost.ts";

/** Text of a quoted budget compared with its own inputs and our estimate, with findings. */
export function reconcileText({ source, statedTotalUsd, sumOfLinesUsd, lines, findings }: Reconciliation): string {
  const rows = lines.map(({ category, label, statedUsd, fromInputsUsd, ours, verdict }) => [
    category,
    label,
    money(statedUsd),
    fromInputsUsd === null ? "not given" : money(fromInputsUsd),
    ours === null ? "unknown" : `${formatNumber(ours.p10)}–${formatNumber(ours.p90)}`,
    verdict,
  ]);
  const table = textTable(
    [
      { head: "part" },
      { head: "as stated" },
      { head: "USD", align: "right" },
      { head: "from its inputs", align: "right" },
      { head: "our range", align: "right" },
      { head: "stated is" },
    ],
    [...rows, null, ["", "total stated", money(statedTotalUsd), money(sumOfLinesUsd), "", ""]],
  );
  const why = lines.map(({ label, why: words }) => wrapText(`${label}: ${words}`, 100, "  "));
  const found = findings.map((finding) => wrapText(`- ${finding}`, 100, "  "));
  return [`stated by ${source}`, table, "why", ...why, "findings", ...found].join("\n");
}

/** Exact amount: in whole dollars if there are no cents, otherwise with cents. */
function money(text: string): string {
  return text.endsWith(".00") ? formatUsd(Number(text)) : text.replace(/\B(?=(\d{3})+(?=\.))/g, ",");
}
