import type { Context } from "hono";

import { parseExactJson } from "../../base/exact-json.ts";
import { AccessFailure } from "./access-failure.ts";

/** Routes that the trainer of a run may call for that run. @source mlflow 3, `start_run` with a run id and its loggers */
const OF_RUN: ReadonlySet<string> = new Set([
  "GET /api/2.0/mlflow/runs/get",
  "POST /api/2.0/mlflow/runs/update",
  "POST /api/2.0/mlflow/runs/log-batch",
  "POST /api/2.0/mlflow/runs/log-metric",
  "POST /api/2.0/mlflow/runs/log-parameter",
  "POST /api/2.0/mlflow/runs/set-tag",
  "POST /api/2.0/mlflow/runs/log-inputs",
]);

/** Routes by which a client finds the experiment of its run: only names and tags of experiments. */
const OF_EXPERIMENT: ReadonlySet<string> = new Set([
  "GET /api/2.0/mlflow/experiments/get",
  "GET /api/2.0/mlflow/experiments/get-by-name",
]);

/** Maximum size of a body sent with a run token, bytes; MLflow sends batches of at most 1 MB. */
const MAX_BODY_BYTES = 4 * 2 ** 20;

/** Names of the run in a request; all must name the run of the token. */
const RUN_FIELDS = ["run_id", "run_uuid", "runId", "runUuid"];

/** Rejects a request with a run token that is not about this run. @throws AccessFailure 403 */
export async function mustBeOfRun(c: Context, route: string, runId: string): Promise<void> {
  if (OF_EXPERIMENT.has(route)) return;
  if (route === "GET /api/v1/runs/:id/guard" && c.req.path === `/api/v1/runs/${runId}/guard`) return;
  const named = OF_RUN.has(route) ? await runsNamed(c) : [];
  if (named.length > 0 && named.every((name) => name === runId)) return;
  throw new AccessFailure(403, "the token of a run only allows logging to this run", {
    hint: "use the token of an account: tunewright accounts create",
  });
}

async function runsNamed(c: Context): Promise<unknown[]> {
  const inQuery = RUN_FIELDS.flatMap((field) => c.req.queries(field) ?? []);
  if (c.req.method === "GET") return inQuery;
  // read before the limit of the routes applies; without a length it is not read at all
  if (!(Number(c.req.header("content-length")) <= MAX_BODY_BYTES)) return [];
  const body = parsed(await c.req.text());
  if (body === null || typeof body !== "object") return [];
  const inBody = Object.entries(body).flatMap(([key, value]) => (RUN_FIELDS.includes(key) ? [value as unknown] : []));
  return [...inQuery, ...inBody];
}

/** The body as parsed by the routes, so that both see the same value of a field that is given twice. */
function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
