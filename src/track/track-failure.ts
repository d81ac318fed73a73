import { Failure, type FailureKind } from "../base/failure.ts";

/** Error codes of MLflow used by tracking, and the kind of failure of each. */
const CODES = {
  INVALID_PARAMETER_VALUE: "bad_input",
  BAD_REQUEST: "bad_input",
  RESOURCE_ALREADY_EXISTS: "bad_input",
  RESOURCE_DOES_NOT_EXIST: "not_found",
  INVALID_STATE: "check_failed",
} as const satisfies Record<string, FailureKind>;

/** Name of an error in MLflow's client. */
export type TrackCode = keyof typeof CODES;

/** A failure of tracking, with MLflow's code. MLflow's own messages are used if its clients match them. */
export class TrackFailure extends Failure {
  readonly code: TrackCode;

  constructor(code: TrackCode, message: string, hint?: string) {
    super(CODES[code], message, { hint });
    this.code = code;
  }
}

/** Shorthand for the most frequent code. */
export function invalid(message: string, hint?: string): TrackFailure {
  return new TrackFailure("INVALID_PARAMETER_VALUE", message, hint);
}
