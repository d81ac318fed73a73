import type { ReactNode } from "react";

import type { TrackedRun } from "../../../domain/tracked-run.ts";
import { type TileFacts, Tiles } from "../tiles.tsx";
import { shownAge, shownDuration, shownTime, shownValue } from "../words.ts";
import { useMeterTiles } from "./run-meter.tsx";

type Props = {
  run: TrackedRun;
  /** True if a narrow window shows only the figures, so that charts come early. */
  isCompact: boolean;
};

/** The figures of a run: how far it is, its loss, and what it costs. */
export function RunFigures({ run, isCompact }: Props): ReactNode {
  const money = useMeterTiles(run.id);
  return <Tiles tiles={[...progressTiles(run), ...money]} isCompact={isCompact} />;
}

function progressTiles(run: TrackedRun): TileFacts[] {
  const step = run.metrics.reduce(
    (most, metric) => Math.max(most, metric.key.startsWith("system/") ? 0 : Number(metric.step)),
    0,
  );
  const loss =
    run.metrics.find(({ key }) => /(^|[/_])eval[/_]loss$/.test(key)) ??
    run.metrics.find(({ key }) => /(^|\/)loss$/.test(key));
  const intervals = run.activity.length;
  return [
    { term: "Started", value: shownTime(run.startedAt), detail: `by ${run.user === "" ? "unknown" : run.user}` },
    {
      term: "Active",
      value: shownDuration(run.activeSec),
      detail: `${intervals} interval${intervals === 1 ? "" : "s"} of activity`,
    },
    {
      term: "Last seen",
      value: run.lastSeenAt === null ? "unknown" : shownAge(run.lastSeenAt, Date.now()),
      detail: run.endedAt === null ? "not ended" : `ended ${shownTime(run.endedAt)}`,
    },
    { term: "Step", value: run.metrics.length === 0 ? "none yet" : String(step), detail: "highest of its metrics" },
    ...(loss === undefined ? [] : [{ term: loss.key, value: shownValue(loss.value), detail: `at step ${loss.step}` }]),
  ];
}
