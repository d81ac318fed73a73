import { Failure } from "../base/failure.ts";

/** A machine or a server does not answer: nothing is known of what runs there, which is not the end of it. */
export class Unreachable extends Failure {
  constructor(message: string, options: { hint: string; cause?: unknown }) {
    super("outside", message, options);
  }
}
