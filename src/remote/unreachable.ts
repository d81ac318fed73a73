import { Failure } from "../base/failure.ts";

/** A machine or a server does not answer: the state of its work is unknown, but it may still be running. */
export class Unreachable extends Failure {
  constructor(message: string, options: { hint: string; cause?: unknown }) {
    super("outside", message, options);
  }
}
