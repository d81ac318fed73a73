import { Failure } from "../base/failure.ts";

/** A machine or server that does not respond: the state of its work is unknown, and it may still be running. */
export class Unreachable extends Failure {
  constructor(message: string, options: { hint: string; cause?: unknown }) {
    super("outside", message, options);
  }
}
