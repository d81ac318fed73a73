import { formatMoney, parseMoney, roundMoney } from "../../base/money.ts";
import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { PricedRunList } from "../../domain/money.ts";
import type { LatestMetric, TrackedRun } from "../../domain/tracked-run.ts";

/** Advice on giving a run a price. */
const UNPRICED = "set the tags gpu.type and gpu.count";

/** Number of id characters in a list: enough to identify a run among thousands. */
export const ID_DIGITS = 8;

/** Table of runs: id, progress, loss if there is one, and cost; the known total is last. */
export function runListText({ runs, nextPageToken, totalUsd, unpriced }: PricedRunList): string {
  if (runs.length === 0) return "no runs";
  const rows = runs.map((run) => {
    const loss = lossOf(run.metrics);
    return [
      run.id.slice(0, ID_DIGITS),
      run.name,
      run.experiment,
      run.status.toLowerCase(),
      run.startedAt.slice(0, 16).replace("T", " "),
      hoursText(run.activeSec),
      loss === undefined ? "unknown" : String(loss.step),
      loss === undefined ? "unknown" : valueText(loss.value),
      run.cost.usd === null ? "unknown" : formatMoney(roundMoney(parseMoney(run.cost.usd))),
    ];
  });
  const table = textTable(
    [
      { head: "run" },
      { head: "name" },
      { head: "experiment" },
      { head: "status" },
      { head: "started (UTC)" },
      { head: "active h", align: "right" },
      { head: "step", align: "right" },
      { head: "loss", align: "right" },
      { head: "cost USD", align: "right" },
    ],
    [...rows, null, ["", "total known", "", "", "", "", "", "", formatMoney(roundMoney(parseMoney(totalUsd)))]],
  );
  return `${table}\n\n${counted(runs.length, "run")}${unpriced === 0 ? "" : `, ${unpriced} without a known price (${UNPRICED})`}${nextPageToken === null ? "" : `, and more: --page-token ${nextPageToken}`}`;
}

/** Text of one run: its head, metrics, params, datasets, and when it was alive. */
export function runText(run: TrackedRun): string {
  const head = textTable(
    [{ head: "run" }, { head: run.id }],
    [
      ["name", run.name],
      ["experiment", `${run.experiment} (${run.experimentId}) of ${run.programme}`],
      ["status", run.status.toLowerCase() + (run.isDeleted ? ", deleted" : "")],
      ["user", run.user],
      ["started", run.startedAt],
      ["ended", run.endedAt ?? "not yet"],
      ["last seen", run.lastSeenAt ?? "unknown"],
      ["active", `${hoursText(run.activeSec)} h in ${counted(run.activity.length, "interval")}`],
      ...(run.parentRunId === null ? [] : [["nested in", run.parentRunId]]),
      ["artifacts", run.artifactUri],
    ],
  );
  const metrics = run.metrics.map(({ key, value, step, timestamp }) => [
    key,
    valueText(value),
    String(step),
    timestamp,
  ]);
  const parts = [
    head,
    run.metrics.length === 0
      ? "no metrics"
      : textTable(
          [
            { head: "metric" },
            { head: "latest", align: "right" },
            { head: "step", align: "right" },
            { head: "measured" },
          ],
          metrics,
        ),
  ];
  const pairs = (name: string, list: TrackedRun["params"]): void => {
    if (list.length === 0) return;
    parts.push(
      textTable(
        [{ head: name }, { head: "value", wrap: 80 }],
        list.map(({ key, value }) => [key, value]),
      ),
    );
  };
  pairs("param", run.params);
  pairs("tag", run.tags);
  if (run.datasets.length > 0) {
    parts.push(
      textTable(
        [{ head: "dataset" }, { head: "digest" }, { head: "used for" }],
        run.datasets.map(({ name, digest, context }) => [name, digest, context ?? "unknown"]),
      ),
    );
  }
  return parts.join("\n\n");
}

/** The loss of a run: `loss`, or the first metric whose name ends in it. */
function lossOf(metrics: readonly LatestMetric[]): LatestMetric | undefined {
  return metrics.find(({ key }) => key === "loss") ?? metrics.find(({ key }) => /(^|[/_])loss$/.test(key));
}

/** The value of a metric with six digits. */
export function valueText(value: LatestMetric["value"]): string {
  return typeof value === "string" ? value : String(Number(value.toPrecision(6)));
}

/** Seconds as hours with two decimals. */
export function hoursText(seconds: number): string {
  return (seconds / 3600).toFixed(2);
}
