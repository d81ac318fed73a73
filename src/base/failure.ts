/** All kinds of failures that a user can cause, with exit code and HTTP status. Any other thrown error is a bug. */
export const FAILURES = {
  bad_input: { exit: 2, http: 400, meaning: "an argument, a file or a field is invalid" },
  not_found: { exit: 3, http: 404, meaning: "a file, a model, a GPU or a record does not exist" },
  over_budget: { exit: 4, http: 409, meaning: "the action would exceed a budget or a cap" },
  check_failed: { exit: 5, http: 422, meaning: "a gate or a check ran and did not pass" },
  outside: { exit: 6, http: 502, meaning: "a disk, a database or a service outside Tunewright failed" },
  interrupted: { exit: 130, http: 499, meaning: "the user or the system stopped the command (SIGINT, SIGTERM)" },
} as const;

/** Name of a row in `FAILURES`. */
export type FailureKind = keyof typeof FAILURES;

/** A failure with its remedy: `message` states what is wrong and where, `hint` what to do or type next. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly kind: FailureKind;
  readonly hint: string | undefined;

  constructor(kind: FailureKind, message: string, options: ErrorOptions & { hint?: string | undefined } = {}) {
    super(message, options);
    this.kind = kind;
    this.hint = options.hint;
  }
}

/**
 * Runs an action and prefixes the message of its failure with the file, unless the message already names it.
 *
 * @throws Failure of the action, with the file
 */
export async function namingFile<T>(file: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Failure) || error.message.includes(file)) throw error;
    throw new Failure(error.kind, `${file}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

/** True for an operating system error with one of these codes (`ENOENT`, `ENOSPC`, ...). */
export function isSystemError(error: unknown, ...codes: string[]): error is Error & { code: string } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    (codes.length === 0 || codes.includes(error.code))
  );
}
