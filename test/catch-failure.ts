import { Failure } from "../src/base/failure.ts";

/** The Failure that an action throws; any other error, and none at all, fails the test. */
export function catchFailure(action: () => unknown): Failure {
  try {
    action();
  } catch (error) {
    return asFailure(error);
  }
  throw new Error("expected a Failure, and nothing was thrown");
}

/** Like `catchFailure`, for an asynchronous action. */
export async function catchFailureAsync(action: () => Promise<unknown>): Promise<Failure> {
  try {
    await action();
  } catch (error) {
    return asFailure(error);
  }
  throw new Error("expected a Failure, and nothing was thrown");
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
