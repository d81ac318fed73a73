import { textTable } from "../../base/text-table.ts";
import { counted, percent, whole } from "../../base/words.ts";
import type { BenchmarkContamination, BenchmarkUse, DecontaminateOutcome } from "../../domain/decontaminate.ts";
import { funnelText } from "../pipeline/storing/funnel-text.ts";

/** Explanation of the share of short items in the text. */
const WHOLE_ONLY =
  "complete matches only: items of at most 20 words. The default does not find a row that contains only a part of one; --method parts finds half of those with at least 8 words.";

/** Items of each benchmark that the report by item lists. */
const SHOWN_ITEMS = 50;

/** Text of the result: counts of rows, samples of evidence, and the contaminated share of each benchmark. */
export function decontaminateText({ funnel, benchmarks, findings }: DecontaminateOutcome): string {
  return [funnelText(funnel), benchmarksText(benchmarks), ...findings.map(findingText)].join("\n\n");
}

/** Text of the report by item: how many items of each benchmark are contaminated, and by which rows. */
export function byItemText({ benchmarks, findings }: Omit<DecontaminateOutcome, "funnel">): string {
  const lists = benchmarks
    .filter(({ hits }) => hits.length > 0)
    .map(({ against, hits }) => {
      const lines = hits.slice(0, SHOWN_ITEMS).map(({ item, places }) => `  item ${item}: ${places.join(", ")}`);
      const more = hits.length - SHOWN_ITEMS;
      return [`${against}:`, ...lines, ...(more > 0 ? [`  and ${counted(more, "item")} more`] : [])].join("\n");
    });
  return [benchmarksText(benchmarks), ...lists, ...findings.map(findingText)].join("\n\n");
}

function findingText({ rows, detail }: DecontaminateOutcome["findings"][number]): string {
  return `${counted(rows, "row")} ${detail}`;
}

/** One line on how a benchmark was read. */
export function benchmarkUseText({ against, fields, isGuessed, items, withoutText }: BenchmarkUse): string {
  const read = Object.entries(fields).map(([kind, field]) => `${kind}=${field}`);
  const how = isGuessed ? " (by their usual names)" : "";
  const blank = withoutText === 0 ? "" : `, ${whole(withoutText)} without text`;
  return `${against}: ${counted(items, "item")}${blank}; read ${read.join(", ")}${how}`;
}

function benchmarksText(benchmarks: readonly BenchmarkContamination[]): string {
  const table = textTable(
    [
      { head: "benchmark" },
      { head: "items", align: "right" },
      { head: "contaminated", align: "right" },
      { head: "share", align: "right" },
      { head: "rows with them", align: "right" },
      { head: "whole only", align: "right" },
    ],
    benchmarks.map(({ against, items, contaminated, rows, wholeOnly }) => [
      against,
      whole(items),
      whole(contaminated),
      items === 0 ? "–" : percent(contaminated / items),
      whole(rows),
      items === 0 ? "–" : percent(wholeOnly / items),
    ]),
  );
  const isBlind = benchmarks.some(({ wholeOnly }) => wholeOnly > 0);
  return isBlind ? `${table}\n\n${WHOLE_ONLY}` : table;
}
