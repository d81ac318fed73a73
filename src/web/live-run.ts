import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer } from "react";

import type { RunCurves, TrackedRun } from "../domain/tracked-run.ts";
import { getJson } from "./api.ts";
import type { StepValues } from "./curves/curve-data.ts";
import type { CurvePoint, Curves } from "./curves/curve.ts";

/** Number of points of a live curve above which it is read again, downsampled. */
const MAX_LIVE_POINTS = 4_000;

type Sent = { key: string; step: number | string; timestamp: number; value: number | string };

/**
 * A run with its curves, updated by the events of the server while the page is open.
 *
 * @param metric  the metric on the horizontal axis of the charts, if it is one
 */
export function useLiveRun(
  id: string,
  metric: string | undefined,
): {
  run: TrackedRun | undefined;
  curves: Curves | undefined;
  /** Values of `metric`. */
  xs: StepValues | undefined;
  error: Error | null;
} {
  const client = useQueryClient();
  const run = useQuery({ queryKey: ["run", id], queryFn: async () => getJson<TrackedRun>(`/runs/${id}`) });
  const thinned = useQuery({
    queryKey: ["curves", id, metric],
    queryFn: async () => {
      const answer = await getJson<RunCurves>(`/runs/${id}/metrics`, { points: 400, ...(metric && { x: metric }) });
      return { id, curves: toCurves(answer), xs: toStepValues(answer) };
    },
    placeholderData: (before) => (before?.id === id ? before : undefined), // the charts stay while the axis is read
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [live, add] = useReducer(addPoints, new Map());
  useEffect(() => {
    const events = new EventSource(`/api/v1/runs/${id}/events`);
    let opened = 0;
    events.addEventListener("open", () => {
      // After a break the stream begins anew: what came meanwhile is read with the curves.
      opened += 1;
      if (opened > 1) void client.invalidateQueries({ queryKey: ["curves", id] });
    });
    events.addEventListener("points", (event) => {
      add({ kind: "points", points: JSON.parse((event as MessageEvent<string>).data) as Sent[] });
      void client.invalidateQueries({ queryKey: ["run", id] });
    });
    events.addEventListener("run", () => void client.invalidateQueries({ queryKey: ["run", id] }));
    return () => {
      events.close();
      add({ kind: "clear" });
    };
  }, [id, client]);
  const tooMany = [...live.values()].some((points) => points.length > MAX_LIVE_POINTS);
  useEffect(() => {
    if (!tooMany) return;
    void client.invalidateQueries({ queryKey: ["curves", id] }).then(() => add({ kind: "clear" }));
  }, [tooMany, client, id]);
  return {
    run: run.data,
    curves: thinned.data === undefined ? undefined : merged(thinned.data.curves, live),
    xs: metric === undefined ? undefined : withLive(thinned.data?.xs, live.get(metric)),
    error: run.error ?? thinned.error,
  };
}

type Action = { kind: "points"; points: readonly Sent[] } | { kind: "clear" };

function addPoints(curves: Curves, action: Action): Curves {
  if (action.kind === "clear") return new Map();
  const next = new Map(curves);
  for (const { key, step, timestamp, value } of action.points) {
    next.set(key, [...(next.get(key) ?? []), [Number(step), timestamp, toNumber(value)]]);
  }
  return next;
}

/** Values of the metric on the horizontal axis, by step; those of an answer and those that came since. */
function withLive(stored: StepValues | undefined, live: readonly CurvePoint[] | undefined): StepValues {
  const finite = (live ?? []).filter(([, , value]) => Number.isFinite(value));
  return new Map([...(stored ?? []), ...finite.map(([step, , value]): [number, number] => [step, value])]);
}

/** Values of the metric on the horizontal axis, by step; those that are not finite have no place there. */
export function toStepValues({ x }: Pick<RunCurves, "x">): StepValues {
  return new Map((x ?? []).flatMap(([step, value]) => (typeof value === "number" ? [[Number(step), value]] : [])));
}

/** Curves of an answer. */
export function toCurves({ curves }: Pick<RunCurves, "curves">): Curves {
  return new Map(
    curves.map(({ key, points }) => [key, points.map(([s, t, v]): CurvePoint => [Number(s), t, toNumber(v)])]),
  );
}

/** Stored and live points of each metric in order of step, without repetition. */
function merged(stored: Curves, live: Curves): Curves {
  const all = new Map(stored);
  for (const [key, points] of live) {
    const known = all.get(key) ?? [];
    const seen = new Set(known.map((point) => point.join()));
    const fresh = points.filter((point) => !seen.has(point.join()));
    all.set(
      key,
      [...known, ...fresh].toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
    );
  }
  return new Map([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A value of the API, where NaN and infinite values are words. */
function toNumber(value: number | string): number {
  return Number(value);
}
