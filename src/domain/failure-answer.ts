import * as z from "zod";

import { FAILURES, type FailureKind } from "../base/failure.ts";

const KINDS = Object.keys(FAILURES) as FailureKind[];

/** What `--json` prints in place of an answer where a command failed before it had one. */
export const FailureAnswer = z.strictObject({
  error: z
    .strictObject({
      kind: z.enum([...KINDS, "bug"]).describe("Kind of failure; bug: a mistake in Tunewright itself"),
      message: z.string().describe("What is wrong, where, and the given value"),
      hint: z.string().nullable().describe("What to do; null if nothing is known to help"),
    })
    .describe("The failure"),
});
export type FailureAnswer = z.infer<typeof FailureAnswer>;
