import * as z from "zod";

import { FAILURES, type FailureKind } from "../base/failure.ts";

const KINDS = Object.keys(FAILURES) as FailureKind[];

/** Output of `--json` if a command fails before it has a result. */
export const FailureAnswer = z.strictObject({
  error: z
    .strictObject({
      kind: z.enum([...KINDS, "bug"]).describe("Kind of failure; bug: an error in Tunewright itself"),
      message: z.string().describe("What is wrong and where, with the given value"),
      hint: z.string().nullable().describe("What to do; null if no remedy is known"),
    })
    .describe("The failure"),
});
export type FailureAnswer = z.infer<typeof FailureAnswer>;
