import { Failure } from "../../base/failure.ts";

/** Status of a request that is rejected because of its sender, with MLflow's code. @source mlflow 3.11 exceptions.py */
const STATUSES = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  429: "REQUEST_LIMIT_EXCEEDED",
} as const;

/**
 * A request that is rejected because of its sender: unknown (401), not permitted (403), too many wrong tokens (429).
 */
export class AccessFailure extends Failure {
  readonly status: keyof typeof STATUSES;
  readonly headers: Readonly<Record<string, string>>;
  readonly code: (typeof STATUSES)[keyof typeof STATUSES];

  /** @param said hint, and headers of the response */
  constructor(
    status: keyof typeof STATUSES,
    message: string,
    said: { hint: string; headers?: Readonly<Record<string, string>> },
  ) {
    super("bad_input", message, { hint: said.hint });
    this.headers = said.headers ?? {};
    this.status = status;
    this.code = STATUSES[status];
  }
}
