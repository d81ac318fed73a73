import { textTable } from "../../../base/text-table.ts";
import { counted } from "../../../base/words.ts";
import type { FunnelStage } from "../../../domain/funnel.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** Text of the funnel: a line per stage, then each reason with its first rows. */
export function funnelText(funnel: readonly FunnelStage[]): string {
  const table = textTable(
    [
      { head: "stage" },
      { head: "rows in", align: "right" },
      { head: "kept", align: "right" },
      { head: "dropped", align: "right" },
      { head: "kept, %", align: "right" },
      { head: "characters kept", align: "right" },
    ],
    funnel.map(({ stage, rowsIn, rowsKept, charactersKept }) => [
      stage,
      COUNT.format(rowsIn),
      COUNT.format(rowsKept),
      COUNT.format(rowsIn - rowsKept),
      shownShare(rowsKept, rowsIn),
      COUNT.format(charactersKept),
    ]),
  );
  const reasons = funnel.flatMap(({ stage, dropped }) =>
    dropped.flatMap(({ reason, rows, samples }) => [
      `${stage}: ${reason}, ${counted(rows, "row")}`,
      ...samples.map(
        ({ source, line, detail, text }) =>
          `  ${source}, line ${line}: ${[detail, text === "" ? null : JSON.stringify(text)].filter((part) => part !== null).join("; ")}`,
      ),
    ]),
  );
  return reasons.length === 0 ? table : `${table}\n\n${reasons.join("\n")}`;
}

/** A share in per cent. Never 100 if a row was dropped, and never 0 if one was kept. */
function shownShare(kept: number, all: number): string {
  if (all === 0) return "–";
  const text = ((100 * kept) / all).toFixed(1);
  if (text === "100.0" && kept < all) return "> 99.9";
  return text === "0.0" && kept > 0 ? "< 0.1" : text;
}
