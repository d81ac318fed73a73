import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { PiiRow } from "../../domain/pii.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Text of the entities found in a file, by entity and recogniser. */
export async function* spansText(rows: AsyncIterable<PiiRow>): AsyncGenerator<string> {
  const found = new Map<string, { spans: number; rows: number; lastRow: number }>();
  let [read, withSpans, problems] = [0, 0, 0];
  for await (const { row, spans, problem } of rows) {
    read += 1;
    if (problem !== undefined) problems += 1;
    if (spans.length > 0) withSpans += 1;
    for (const { type, by } of spans) {
      const key = `${type}\t${by}`;
      const sum = found.get(key) ?? { spans: 0, rows: 0, lastRow: -1 };
      sum.spans += 1;
      if (sum.lastRow !== row) sum.rows += 1;
      sum.lastRow = row;
      found.set(key, sum);
    }
  }
  const lines = [...found]
    .toSorted(([a, left], [b, right]) => right.spans - left.spans || (a < b ? -1 : 1))
    .map(([key, sum]) => [...key.split("\t"), COUNT.format(sum.spans), COUNT.format(sum.rows)]);
  const table = textTable(
    [{ head: "entity" }, { head: "recogniser" }, { head: "spans", align: "right" }, { head: "rows", align: "right" }],
    lines,
  );
  const unread = problems === 0 ? "" : `; ${COUNT.format(problems)} could not be read`;
  yield `${table}\n\n${COUNT.format(withSpans)} of ${counted(read, "row")} ${withSpans === 1 ? "contains" : "contain"} personal data found by patterns${unread}`;
}
