import type { WatchAlarm, WatchExample } from "../../domain/watch-check.ts";
import type { WatchedRequest, WatchedTexts } from "../../domain/watch-import.ts";
import { batchOf, dayOf } from "../../watch/batches.ts";
import { SIGNALS, type SignalContext } from "../../watch/signals.ts";
import type { FoundAlarm } from "../../watch/find-alarms.ts";
import type { WatchFile } from "../../domain/watch-file.ts";

/** Number of examples on each side. */
const EXAMPLES = 3;

/** Maximum number of characters of a text that are shown. */
const SHOWN = 300;

/** Requests of an alarm: those of its reference, and those since the change. */
export type AlarmSides = { before: readonly WatchedRequest[]; after: readonly WatchedRequest[] };

/** The requests that an alarm is about. */
export function alarmSides(
  { alarm, from, to }: FoundAlarm,
  requests: readonly WatchedRequest[],
  file: WatchFile,
): AlarmSides {
  const first = batchOf(Date.parse(file.reference.from), file.batch);
  const last = batchOf(Date.parse(file.reference.to), file.batch);
  const inSlice = requests.filter(
    (request) =>
      (file.model === undefined || request.model === file.model) &&
      (alarm.slice === null || request[alarm.slice.by] === alarm.slice.value),
  );
  const between = (low: number, high: number): WatchedRequest[] =>
    inSlice.filter((request) => {
      const batch = batchOf(request.timeMs, file.batch);
      return batch >= low && batch <= high;
    });
  return { before: between(first, last), after: between(from, to) };
}

/**
 * Ids of the requests that illustrate an alarm best. For a share: requests that have the property that became more
 * frequent, or lack the one that became rarer; for a length, a time or a cost: those nearest to the mean; for the
 * distance: the newest.
 */
export function exampleIds(
  { alarm }: FoundAlarm,
  { before, after }: AlarmSides,
  context: SignalContext,
): { before: string[]; after: string[] } {
  const { kind, of: valueOf } = SIGNALS[alarm.signal];
  const pick = (requests: readonly WatchedRequest[], wanted: number): string[] => {
    const measured = requests
      .map((request) => ({ request, value: valueOf(request, context) }))
      .filter(
        (entry): entry is { request: WatchedRequest; value: number } => entry.value !== null || kind === "distance",
      );
    const mean = measured.reduce((sum, { value }) => sum + value, 0) / Math.max(1, measured.length);
    const goal = kind === "share" ? wanted : mean;
    return measured
      .toSorted(
        (a, b) =>
          (kind === "distance" ? 0 : Math.abs(a.value - goal) - Math.abs(b.value - goal)) ||
          b.request.timeMs - a.request.timeMs ||
          (a.request.id < b.request.id ? -1 : 1),
      )
      .slice(0, EXAMPLES)
      .map(({ request }) => request.id);
  };
  const grew = alarm.change > 0 ? 1 : 0;
  return { before: pick(before, 1 - grew), after: pick(after, grew) };
}

/** Examples with their texts, truncated; a request whose texts are no longer kept is omitted. */
export function asExamples(
  ids: readonly string[],
  requests: ReadonlyMap<string, WatchedRequest>,
  texts: ReadonlyMap<string, WatchedTexts>,
): WatchExample[] {
  return ids.flatMap((id) => {
    const found = texts.get(id);
    return found === undefined
      ? []
      : [{ id, day: dayOf(requests.get(id)!.timeMs), prompt: cut(found.prompt), answer: cut(found.answer) }];
  });
}

function cut(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}

/** The model that answered most of the requests; null if none is named. */
export function mainModel(requests: readonly WatchedRequest[]): string | null {
  const counts = new Map<string, number>();
  for (const { model } of requests) if (model !== null) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** Alarms whose changes began within this many batches of each other are treated as one event. */
const TOGETHER = 2;

/** Signals that are in alarm together with one. */
export function alarmsTogether(alarm: FoundAlarm, all: readonly FoundAlarm[]): WatchAlarm["signal"][] {
  return all
    .filter((other) => other !== alarm && Math.abs(other.from - alarm.from) <= TOGETHER)
    .map((other) => other.alarm.signal);
}
