import { streamSSE } from "hono/streaming";
import * as z from "zod";

import { RunGcRequest, RunGcResult } from "../../domain/gc.ts";
import { PricedRunList } from "../../domain/money.ts";
import { ReleasedVersions } from "../../domain/released-version.ts";
import { RunImport, RunImportRequest } from "../../domain/run-import.ts";
import { RunLog, RunOrigin } from "../../domain/run-origin.ts";
import {
  CurveSet,
  LoggedKeys,
  RunTable,
  RunTableQuery,
  SavedView,
  SavedViews,
  ViewRequest,
} from "../../domain/run-table.ts";
import { CloseRunRequest, RunCurves, RunQuery, TrackedRun } from "../../domain/tracked-run.ts";
import { listPricedRuns } from "../../programme/money/priced-runs.ts";
import { runRows } from "../../programme/money/run-rows.ts";
import { closeRun } from "../../programme/runs/close-run.ts";
import { gcRuns } from "../../programme/runs/gc-runs.ts";
import { releasedVersions } from "../../programme/runs/released-versions.ts";
import { curveSet, loggedKeys } from "../../programme/runs/run-keys.ts";
import { deleteView, saveView, savedViews } from "../../programme/runs/saved-views.ts";
import { runCurves, showRun } from "../../programme/runs/show-run.ts";
import { shownInt, shownValue } from "../../programme/runs/run-summary.ts";
import { runLog } from "../../programme/training/run-log.ts";
import { runOrigin } from "../../programme/training/run-origin.ts";
import type { MetricPoint } from "../../track/points.ts";
import { engineerOf } from "../access/engineer-of.ts";
import type { RestApi } from "../rest-api.ts";

const Id = z.string().describe("Id of the run, or its first digits");

const ImportRequest = z.strictObject({
  ...RunImportRequest.shape,
  token: z
    .string()
    .max(10_000)
    .optional()
    .describe("Token for the MLflow server; default: MLFLOW_TRACKING_TOKEN of this server"),
});

const CurvesQuery = z.strictObject({
  id: Id,
  key: z.array(z.string()).default([]).describe("Metrics; default: all of the run"),
  points: z
    .int()
    .min(10)
    .max(10_000)
    .default(320)
    .describe("Maximum number of points per curve, not counting values that are not finite"),
  x: z.string().optional().describe("Metric whose values at the steps of the points are also sent; default: none"),
});

/** Runs: list, show, curves, live events. */
export function addRunRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, env, now } = api.context;
  api.add("get /runs", {
    summary: "List runs with their cost, newest first",
    request: RunQuery,
    response: PricedRunList,
    answer: (query, c) => listPricedRuns(store, query, { programmes, pricesOf, now, engineer: engineerOf(c) }),
  });
  addTableRoutes(api);
  api.add("get /runs/{id}", {
    summary: "Show one run",
    request: z.strictObject({ id: Id }),
    response: TrackedRun,
    answer: ({ id }) => showRun(store, id, programmes),
  });
  api.add("post /runs/{id}/close", {
    summary: "Close a run whose client disappeared",
    request: CloseRunRequest,
    response: TrackedRun,
    answer: (request) => closeRun(store, request, { programmes, nowMs: now().getTime() }),
  });
  api.add("get /runs/{id}/metrics", {
    summary: "Show the curves of a run, downsampled for a chart",
    request: CurvesQuery,
    response: RunCurves,
    answer: ({ id, key, points, x }) => runCurves(store, id, { keys: key, points, x }),
  });
  api.add("get /runs/{id}/origin", {
    summary: "Show the frozen versions that a run read, with their source files",
    request: z.strictObject({ id: Id }),
    response: RunOrigin,
    answer: async ({ id }) => runOrigin(await showRun(store, id, programmes), api.context.programmeDirs),
  });
  api.add("get /runs/{id}/log", {
    summary: "Show the end of the trainer log of a launched run",
    request: z.strictObject({ id: Id, attempt: z.int().min(1).optional().describe("Attempt; default: the newest") }),
    response: RunLog,
    answer: async ({ id, attempt }) => runLog(store, (await showRun(store, id, programmes)).id, attempt),
  });
  api.add("post /runs/import", {
    summary: "Import the runs of another tracker from a URL or a path on the server",
    request: ImportRequest,
    response: RunImport,
    answer: async ({ token = env["MLFLOW_TRACKING_TOKEN"], ...request }) => {
      const { importRuns } = await import("../../programme/runs/import-runs.ts");
      return importRuns(store, request, { nowMs: now().getTime(), token, signal: api.context.ending });
    },
  });
  api.add("get /releases", {
    summary: "List the model versions in use: those with an alias or in production",
    request: z.strictObject({}),
    response: ReleasedVersions,
    answer: () => releasedVersions(store),
  });
  api.add("post /runs/gc", {
    summary: "Permanently remove the data of runs that were deleted a while ago; their cost remains",
    request: RunGcRequest,
    response: RunGcResult,
    answer: (request) => gcRuns(store, request, api.context.now()),
  });
  addEvents(api);
}

/** Runs as rows, their keys, compared curves, and saved views. */
function addTableRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  api.add("get /runs/table", {
    summary: "List runs as rows with chosen columns, newest first",
    request: RunTableQuery,
    response: RunTable,
    answer: (query, c) => runRows(store, query, { programmes, pricesOf, now, engineer: engineerOf(c) }),
  });
  api.add("get /runs/keys", {
    summary: "List the metric, param and tag keys of runs, most used first",
    request: z.strictObject({}),
    response: LoggedKeys,
    answer: () => loggedKeys(store),
  });
  api.add("get /runs/curves", {
    summary: "Show the curves of up to 20 runs, downsampled for overlaid charts",
    request: z.strictObject({ run: z.array(Id).min(1).max(20), ...CurvesQuery.omit({ id: true }).shape }),
    response: CurveSet,
    answer: ({ run, key, points, x }) => curveSet(store, run, { keys: key, points, x }),
  });
  api.add("get /views", {
    summary: "List the saved views of the page Runs",
    request: z.strictObject({}),
    response: SavedViews,
    answer: () => savedViews(store),
  });
  api.add("post /views", {
    summary: "Save a view of the page Runs; it replaces a view with the same name",
    request: ViewRequest,
    response: SavedView,
    answer: (view) => saveView(store, view, now().getTime()),
  });
  api.add("delete /views/{name}", {
    summary: "Delete a saved view; the answer is what it was",
    request: SavedView.pick({ name: true }),
    response: SavedView,
    answer: ({ name }) => deleteView(store, name),
  });
}

/** Interval in which events are collected, ms; a page needs no more. */
const GATHER_MS = 250;

/** Interval of the line that keeps proxies from closing the stream, ms. */
const HEARTBEAT_MS = 15_000;

function addEvents(api: RestApi): void {
  const { context } = api;
  api.addRaw("get /runs/{id}/events", {
    summary: "Stream new points of a run as server-sent events: open, points, run",
    request: z.strictObject({ id: Id }),
    mediaType: "text/event-stream",
    answer: async ({ id }, c) => {
      const { id: runId } = await showRun(context.store, id, context.programmes);
      return streamSSE(c, async (stream) => {
        let points: MetricPoint[] = [];
        let hasChanged = false;
        let wake = (): void => undefined;
        const stop = context.events.watch(runId, (event) => {
          points.push(...(event.points ?? []));
          hasChanged ||= (event.points ?? []).length === 0;
          wake();
        });
        stream.onAbort(() => wake());
        await stream.writeSSE({ event: "open", data: JSON.stringify({ runId }) });
        while (!stream.aborted && !stream.closed) {
          if (points.length === 0 && !hasChanged) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, HEARTBEAT_MS);
              wake = () => {
                clearTimeout(timer);
                resolve();
              };
            });
          }
          await stream.sleep(GATHER_MS);
          const batch = points;
          points = [];
          if (batch.length > 0) await stream.writeSSE({ event: "points", data: JSON.stringify(batch.map(shownPoint)) });
          if (hasChanged) await stream.writeSSE({ event: "run", data: JSON.stringify({ runId }) });
          if (batch.length === 0 && !hasChanged) await stream.write(": still here\n\n");
          hasChanged = false;
        }
        stop();
      });
    },
  });
}

function shownPoint({ key, step, timestamp, value }: MetricPoint): object {
  return { key, step: shownInt(step), timestamp: Number(timestamp), value: shownValue(value) };
}
