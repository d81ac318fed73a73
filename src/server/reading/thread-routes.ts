/**
 * Routes whose answer may take long to find or to serialise: a thread answers them, so that logging a metric meanwhile
 * does not wait. They only read, and keep nothing in memory. Routes under `/ajax-api` are handled like those under
 * `/api`.
 */
export const THREAD_ROUTES: ReadonlySet<string> = new Set([
  "POST /api/2.0/mlflow/runs/search",
  "GET /api/2.0/mlflow/experiments/search",
  "POST /api/2.0/mlflow/experiments/search",
  "POST /api/2.0/mlflow/experiments/search-datasets",
  "GET /api/2.0/mlflow/metrics/get-history",
  "GET /api/2.0/mlflow/metrics/get-history-bulk",
  "GET /api/2.0/mlflow/metrics/get-history-bulk-interval",
  "POST /api/2.0/mlflow/logged-models/search",
  "GET /api/2.0/mlflow/registered-models/search",
  "GET /api/2.0/mlflow/model-versions/search",
  "POST /api/3.0/mlflow/traces/search",
  "GET /api/3.0/mlflow/traces/batchGet",
  "GET /api/v1/runs",
  "GET /api/v1/runs/table",
  "GET /api/v1/runs/keys",
  "GET /api/v1/runs/curves",
  "GET /api/v1/runs/:id/metrics",
  "GET /api/v1/leakage",
  "GET /api/v1/activities",
  "GET /api/v1/chargeback",
  "GET /api/v1/month-pack",
  "GET /api/v1/ledger",
  "GET /api/v1/ledger/focus",
  "GET /api/v1/ledger/proof",
  "GET /api/v1/money",
  "GET /api/v1/budgets",
  "POST /api/v1/ledger/verify",
]);

/** Whether a thread answers a route. @param path as registered */
export function isForThread(method: string, path: string): boolean {
  return THREAD_ROUTES.has(`${method} ${path.replace(/^\/ajax-api\//, "/api/")}`);
}
