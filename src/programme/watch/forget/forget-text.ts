import { counted } from "../../../base/words.ts";
import type { WatchForget } from "../../../domain/watch-forget.ts";

type Counts = Pick<
  WatchForget,
  "requests" | "verdicts" | "queued" | "examples" | "traces" | "spans" | "labelRows" | "labels"
>;

/** Text of the deleted records: kinds without any are omitted, except requests. */
export function forgetWords(counts: Counts & { versions: number }): string {
  const parts: [number, string][] = [
    [counts.verdicts, "verdict"],
    [counts.queued, "queued row"],
    [counts.examples, "example"],
    [counts.traces, "trace"],
    [counts.spans, "span"],
    [counts.labelRows, "labelling row"],
    [counts.labels, "label"],
    [counts.versions, "frozen version"],
  ];
  return [
    counted(counts.requests, "request"),
    ...parts.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun)),
  ].join(", ");
}

/** Text of a deletion, done or planned. */
export function forgetText(answer: WatchForget): string {
  const { done, requests, traces, withdrawn, sealed, notReached } = answer;
  const what = forgetWords({ ...answer, versions: withdrawn.length });
  return [
    `${done ? "deleted" : requests + traces + withdrawn.length === 0 ? "nothing matches:" : "would delete"} ${what}`,
    ...withdrawn.map(({ version, rows, replacedBy, locks }) =>
      done
        ? `withdrawn: ${version} contained ${counted(rows, "row")}; ${replacedBy === null ? "no row is left" : `${replacedBy} contains the others`}${locks.length === 0 ? "" : `, and testset.lock pins ${locks.join(", ")} to it`}`
        : `would withdraw ${version}: it contains ${counted(rows, "row")}`,
    ),
    ...sealed.map(
      (task) => `not reached: sealed labels of ${task}; seal the task again: tunewright data label seal ${task}`,
    ),
    ...notReached.map((text) => `not reached: ${text}`),
  ].join("\n");
}
