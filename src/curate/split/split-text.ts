import { textTable } from "../../base/text-table.ts";
import type { SplitResult } from "../../domain/split.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Strata shown. */
const SHOWN = 20;

/** Text of a split: the parts, the strata, the findings. */
export function splitText({ parts, strata, findings, groups, largestGroup, options, out }: SplitResult): string {
  const all = parts.reduce((sum, { rows }) => sum + rows, 0);
  const share = (rows: number): string => (all === 0 ? "–" : ((100 * rows) / all).toFixed(1));
  const isTimed = options.timeField !== undefined;
  const table = textTable(
    [
      { head: "part" },
      { head: "rows", align: "right" },
      { head: "rows, %", align: "right" },
      { head: "asked", align: "right" },
      { head: "groups", align: "right" },
      ...(isTimed ? [{ head: "oldest row" }, { head: "newest row" }] : []),
    ],
    [
      ...parts.map(({ part, rows, asked, groups: inPart, firstTime, lastTime }) => [
        part,
        COUNT.format(rows),
        share(rows),
        asked ?? "the rest",
        COUNT.format(inPart),
        ...(isTimed ? [firstTime ?? "–", lastTime ?? "–"] : []),
      ]),
      null,
      ["all", COUNT.format(all), share(all), "", COUNT.format(groups)],
    ],
  );
  const values = textTable(
    [{ head: options.stratifyBy ?? "" }, ...parts.map(({ part }) => ({ head: part, align: "right" as const }))],
    strata.slice(0, SHOWN).map((entry) => [entry.value, ...parts.map(({ part }) => COUNT.format(entry[part]))]),
  );
  const more = strata.length > SHOWN ? [`and ${strata.length - SHOWN} values more`] : [];
  return [
    table,
    ...(strata.length === 0 ? [] : ["", values, ...more]),
    "",
    `the largest group has ${COUNT.format(largestGroup)} ${largestGroup === 1 ? "row" : "rows"}`,
    ...findings.map(({ kind, count, detail }) => `${kind}, ${COUNT.format(count)}: ${detail}`),
    `rows: ${out}`,
  ].join("\n");
}
