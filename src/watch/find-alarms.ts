import { sha256 } from "../base/hash.ts";
import type { WatchAlarm } from "../domain/watch-check.ts";
import type { WatchFile, WatchSignal } from "../domain/watch-file.ts";
import { Z95, type Look } from "../statistics/index.ts";
import { batchDay } from "./batches.ts";
import type { SeenSignals, SeenSignal } from "./check-signals.ts";
import { shownChange, shownMean, SIGNALS } from "./signals.ts";

/** Number of looks below the threshold after which another alarm is a new one. */
const QUIET_LOOKS = 4;

/** An alarm with its batches. */
export type FoundAlarm = {
  alarm: Omit<WatchAlarm, "cause" | "advice" | "examples">;
  /** Number of the batch with which the change began, and of the last one in alarm. */
  from: number;
  to: number;
};

/** Alarms of all signals, newest first; consecutive looks in alarm are one alarm. */
export function findAlarms(
  { seen, threshold }: SeenSignals,
  { watch, definition, file }: { watch: string; definition: string; file: WatchFile },
): FoundAlarm[] {
  if (threshold === null) return [];
  return seen
    .flatMap((signal) =>
      episodes(signal.monitored.looks).map((looks) => asAlarm(signal, looks, { watch, definition, file, threshold })),
    )
    .toSorted((a, b) =>
      a.alarm.raisedBy === b.alarm.raisedBy
        ? a.alarm.id < b.alarm.id
          ? -1
          : 1
        : a.alarm.raisedBy < b.alarm.raisedBy
          ? 1
          : -1,
    );
}

type Episode = { first: Look; strongest: Look; last: Look; isOver: boolean };

function episodes(looks: readonly Look[]): Episode[] {
  const found: Episode[] = [];
  let quiet = Infinity;
  for (const look of looks) {
    quiet = look.isAlarm ? quiet : quiet + 1;
    const current = found.at(-1);
    if (!look.isAlarm) {
      if (current !== undefined) current.isOver = true;
      continue;
    }
    if (current === undefined || quiet >= QUIET_LOOKS) {
      found.push({ first: look, strongest: look, last: look, isOver: false });
    } else {
      if (look.statistic > current.strongest.statistic) current.strongest = look;
      current.last = look;
      current.isOver = false;
    }
    quiet = 0;
  }
  return found;
}

type Naming = { watch: string; definition: string; file: WatchFile; threshold: number };

function asAlarm(
  { of: signalSeries }: SeenSignal,
  episode: Episode,
  { watch, definition, file, threshold }: Naming,
): FoundAlarm {
  const { kind, unit, label } = SIGNALS[signalSeries.signal];
  const { difference, standardError } = episode.strongest;
  const raisedBy = batchDay(episode.first.index, file.batch);
  return {
    alarm: {
      id: sha256(JSON.stringify([watch, definition, signalSeries.signal, signalSeries.slice, raisedBy])).slice(0, 8),
      watch,
      definition,
      signal: signalSeries.signal,
      slice: signalSeries.slice,
      label,
      unit,
      raisedBy,
      since: batchDay(episode.first.since, file.batch),
      isOver: episode.isOver,
      reference: shownMean(kind, signalSeries.level, unit),
      value: shownMean(kind, signalSeries.level + difference, unit),
      change: shownChange(kind, difference),
      interval: {
        low: shownChange(kind, difference - Z95 * standardError),
        high: shownChange(kind, difference + Z95 * standardError),
      },
      statistic: Number.isFinite(episode.strongest.statistic) ? episode.strongest.statistic : null,
      threshold,
    },
    from: episode.first.since,
    to: episode.last.index,
  };
}

/** Context of an alarm. */
export type Surroundings = {
  /** Signals in alarm since about the same time. */
  others: readonly WatchSignal[];
  /** Models that answered most in the reference and since the change; null if the rows do not state them. */
  models: { before: string | null; after: string | null };
};

/** The likely cause of an alarm, and what to do. */
export function explain(signal: WatchSignal, { others, models }: Surroundings): { cause: string; advice: string[] } {
  if (SIGNALS[signal].cause === "demand") {
    return {
      cause: "more or fewer requests are sent, or the export does not contain all",
      advice: [
        "look for a new client, a launch, an outage, or an export that ends too early",
        "if it is here to stay, size the serving again, tunewright plan serve, and set a new reference",
      ],
    };
  }
  const all = [signal, ...others.filter((name) => SIGNALS[name].cause !== "demand")];
  if (models.before !== models.after && models.after !== null && SIGNALS[signal].cause !== "input") {
    return {
      cause: `the model changed: most answers came from ${models.before ?? "an unnamed model"} in the reference and come from ${models.after} now`,
      advice: [
        "run the evaluation of the new model on the frozen set: tunewright eval run NAME",
        "if the change is wanted, set the reference of the watch to days after it",
      ],
    };
  }
  if (all.some((name) => SIGNALS[name].cause === "input")) {
    return {
      cause: `the requests changed: prompts differ from those of the reference${models.after === null || models.before === models.after ? "" : `; the model changed too, from ${models.before ?? "an unnamed one"} to ${models.after}`}`,
      advice: [
        "look at the examples: a new kind of request, a new language, or a client that sends other prompts?",
        "collect hard cases to label: tunewright watch queue NAME",
        "if such requests are here to stay, refresh the replay set and set a new reference",
      ],
    };
  }
  if (all.every((name) => SIGNALS[name].cause === "provider")) {
    return {
      cause: "the serving changed: time or price differ, and no alarm concerns the answers",
      advice: ["compare with the load and the price list of the provider", "measure again: tunewright loadtest URL"],
    };
  }
  return {
    cause: "the model or its prompt template changed: answers differ while the requests do not",
    advice: [
      "check what was deployed on that day: weights, adapter, prompt template, sampling, provider version",
      "run the evaluation on the frozen set: tunewright eval run NAME",
      "collect hard cases to label: tunewright watch queue NAME",
    ],
  };
}
