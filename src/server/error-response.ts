import { FAILURES, Failure } from "../base/failure.ts";
import type { FailureAnswer } from "../domain/failure-answer.ts";
import { AccessFailure } from "./access/access-failure.ts";
import { TrackFailure } from "../track/track-failure.ts";
import { jsonResponse } from "./mlflow/mlflow-api.ts";

/** MLflow's code, class and status of a failure outside tracking. @source mlflow 3.11 exceptions.py */
const MLFLOW = {
  bad_input: { code: "INVALID_PARAMETER_VALUE", status: 400 },
  not_found: { code: "RESOURCE_DOES_NOT_EXIST", status: 404 },
  over_budget: { code: "RESOURCE_CONFLICT", status: 409 },
  check_failed: { code: "INVALID_STATE", status: 500 },
  outside: { code: "TEMPORARILY_UNAVAILABLE", status: 503 },
  interrupted: { code: "TEMPORARILY_UNAVAILABLE", status: 503 },
} as const;

const BUG = "internal error; the log of the server has the details";

/** True for paths on which errors have MLflow's form. */
export function isMlflowPath(path: string): boolean {
  return /^\/((ajax-)?api\/[23]\.0\/|v1\/|get-artifact|\/?model-versions\/|version|health)/.test(path);
}

/** The response to a failed request: MLflow's form under its paths, ours elsewhere. Details of a bug are not shown. */
export function errorResponse(error: unknown, path: string): Response {
  const failure = error instanceof Failure ? error : undefined;
  if (isMlflowPath(path)) return withHeaders(mlflowError(failure), failure);
  const status =
    failure === undefined ? 500 : failure instanceof AccessFailure ? failure.status : FAILURES[failure.kind].http;
  const answer: FailureAnswer = {
    error: { kind: failure?.kind ?? "bug", message: failure?.message ?? BUG, hint: failure?.hint ?? null },
  };
  return withHeaders(jsonResponse(answer, status), failure);
}

function withHeaders(response: Response, failure: Failure | undefined): Response {
  if (!(failure instanceof AccessFailure)) return response;
  for (const [name, value] of Object.entries(failure.headers)) response.headers.set(name, value);
  return response;
}

function mlflowError(failure: Failure | undefined): Response {
  if (failure === undefined) return jsonResponse({ error_code: "INTERNAL_ERROR", message: BUG }, 500);
  const known = MLFLOW[failure.kind];
  const status = failure instanceof AccessFailure ? failure.status : known.status;
  const code = failure instanceof TrackFailure || failure instanceof AccessFailure ? failure.code : known.code;
  const { message } = failure;
  // MLflow's own test of paths wants these two fields and no other
  if (message === "Invalid path") return jsonResponse({ error_code: code, message }, status);
  const error_class = code === "RESOURCE_DOES_NOT_EXIST" ? "RESOURCE_NOT_FOUND" : code;
  return jsonResponse({ error_code: code, message, sqlstate: "KAM00", error_class }, status);
}
