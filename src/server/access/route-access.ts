import type { Ability } from "./roles.ts";

/**
 * Every route, by what it needs. Routes under `/ajax-api` need what those under `/api` do. A server that has a route
 * without a row here does not start.
 */
const ROUTES: Readonly<Record<Ability, readonly string[]>> = {
  public: [
    "GET /health",
    "GET /version",
    "GET /api/3.0/mlflow/server-info",
    "GET /api/v1/server",
    "POST /api/v1/label/session",
    "GET /api/v1/label/session",
    "GET /api/v1/openapi.json",
    "GET /*",
    "GET /api/v1/session",
    "POST /api/v1/session",
    "POST /api/v1/session/end",
  ],
  member: [
    "POST /api/v1/label/sign-out",
    "POST /api/v1/label/:task/items",
    "POST /api/v1/label/:task/answers",
    "POST /api/v1/label/:task/undo",
    "GET /api/v1/label/:task/disputes",
    "POST /api/v1/label/:task/decisions",
  ],
  read: [
    "GET /api/2.0/mlflow/experiments/get",
    "GET /api/2.0/mlflow/experiments/get-by-name",
    "GET /api/2.0/mlflow/runs/get",
    "POST /api/2.0/mlflow/runs/search",
    "GET /api/2.0/mlflow/experiments/search",
    "POST /api/2.0/mlflow/experiments/search",
    "POST /api/2.0/mlflow/experiments/search-datasets",
    "GET /api/2.0/mlflow/metrics/get-history",
    "GET /api/2.0/mlflow/metrics/get-history-bulk",
    "GET /api/2.0/mlflow/metrics/get-history-bulk-interval",
    "POST /api/2.0/mlflow/logged-models/search",
    "GET /api/2.0/mlflow/logged-models/:model_id",
    "GET /api/2.0/mlflow/logged-models/:model_id/artifacts/directories",
    "GET /api/2.0/mlflow/registered-models/get",
    "GET /api/2.0/mlflow/registered-models/search",
    "GET /api/2.0/mlflow/registered-models/get-latest-versions",
    "POST /api/2.0/mlflow/registered-models/get-latest-versions",
    "GET /api/2.0/mlflow/registered-models/alias",
    "GET /api/2.0/mlflow/model-versions/get",
    "GET /api/2.0/mlflow/model-versions/get-download-uri",
    "GET /api/2.0/mlflow/model-versions/search",
    "GET /api/2.0/mlflow/artifacts/list",
    "GET /get-artifact",
    "GET /ajax-api/2.0/mlflow/get-artifact",
    "GET /api/2.0/mlflow-artifacts/artifacts/*",
    "GET /api/2.0/mlflow-artifacts/artifacts",
    "POST /api/3.0/mlflow/traces/search",
    "GET /api/3.0/mlflow/traces/batchGet",
    "GET /api/3.0/mlflow/traces/get",
    "GET /api/3.0/mlflow/traces/:trace_id",
    "GET /api/v1/programme",
    "GET /api/v1/programme/reports/:kind",
    "GET /api/v1/runs",
    "GET /api/v1/runs/:id",
    "GET /api/v1/runs/:id/metrics",
    "GET /api/v1/releases",
    "GET /api/v1/runs/:id/events",
    "GET /api/v1/runs/:id/guard",
    "GET /api/v1/alerts",
    "GET /api/v1/money",
    "GET /api/v1/budgets",
    "GET /api/v1/ledger",
    "POST /api/v1/ledger/verify",
    "GET /api/v1/comply",
    "GET /api/v1/training/jobs",
    "GET /api/v1/training/jobs/:id",
    "GET /api/v1/labels",
    "GET /api/v1/labels/:task",
    "GET /api/v1/labels/:task/agreement",
    "GET /api/v1/labels/:task/answers",
    "GET /api/v1/labels/:task/disputes",
    "GET /api/v1/watch",
  ],
  log: [
    "POST /api/2.0/mlflow/experiments/create",
    "POST /api/2.0/mlflow/experiments/update",
    "POST /api/2.0/mlflow/experiments/delete",
    "POST /api/2.0/mlflow/experiments/restore",
    "POST /api/2.0/mlflow/experiments/set-experiment-tag",
    "POST /api/2.0/mlflow/experiments/delete-experiment-tag",
    "POST /api/2.0/mlflow/runs/create",
    "POST /api/2.0/mlflow/runs/update",
    "POST /api/2.0/mlflow/runs/delete",
    "POST /api/2.0/mlflow/runs/restore",
    "POST /api/2.0/mlflow/runs/delete-tag",
    "POST /api/2.0/mlflow/runs/log-batch",
    "POST /api/2.0/mlflow/runs/log-metric",
    "POST /api/2.0/mlflow/runs/log-parameter",
    "POST /api/2.0/mlflow/runs/set-tag",
    "POST /api/2.0/mlflow/runs/log-inputs",
    "POST /api/2.0/mlflow/runs/outputs",
    "POST /api/2.0/mlflow/runs/log-model",
    "POST /api/2.0/mlflow/logged-models",
    "PATCH /api/2.0/mlflow/logged-models/:model_id",
    "DELETE /api/2.0/mlflow/logged-models/:model_id",
    "PATCH /api/2.0/mlflow/logged-models/:model_id/tags",
    "DELETE /api/2.0/mlflow/logged-models/:model_id/tags/:tag_key",
    "POST /api/2.0/mlflow/logged-models/:model_id/params",
    "POST /api/2.0/mlflow/registered-models/create",
    "POST /api/2.0/mlflow/registered-models/rename",
    "PATCH /api/2.0/mlflow/registered-models/update",
    "DELETE /api/2.0/mlflow/registered-models/delete",
    "POST /api/2.0/mlflow/registered-models/set-tag",
    "DELETE /api/2.0/mlflow/registered-models/delete-tag",
    "POST /api/2.0/mlflow/registered-models/alias",
    "DELETE /api/2.0/mlflow/registered-models/alias",
    "POST /api/2.0/mlflow/model-versions/create",
    "PATCH /api/2.0/mlflow/model-versions/update",
    "POST /api/2.0/mlflow/model-versions/transition-stage",
    "DELETE /api/2.0/mlflow/model-versions/delete",
    "POST /api/2.0/mlflow/model-versions/set-tag",
    "DELETE /api/2.0/mlflow/model-versions/delete-tag",
    "PUT /api/2.0/mlflow-artifacts/artifacts/*",
    "DELETE /api/2.0/mlflow-artifacts/artifacts/*",
    "POST /api/3.0/mlflow/traces",
    "POST /v1/traces",
    "POST /api/v1/synthesis-spend",
    "POST /api/v1/runs/:id/close",
    "POST /api/v1/training/jobs",
    "POST /api/v1/training/jobs/:id/stop",
    "POST /api/v1/labels",
    "POST /api/v1/labels/:task/rows",
    "POST /api/v1/labels/:task/invitations",
    "POST /api/v1/labels/:task/removals",
    "POST /api/v1/labels/:task/answers",
    "POST /api/v1/labels/:task/decisions",
    "POST /api/v1/labels/:task/seals",
    "POST /api/v1/watch/checks",
    "POST /api/v1/watch/marks",
    "POST /api/v1/watch/forget",
    "POST /ajax-api/2.0/mlflow/upload-artifact",
  ],
  spend: [
    "POST /api/v1/reservations",
    "POST /api/v1/reservations/:runId/release",
    "DELETE /api/v1/reservations/:runId",
  ],
  money: [
    "POST /api/v1/budgets",
    "POST /api/v1/bills",
    "POST /api/v1/alerts",
    "POST /api/v1/ledger/spend",
    "POST /api/v1/ledger/settle",
  ],
  audit: ["GET /api/v1/accounts"],
  admin: [
    "POST /api/v1/accounts",
    "POST /api/v1/accounts/:name/token",
    "POST /api/v1/accounts/:name/role",
    "POST /api/v1/accounts/:name/revocation",
  ],
};

const NEEDS: ReadonlyMap<string, Ability> = new Map(
  (Object.entries(ROUTES) as [Ability, readonly string[]][]).flatMap(([ability, routes]) =>
    routes.map((route) => [route, ability] as const),
  ),
);

/**
 * What a route needs.
 *
 * @param path  as it was registered, as in `/api/v1/runs/:id`
 * @throws Error where the table has no row for it
 */
export function abilityFor(method: string, path: string): Ability {
  const ability = NEEDS.get(`${method} ${path}`) ?? NEEDS.get(`${method} ${path.replace(/^\/ajax-api\//, "/api/")}`);
  if (ability === undefined) throw new Error(`${method} ${path}: say in server/access/route-access.ts what it needs`);
  return ability;
}

/** Every row, as `POST /api/v1/budgets`. */
export function accessRows(): readonly string[] {
  return [...NEEDS.keys()];
}
