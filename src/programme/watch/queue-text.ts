import { textTable } from "../../base/text-table.ts";
import { counted, usd, whole } from "../../base/words.ts";
import { formatRange } from "../../base/units.ts";
import type { WatchQueue } from "../../domain/watch-queue.ts";

/** A queue of hard cases as text. */
export function queueText({ out, days, requests, cost, byReason, leftOut, notLookedFor }: WatchQueue): string {
  const table = textTable(
    [{ head: "reason" }, { head: "found", align: "right" }, { head: "queued", align: "right" }],
    byReason.map(({ reason, found, queued }) => [reason.replaceAll("-", " "), whole(found), whole(queued)]),
  );
  return [
    `${counted(requests, "request")} from ${days.from} to ${days.to}`,
    "",
    table,
    "",
    ...leftOut.map(({ reason, requests: count }) => `omitted: ${counted(count, "request")}, ${reason}`),
    `written: ${out}`,
    `labelling costs ${formatRange(cost.p10, cost.p90, usd)} USD (${cost.basis})`,
    ...notLookedFor.map((text) => `not checked: ${text}`),
  ].join("\n");
}
