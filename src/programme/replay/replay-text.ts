import { textTable } from "../../base/text-table.ts";
import type { ReplaySet } from "../../domain/replay-request.ts";

const RIGHT = { align: "right" } as const;

/** Text of `eval replay`. */
export function replayText(set: ReplaySet): string {
  const { dir, month, digest, prompts, requests, from, to, dropped, strata, redacted, firstProblem } = set;
  const period = from === null || to === null ? "" : ` from ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  const rows = strata.map((stratum) => [
    stratum.stratum,
    ...[stratum.requests, stratum.distinct, stratum.sampled].map(String),
  ]);
  const columns = [
    { head: "stratum" },
    { head: "requests", ...RIGHT },
    { head: "different prompts", ...RIGHT },
    { head: "in the set", ...RIGHT },
  ];
  const spans = redacted.map(({ entity, spans: count }) => `${count} ${entity}`).join(", ");
  return [
    `Replay set of ${month}: ${prompts} prompts of ${requests} requests${period}, frozen as ${dir} (${digest.slice(0, 16)})`,
    "",
    textTable(columns, rows),
    "",
    `Not in the set: ${dropped.repeated} repeated word for word, ${dropped.nearDuplicates} near-duplicates, ${dropped.personalData} with personal data left, ${dropped.notDrawn} not drawn, ${dropped.unreadable} unreadable rows.`,
    ...(firstProblem === null ? [] : [`The first unreadable row: ${firstProblem}`]),
    `Replaced by surrogates: ${spans === "" ? "nothing was found" : spans}. Check a sample by eye before you share the set: no recogniser finds everything.`,
  ].join("\n");
}
