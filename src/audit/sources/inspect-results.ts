import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { ForeignResult } from "../../domain/audit-import.ts";

/** A log of Inspect, as far as an audit needs it. */
type InspectLog = {
  task: string;
  model: string | null;
  stopped: string | null;
  reported: readonly { scorer: string; value: number }[];
  items: readonly { prompt: string }[];
};

/**
 * Results in a log of Inspect: one per scorer, under the name of the task.
 *
 * @returns the reason why the log has no result; null if it has one
 */
export function inspectResults(log: InspectLog, file: string): { results: ForeignResult[]; problem: string | null } {
  const { task, model, reported, items, stopped } = log;
  const results = reported.map(({ scorer, value }) => ({
    file,
    series: reported.length === 1 ? task : `${task}, ${scorer}`,
    model,
    items: items.length === 0 ? null : items.length,
    set: items.length === 0 ? null : sha256(canonicalJson(items.map(({ prompt }) => prompt).toSorted())),
    score: value,
    metric: scorer,
  }));
  const why = stopped === null ? "the log of Inspect has no score" : `the evaluation did not finish: ${stopped}`;
  return { results, problem: results.length === 0 ? why : null };
}

/** Whether a JSON file is a log of Inspect: its task and model are under `eval`. */
export function isInspectLog(value: unknown): boolean {
  const { eval: header } = (value ?? {}) as { eval?: { task?: unknown } };
  return typeof header?.task === "string";
}
