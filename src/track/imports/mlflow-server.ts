import * as z from "zod";

import { httpUrl } from "../../base/api-endpoint.ts";
import { parseExactJson } from "../../base/exact-json.ts";
import { Failure } from "../../base/failure.ts";
import { toInt64 } from "../../base/int64.ts";
import { askHttp, HttpError } from "../../remote/ask-http.ts";
import type { DatasetInput } from "../inputs.ts";
import type { MetricPoint } from "../points.ts";
import type { ForeignArtifact, ForeignRun, ForeignTracker } from "./foreign-run.ts";

/** Default timeout of one request. */
const TIMEOUT_MS = 60_000;
const MOST_JSON_BYTES = 256 * 2 ** 20;
const MOST_FILE_BYTES = 4 * 2 ** 30;

/** Number of runs and points per response. */
const RUNS_PER_PAGE = 200;
const POINTS_PER_PAGE = 25_000;

const Integer = z.union([z.number(), z.bigint(), z.string()]);
const Pair = z.object({ key: z.string(), value: z.string().default("") });
const RunAnswer = z.object({
  info: z.object({
    run_id: z.string(),
    experiment_id: z.string(),
    run_name: z.string().default(""),
    user_id: z.string().default(""),
    status: z.enum(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]),
    start_time: Integer.optional(),
    end_time: Integer.optional(),
    lifecycle_stage: z.string().default("active"),
  }),
  data: z
    .object({
      metrics: z.array(z.object({ key: z.string() })).default([]),
      params: z.array(Pair).default([]),
      tags: z.array(Pair).default([]),
    })
    .prefault({}),
  inputs: z
    .object({
      dataset_inputs: z
        .array(
          z.object({
            tags: z.array(Pair).default([]),
            dataset: z.object({
              name: z.string(),
              digest: z.string(),
              source_type: z.string().default(""),
              source: z.string().default(""),
              schema: z.string().optional(),
              profile: z.string().optional(),
            }),
          }),
        )
        .default([]),
    })
    .prefault({}),
});
type RunAnswer = z.infer<typeof RunAnswer>;

const Experiments = z.object({
  experiments: z.array(z.object({ experiment_id: z.string(), name: z.string() })).default([]),
  next_page_token: z.string().optional(),
});
const Runs = z.object({ runs: z.array(RunAnswer).default([]), next_page_token: z.string().optional() });
const History = z.object({
  metrics: z
    .array(
      z.object({
        key: z.string(),
        value: z.union([z.number(), z.string()]),
        timestamp: Integer,
        step: Integer.default(0),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
});
const Files = z.object({
  files: z
    .array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: Integer.optional() }))
    .default([]),
});

/**
 * Opens an MLflow server for reading over its REST API.
 *
 * @param access a token, sent as Bearer, and the timeout of one request in ms; default: 60 s
 * @throws Failure outside if it does not answer, bad_input if it is not an MLflow server
 */
export async function openMlflowServer(url: string, access: ServerAccess = {}): Promise<ForeignTracker> {
  const server = new MlflowServer(url, access);
  const experiments = await server.experiments();
  return { skipped: new Map(), runs: () => runsOf(server, experiments), close: () => undefined };
}

async function* runsOf(server: MlflowServer, experiments: ReadonlyMap<string, string>): AsyncIterable<ForeignRun> {
  for (const [id, name] of experiments) {
    for await (const run of server.runs(id)) yield foreignRun(server, run, name);
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

/** Token and timeout for an MLflow server. */
export type ServerAccess = { token?: string | undefined; timeoutMs?: number | undefined };

class MlflowServer {
  readonly #base: URL;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;

  constructor(url: string, { token, timeoutMs = TIMEOUT_MS }: ServerAccess) {
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
    const { status, body } = await this.#ask("GET", `get-artifact?${query.toString()}`, { mostBytes: MOST_FILE_BYTES });
    if (status !== 200) throw new Failure("outside", `the server answered ${status} for the file ${path}`);
    yield body;
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
      });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      throw new Failure("outside", `${this.#base.host} does not answer: ${error.message}`, {
        hint: "check the address, then run the import again to continue",
        cause: error,
      });
    }
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
