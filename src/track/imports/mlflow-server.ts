import { writeExactJson } from "../../base/exact-json.ts";
import { toInt64 } from "../../base/int64.ts";
import type { DatasetInput } from "../inputs.ts";
import type { MetricPoint } from "../points.ts";
import type { ForeignArtifact } from "./foreign-artifact.ts";
import { type ForeignRun, type ForeignTracker, skip } from "./foreign-run.ts";
import { Experiments, Files, History, type RunAnswer, Runs, Traces, valueOf } from "./mlflow-answers.ts";
import { MlflowHttp, type ServerAccess } from "./mlflow-http.ts";
import { serverModels } from "./mlflow-server-models.ts";

/** Number of runs and points per response. */
const RUNS_PER_PAGE = 200;
const POINTS_PER_PAGE = 25_000;

/**
 * Opens an MLflow server for reading over its REST API.
 *
 * @param access a token, sent as Bearer, and the timeout of one request in ms; default: 60 s
 * @throws Failure outside if it does not answer, bad_input if it is not an MLflow server
 */
export async function openMlflowServer(url: string, access: ServerAccess = {}): Promise<ForeignTracker> {
  const http = new MlflowHttp(url, access);
  const server = new MlflowRuns(http);
  const experiments = await server.experiments();
  const skipped = new Map<string, number>();
  return {
    skipped,
    runs: () => runsOf(server, experiments),
    models: serverModels(http, experiments),
    countRest: async () => {
      for (const id of experiments.keys()) {
        if (await server.hasTraces(id)) skip(skipped, "experiment with traces (not imported)");
      }
    },
    close: () => undefined,
  };
}

async function* runsOf(server: MlflowRuns, experiments: ReadonlyMap<string, string>): AsyncIterable<ForeignRun> {
  for (const [id, name] of experiments) {
    for await (const run of server.runs(id)) yield foreignRun(server, run, name);
  }
}

function foreignRun(server: MlflowRuns, { info, data, inputs, outputs }: RunAnswer, experiment: string): ForeignRun {
  return {
    id: info.run_id,
    experiment,
    name: info.run_name,
    user: info.user_id,
    status: info.status,
    startMs: toInt64(info.start_time) ?? 0,
    endMs: toInt64(info.end_time) ?? null,
    isDeleted: info.lifecycle_stage === "deleted",
    params: data.params,
    tags: data.tags,
    datasets: inputs.dataset_inputs.map(({ dataset, tags }): DatasetInput => ({
      name: dataset.name,
      digest: dataset.digest,
      sourceType: dataset.source_type,
      source: dataset.source,
      schema: dataset.schema ?? null,
      profile: dataset.profile ?? null,
      tags,
    })),
    models: [
      ...inputs.model_inputs.map(({ model_id }) => ({ direction: "input" as const, modelId: model_id, step: 0 })),
      ...outputs.model_outputs.map(({ model_id, step }) => ({
        direction: "output" as const,
        modelId: model_id,
        step: toInt64(step) ?? 0,
      })),
    ],
    points: () =>
      server.points(
        info.run_id,
        data.metrics.map(({ key }) => key),
      ),
    extent: writeExactJson(data.metrics),
    artifacts: () => server.artifacts(info.run_id, ""),
  };
}

/** The calls about experiments and runs. */
class MlflowRuns {
  readonly #http: MlflowHttp;

  constructor(http: MlflowHttp) {
    this.#http = http;
  }

  async experiments(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const pages = this.#http.pages((page) => {
      const body = { max_results: 1000, view_type: "ALL", ...page };
      return this.#http.json("POST", "api/2.0/mlflow/experiments/search", { body, schema: Experiments });
    });
    for await (const { experiments } of pages) {
      for (const { experiment_id, name } of experiments) found.set(experiment_id, name);
    }
    return found;
  }

  async hasTraces(experimentId: string): Promise<boolean> {
    const place = { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experimentId } };
    const body = { locations: [place], max_results: 1 };
    const found = await this.#http.json("POST", "api/3.0/mlflow/traces/search", { body, schema: Traces, orNone: true });
    return found.traces.length > 0;
  }

  async *runs(experimentId: string): AsyncIterable<RunAnswer> {
    const pages = this.#http.pages((page) => {
      const body = {
        experiment_ids: [experimentId],
        run_view_type: "ALL",
        max_results: RUNS_PER_PAGE,
        order_by: ["attributes.start_time ASC"],
        ...page,
      };
      return this.#http.json("POST", "api/2.0/mlflow/runs/search", { body, schema: Runs });
    });
    for await (const { runs } of pages) yield* runs;
  }

  async *points(runId: string, keys: readonly string[]): AsyncIterable<MetricPoint> {
    for (const key of keys) {
      const words = { run_id: runId, metric_key: key, max_results: String(POINTS_PER_PAGE) };
      const pages = this.#http.pages((page) => {
        const query = new URLSearchParams({ ...words, ...page }).toString();
        return this.#http.json("GET", `api/2.0/mlflow/metrics/get-history?${query}`, { schema: History });
      });
      for await (const { metrics } of pages) {
        for (const { value, timestamp, step } of metrics) {
          yield { key, value: valueOf(value), timestamp: toInt64(timestamp) ?? 0, step: toInt64(step) ?? 0 };
        }
      }
    }
  }

  async *artifacts(runId: string, folder: string): AsyncIterable<ForeignArtifact> {
    const query = new URLSearchParams({ run_id: runId, ...(folder === "" ? {} : { path: folder }) });
    const answer = await this.#http.json("GET", `api/2.0/mlflow/artifacts/list?${query.toString()}`, {
      schema: Files,
      orNone: true,
    });
    for (const { path, is_dir: isFolder, file_size: size } of answer.files) {
      if (isFolder) yield* this.artifacts(runId, path);
      else {
        const place = `get-artifact?${new URLSearchParams({ run_id: runId, path }).toString()}`;
        yield { path, sizeBytes: Number(size ?? 0), content: () => this.#http.file(place, path) };
      }
    }
  }
}
