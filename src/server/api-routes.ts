import { Hono, type HonoRequest, type MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";

import { Failure } from "../base/failure.ts";
import { goneFailure, hasGone } from "./body-limit.ts";
import type { ServerContext } from "./context.ts";
import { errorResponse, isMlflowPath } from "./error-response.ts";
import type { Fields } from "./mlflow/fields.ts";
import { jsonResponse, MlflowApi } from "./mlflow/mlflow-api.ts";
import { RestApi } from "./rest-api.ts";
import { addAccountRoutes } from "./routes/accounts.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addArtifactRoutes, addRunArtifactRoutes } from "./routes/mlflow/artifacts.ts";
import { addAssessmentRoutes, addTraceTagRoutes } from "./routes/mlflow/assessments.ts";
import { addExperimentRoutes } from "./routes/mlflow/experiments.ts";
import { addHistoryRoutes } from "./routes/mlflow/history.ts";
import { addLoggedModelRoutes } from "./routes/mlflow/logged-models.ts";
import { addLoggingRoutes, addOutputRoutes } from "./routes/mlflow/logging.ts";
import { addRegistryRoutes } from "./routes/mlflow/registered-models.ts";
import { addRunRoutes as addMlflowRunRoutes } from "./routes/mlflow/runs.ts";
import { addSearchRoutes } from "./routes/mlflow/search.ts";
import { addVersionRoutes } from "./routes/mlflow/model-versions.ts";
import { addTraceRoutes } from "./routes/mlflow/traces.ts";
import { addLabelRoutes } from "./routes/label.ts";
import { addLabelTaskRoutes } from "./routes/labels.ts";
import { addAuditRoutes } from "./routes/audit.ts";
import { addComplyRoutes } from "./routes/comply.ts";
import { addPaperRoutes } from "./routes/papers.ts";
import { addPeriodRoutes } from "./routes/periods.ts";
import { addBudgetRoutes } from "./routes/budgets.ts";
import { addMoneyRoutes } from "./routes/money.ts";
import { addOtlpRoutes } from "./routes/otlp/traces.ts";
import { addProgrammeRoutes } from "./routes/programme.ts";
import { addRunRoutes } from "./routes/runs.ts";
import { addSessionRoutes } from "./routes/session.ts";
import { addEvaluationRoutes } from "./routes/evaluations.ts";
import { addSweepRoutes } from "./routes/sweeps.ts";
import { addTrainingRoutes } from "./routes/training.ts";
import { addWatchRoutes } from "./routes/watch.ts";

/** Largest nesting depth of values in a request, because code that walks them is recursive. */
const TOO_DEEP = new Failure("bad_input", "the request is nested too deeply", { hint: "send a flat object" });

function isTooDeep(error: Error): boolean {
  return error instanceof RangeError && error.message === "Maximum call stack size exceeded";
}

/** Only the routes, for a thread: access is checked before the request reaches it. */
export function createReadApp(context: ServerContext): Hono {
  const app = appWithErrors(context);
  app.use(takeCaller);
  addMlflowRoutes(app, context);
  addRestRoutes(app, context);
  return app;
}

const takeCaller: MiddlewareHandler = (c, next) => {
  c.set("caller", c.env.caller);
  return next();
};

/**
 * A disk failure without the path of the data folder, which clients need not know; the log contains the complete text.
 */
function withoutFolder(error: Error, { store: { dataDir }, log }: ServerContext): Error {
  if (!(error instanceof Failure) || error.kind !== "outside") return error;
  const message = error.message.replaceAll(`${dataDir}/`, "").replaceAll(dataDir, "the data folder");
  if (message === error.message) return error;
  log(`failed: ${error.message}`);
  return new Failure(error.kind, message, { hint: error.hint, cause: error });
}

/** MLflow's words, after which its client sends a large artifact as one file instead of in parts. */
const NO_PARTS = "Multipart upload is not supported for the current artifact repository";

/** An app without routes: the only place where errors become responses. */
export function appWithErrors(context: ServerContext): Hono {
  const app = new Hono();
  app.onError((thrown, c) => {
    if (thrown instanceof HTTPException) return thrown.getResponse();
    const error = isTooDeep(thrown) ? TOO_DEEP : hasGone(c) ? goneFailure() : thrown;
    if (!(error instanceof Failure)) context.log(`bug: ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return errorResponse(withoutFolder(error, context), c.req.path);
  });
  app.notFound((c) => notFound(c.req));
  return app;
}

function notFound({ method, path }: HonoRequest): Response {
  if (/^\/(ajax-)?api\/2\.0\/mlflow-artifacts\/mpu\//.test(path)) {
    return jsonResponse({ error_code: "NOT_IMPLEMENTED", message: NO_PARTS }, 501);
  }
  if (isMlflowPath(path)) {
    return jsonResponse({ error_code: "ENDPOINT_NOT_FOUND", message: `No such endpoint: ${method} ${path}` }, 404);
  }
  return errorResponse(new Failure("not_found", `no such page: ${path}`, { hint: "the pages start at /" }), path);
}

/**
 * Adds the routes of MLflow's client and its pages, and of spans by OTLP. @returns the calls with the fields that they
 * read
 */
export function addMlflowRoutes(app: Hono, context: ServerContext): ReadonlyMap<string, Fields> {
  const mlflow = new MlflowApi(app, context);
  addExperimentRoutes(mlflow);
  addMlflowRunRoutes(mlflow);
  addLoggingRoutes(mlflow);
  addOutputRoutes(mlflow);
  addSearchRoutes(mlflow);
  addHistoryRoutes(mlflow);
  addLoggedModelRoutes(mlflow);
  addRegistryRoutes(mlflow);
  addVersionRoutes(mlflow);
  addRunArtifactRoutes(app, mlflow);
  addArtifactRoutes(app, context);
  addTraceTagRoutes(mlflow);
  const version3 = new MlflowApi(app, context, ["/api/3.0/mlflow", "/ajax-api/3.0/mlflow"]);
  addTraceRoutes(version3);
  addAssessmentRoutes(version3);
  addOtlpRoutes(app, context);
  return new Map([...mlflow.calls, ...version3.calls]);
}

/** The REST API for the pages and the commands. */
export function addRestRoutes(app: Hono, context: ServerContext): RestApi {
  const rest = new RestApi(app, context);
  addHealthRoutes(app, rest);
  addSessionRoutes(rest);
  addAccountRoutes(rest);
  addProgrammeRoutes(rest);
  addRunRoutes(rest);
  addMoneyRoutes(rest);
  addBudgetRoutes(rest);
  addPeriodRoutes(rest);
  addComplyRoutes(rest);
  addPaperRoutes(rest);
  addAuditRoutes(rest);
  addEvaluationRoutes(rest);
  addTrainingRoutes(rest);
  addSweepRoutes(rest);
  addLabelRoutes(rest);
  addLabelTaskRoutes(rest);
  addWatchRoutes(rest);
  return rest;
}
