import type * as z from "zod";

import { httpUrl } from "../../base/api-endpoint.ts";
import { parseExactJson } from "../../base/exact-json.ts";
import { Failure } from "../../base/failure.ts";
import { toInt64 } from "../../base/int64.ts";
import { askHttp, downloadHttp, HttpError } from "../../remote/ask-http.ts";
import type { DatasetInput } from "../inputs.ts";
import type { MetricPoint } from "../points.ts";
import { type ForeignArtifact, type ForeignRun, type ForeignTracker, skip } from "./foreign-run.ts";
import { Experiments, Files, History, Logged, Registered, type RunAnswer, Runs, Traces } from "./mlflow-answers.ts";

/** Default timeout of one request. */
const TIMEOUT_MS = 60_000;
const MOST_JSON_BYTES = 256 * 2 ** 20;

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
  const server = new MlflowServer(url, access);
  const experiments = await server.experiments();
  const skipped = new Map<string, number>();
  return { skipped, runs: () => runsOf(server, experiments, skipped), close: () => undefined };
}

/** All runs; what is not imported is counted after them, so that a server that fails there has given its runs. */
async function* runsOf(
  server: MlflowServer,
  experiments: ReadonlyMap<string, string>,
  skipped: Map<string, number>,
): AsyncIterable<ForeignRun> {
  for (const [id, name] of experiments) {
    for await (const run of server.runs(id)) yield foreignRun(server, run, name);
  }
  skip(skipped, "registered model (not imported)", await server.registeredModels());
  for (const id of experiments.keys()) {
    if (await server.hasLoggedModels(id)) skip(skipped, "experiment with logged models (not imported)");
    if (await server.hasTraces(id)) skip(skipped, "experiment with traces (not imported)");
  }
}

function foreignRun(server: MlflowServer, { info, data, inputs }: RunAnswer, experiment: string): ForeignRun {
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
    points: () =>
      server.points(
        info.run_id,
        data.metrics.map(({ key }) => key),
      ),
    artifacts: () => server.artifacts(info.run_id, ""),
  };
}

/** Token and timeout for an MLflow server, and a signal that ends its requests. */
export type ServerAccess = {
  token?: string | undefined;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
};

class MlflowServer {
  readonly #base: URL;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #signal: { signal?: AbortSignal };

  constructor(url: string, { token, timeoutMs = TIMEOUT_MS, signal }: ServerAccess) {
    this.#signal = signal === undefined ? {} : { signal };
    this.#timeoutMs = timeoutMs;
    this.#base = httpUrl(url.endsWith("/") ? url : `${url}/`);
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async experiments(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    let page_token: string | undefined;
    do {
      const body = { max_results: 1000, view_type: "ALL", ...(page_token === undefined ? {} : { page_token }) };
      const answer = await this.#json("POST", "api/2.0/mlflow/experiments/search", { body, schema: Experiments });
      for (const { experiment_id, name } of answer.experiments) found.set(experiment_id, name);
      page_token = answer.next_page_token || undefined;
    } while (page_token !== undefined);
    return found;
  }

  /** Number of registered models; 0 if the server has no registry. */
  async registeredModels(): Promise<number> {
    let count = 0;
    let token = "";
    do {
      const query = new URLSearchParams({ max_results: "1000", ...(token === "" ? {} : { page_token: token }) });
      const path = `api/2.0/mlflow/registered-models/search?${query.toString()}`;
      const answer = await this.#json("GET", path, { schema: Registered, orNone: true });
      count += answer.registered_models.length;
      token = answer.next_page_token ?? "";
    } while (token !== "");
    return count;
  }

  async hasLoggedModels(experimentId: string): Promise<boolean> {
    const body = { experiment_ids: [experimentId], max_results: 1 };
    const found = await this.#json("POST", "api/2.0/mlflow/logged-models/search", {
      body,
      schema: Logged,
      orNone: true,
    });
    return found.models.length > 0;
  }

  async hasTraces(experimentId: string): Promise<boolean> {
    const place = { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experimentId } };
    const body = { locations: [place], max_results: 1 };
    const found = await this.#json("POST", "api/3.0/mlflow/traces/search", { body, schema: Traces, orNone: true });
    return found.traces.length > 0;
  }

  async *runs(experimentId: string): AsyncIterable<RunAnswer> {
    let page_token: string | undefined;
    do {
      const body = {
        experiment_ids: [experimentId],
        run_view_type: "ALL",
        max_results: RUNS_PER_PAGE,
        order_by: ["attributes.start_time ASC"],
        ...(page_token === undefined ? {} : { page_token }),
      };
      const answer = await this.#json("POST", "api/2.0/mlflow/runs/search", { body, schema: Runs });
      yield* answer.runs;
      page_token = answer.next_page_token || undefined;
    } while (page_token !== undefined);
  }

  async *points(runId: string, keys: readonly string[]): AsyncIterable<MetricPoint> {
    for (const key of keys) {
      let token = "";
      do {
        const query = new URLSearchParams({
          run_id: runId,
          metric_key: key,
          max_results: String(POINTS_PER_PAGE),
          ...(token === "" ? {} : { page_token: token }),
        });
        const answer = await this.#json("GET", `api/2.0/mlflow/metrics/get-history?${query.toString()}`, {
          schema: History,
        });
        for (const { value, timestamp, step } of answer.metrics) {
          yield { key, value: valueOf(value), timestamp: toInt64(timestamp) ?? 0, step: toInt64(step) ?? 0 };
        }
        token = answer.metrics.length === 0 ? "" : (answer.next_page_token ?? "");
      } while (token !== "");
    }
  }

  async *artifacts(runId: string, folder: string): AsyncIterable<ForeignArtifact> {
    const query = new URLSearchParams({ run_id: runId, ...(folder === "" ? {} : { path: folder }) });
    const answer = await this.#json("GET", `api/2.0/mlflow/artifacts/list?${query.toString()}`, {
      schema: Files,
      orNone: true,
    });
    for (const { path, is_dir: isFolder, file_size: size } of answer?.files ?? []) {
      if (isFolder) yield* this.artifacts(runId, path);
      else yield { path, sizeBytes: Number(size ?? 0), content: () => this.#file(runId, path) };
    }
  }

  async *#file(runId: string, path: string): AsyncIterable<Uint8Array> {
    const query = new URLSearchParams({ run_id: runId, path });
    try {
      const { status, content } = await downloadHttp(new URL(`get-artifact?${query.toString()}`, this.#base), {
        headers: this.#headers,
        silenceMs: this.#timeoutMs,
        ...this.#signal,
      });
      if (status !== 200) {
        throw new Failure("outside", `${this.#base.host} answered ${status} for the file ${path}`, {
          hint: "import again to continue, or without files: --skip-artifacts",
        });
      }
      yield* content;
    } catch (error) {
      throw this.#asFailure(error);
    }
  }

  async #json<Schema extends z.ZodType>(
    method: "GET" | "POST",
    path: string,
    { body, schema, orNone = false }: { body?: object; schema: Schema; orNone?: boolean },
  ): Promise<z.output<Schema>> {
    const answer = await this.#ask(method, path, { body, mostBytes: MOST_JSON_BYTES });
    const text = answer.body.toString("utf8");
    if (answer.status !== 200) {
      if (orNone && answer.status === 404) return schema.parse({});
      throw new Failure("outside", `${this.#base.host} answered ${answer.status}: ${text.slice(0, 200)}`, {
        hint: answer.status === 401 ? "pass a token in MLFLOW_TRACKING_TOKEN" : "check the address",
      });
    }
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new Failure("bad_input", `${this.#base.host} is not an MLflow server`, {
      hint: "use the value of MLFLOW_TRACKING_URI",
    });
  }

  async #ask(
    method: "GET" | "POST",
    path: string,
    { body, mostBytes }: { body?: object | undefined; mostBytes: number },
  ): Promise<{ status: number; body: Buffer }> {
    try {
      return await askHttp(new URL(path, this.#base), {
        method,
        headers: { ...this.#headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: this.#timeoutMs,
        mostBytes,
        ...this.#signal,
      });
    } catch (error) {
      throw this.#asFailure(error);
    }
  }

  #asFailure(error: unknown): unknown {
    if (!(error instanceof HttpError)) return error;
    return new Failure("outside", `${this.#base.host} does not answer: ${error.message}`, {
      hint: "check the address, then run the import again to continue",
      cause: error,
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

/** The value of a metric. The official server sends the largest double for infinity. */
function valueOf(value: number | string): number {
  const number = Number(
    value === "Infinity" ? Number.POSITIVE_INFINITY : value === "-Infinity" ? Number.NEGATIVE_INFINITY : value,
  );
  return Math.abs(number) === Number.MAX_VALUE ? Math.sign(number) * Number.POSITIVE_INFINITY : number;
}
