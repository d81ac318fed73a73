import { readHistory } from "../../../track/history.ts";
import { getRunInfo } from "../../../track/run-info.ts";
import { sampledCurves } from "../../../track/sampled-curves.ts";
import { invalid } from "../../../track/track-failure.ts";
import { optional, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { requireRunId, RUN_ID } from "../../mlflow/run-id.ts";
import { wireMetric } from "../../mlflow/wire.ts";

/** Maximum number of points of a page, and of runs in a bulk request. @source mlflow 3.11 server/handlers.py */
const MOST = { page: 25_000, runs: 100, interval: 2500 } as const;

/** Default number of points of a curve. */
const INTERVAL_POINTS = 320;

/** The history of metrics: of one run by pages, of several for charts. */
export function addHistoryRoutes(api: MlflowApi): void {
  const { store } = api.context;
  api.add("GET metrics/get-history", {
    fields: { ...RUN_ID, metric_key: required("text"), max_results: optional("int"), page_token: optional("text") },
    answer: async ({ metric_key: key, max_results, page_token, ...request }) => {
      const { run_no } = await getRunInfo(store.db, requireRunId(request));
      const maxResults = countOf(max_results ?? MOST.page, MOST.page);
      const { points, nextPageToken } = await readHistory(store, run_no, { key, maxResults, pageToken: page_token });
      return {
        ...(points.length === 0 ? {} : { metrics: points.map((point) => wireMetric({ key, ...point })) }),
        ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
      };
    },
  });
  api.add("GET metrics/get-history-bulk", {
    fields: { run_id: optional("texts"), metric_key: optional("text"), max_results: optional("int") },
    answer: async ({ run_id = [], metric_key: key = "", max_results }) => {
      checkBulk(run_id, key);
      if (max_results !== undefined && max_results < 1) throw invalid("max_results must be at least 1.");
      let left = Math.min(Number(max_results ?? MOST.page), MOST.page);
      const metrics: object[] = [];
      for (const runId of run_id.toSorted()) {
        const { run_no } = await getRunInfo(store.db, runId);
        const { points } = await readHistory(store, run_no, { key, maxResults: left, pageToken: undefined });
        metrics.push(...points.map((point) => ({ ...wireMetric({ key, ...point }), run_id: runId })));
        left -= points.length;
        if (left <= 0) break;
      }
      return { metrics };
    },
  });
  api.add("GET metrics/get-history-bulk-interval", {
    fields: {
      run_ids: optional("texts"),
      metric_key: required("text"),
      start_step: optional("int"),
      end_step: optional("int"),
      max_results: optional("int"),
    },
    answer: async ({ run_ids = [], metric_key: key, start_step, end_step, max_results }) => {
      checkSteps(start_step, end_step);
      const points = countOf(max_results ?? INTERVAL_POINTS, MOST.interval);
      const runs = [];
      for (const runId of checkRuns(run_ids)) runs.push({ runId, runNo: (await getRunInfo(store.db, runId)).run_no });
      const curves = await sampledCurves(store, runs, { key, points, from: start_step, to: end_step });
      const metrics = curves.flatMap(({ runId, points: sampled }) =>
        sampled.map((point) => ({ ...wireMetric({ key, ...point }), run_id: runId })),
      );
      return metrics.length === 0 ? {} : { metrics };
    },
  });
}

function checkBulk(ids: readonly string[], key: string): void {
  if (ids.length === 0) throw invalid("GetMetricHistoryBulk request must specify at least one run_id.");
  if (ids.length > MOST.runs) {
    throw invalid(
      `GetMetricHistoryBulk request cannot specify more than ${MOST.runs} run_ids. Received ${ids.length} run_ids.`,
    );
  }
  if (key === "") throw invalid("GetMetricHistoryBulk request must specify a metric_key.");
}

function checkRuns(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) {
    throw invalid(
      "Missing value for required parameter 'run_ids'. See the API docs for more information about request parameters.",
    );
  }
  if (ids.length > MOST.runs) {
    throw invalid(
      `GetMetricHistoryBulkInterval request must specify at most ${MOST.runs} run_ids. Received ${ids.length} run_ids.`,
    );
  }
  return ids;
}

function checkSteps(start: number | bigint | undefined, end: number | bigint | undefined): void {
  if ((start === undefined) !== (end === undefined)) {
    throw invalid("If either start step or end step are specified, both must be specified.");
  }
  if (start !== undefined && end !== undefined && start > end) {
    throw invalid(`end_step must be greater than start_step. Found start_step=${start} and end_step=${end}.`);
  }
}

function countOf(count: number | bigint, most: number): number {
  if (count < 1 || count > most) throw invalid(`max_results must be between 1 and ${most}.`);
  return Number(count);
}
