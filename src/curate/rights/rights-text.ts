import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { RightsLine } from "../../domain/rights.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Text of the rights table: rows of each dataset by verdict, reasons, and duties. */
export function rightsText(lines: readonly RightsLine[]): string {
  const rows = (verdict: RightsLine["verdict"]): number =>
    lines.filter((line) => line.verdict === verdict).reduce((sum, line) => sum + line.rows, 0);
  const table = textTable(
    [
      { head: "dataset", wrap: 24 },
      { head: "rows", align: "right" },
      { head: "verdict" },
      { head: "licence", wrap: 22 },
      { head: "use" },
      { head: "rule", wrap: 22 },
      { head: "why", wrap: 56 },
    ],
    lines.map(({ source, rows: count, verdict, licence, use, rule, detail }) => [
      source,
      COUNT.format(count),
      verdict,
      licence ?? "none",
      use ?? "unknown",
      rule,
      detail,
    ]),
  );
  const duties = dutiesBySource(lines.filter(({ verdict }) => verdict !== "blocked"));
  return [
    `${counted(rows("allowed"), "row")} allowed, ${COUNT.format(rows("needs-counsel"))} for counsel, ${COUNT.format(rows("blocked"))} blocked`,
    "",
    table,
    ...(duties.length === 0
      ? []
      : ["", "duties", ...duties.map(([duty, sources]) => `  ${duty} [${sources.join(", ")}]`)]),
    "",
    "The licence table is not legal advice; rows that it cannot decide are held for counsel.",
  ].join("\n");
}

/** Each duty with the datasets that cause it, in the order of the table. */
function dutiesBySource(lines: readonly RightsLine[]): [duty: string, sources: string[]][] {
  const duties = new Map<string, Set<string>>();
  for (const { source, duties: own } of lines)
    for (const duty of own) duties.set(duty, (duties.get(duty) ?? new Set()).add(source));
  return [...duties].map(([duty, sources]) => [duty, [...sources]]);
}
