import * as z from "zod";

import { Day } from "./source.ts";

/** A frozen version whose rows were deleted. */
export const WithdrawnVersion = z.strictObject({
  version: z.string().describe("Its folder"),
  rows: z.int().min(1).describe("Rows that had to be deleted (n)"),
  replacedBy: z.string().nullable().describe("Folder of the version with its other rows; null if there are none"),
  locks: z.array(z.string()).describe("Sets of testset.lock that were pinned to it and are pinned to the new one"),
});
export type WithdrawnVersion = z.infer<typeof WithdrawnVersion>;

/** Selection of the records to delete from the database: by request id, by user, or by age. */
export const ForgetRecords = z.strictObject({
  programme: z.string().min(1).describe("Name of the programme"),
  ids: z.array(z.string()).describe("Requests"),
  user: z.string().min(1).nullable().default(null).describe("Also traces that name this user"),
  before: Day.nullable().default(null).describe("Also traces before this day, UTC"),
  isDryRun: z.boolean().describe("Count only"),
});
export type ForgetRecords = z.infer<typeof ForgetRecords>;

/** Numbers of records deleted from the database, or to be deleted. */
export const ForgottenRecords = z.strictObject({
  examples: z.int().min(0).describe("Examples of alarms (n)"),
  traces: z.int().min(0).describe("Traces (n)"),
  spans: z.int().min(0).describe("Spans of these traces (n)"),
  labelRows: z.int().min(0).describe("Rows of labelling tasks (n)"),
  labels: z.int().min(0).describe("Answers and decisions on these rows (n)"),
  sealed: z.array(z.string()).describe("Tasks with a seal: their sealed files may contain labels of these rows"),
});
export type ForgottenRecords = z.infer<typeof ForgottenRecords>;

/** Result of `watch forget`. */
export const WatchForget = z.strictObject({
  requests: z.int().describe("Matching stored requests (n)"),
  texts: z.int().describe("Matching requests whose texts are still stored (n)"),
  verdicts: z.int().min(0).describe("Verdicts of judges on these requests (n)"),
  queued: z.int().describe("Matching rows of queues (n)"),
  ...ForgottenRecords.shape,
  withdrawn: z
    .array(WithdrawnVersion)
    .describe("Frozen versions that contained them; a new version has the other rows"),
  done: z.boolean().describe("True: deleted; false: only counted"),
  notReached: z.array(z.string()).describe("Where there may be copies that this command does not delete"),
});
export type WatchForget = z.infer<typeof WatchForget>;
