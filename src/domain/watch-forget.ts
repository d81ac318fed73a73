import * as z from "zod";

/** What `watch forget` answers. */
export const WatchForget = z.strictObject({
  requests: z.int().describe("Stored requests that match (n)"),
  texts: z.int().describe("Of them, those whose texts are still kept (n)"),
  queued: z.int().describe("Rows of queues that match (n)"),
  examples: z.int().describe("Examples of alarms that match (n)"),
  done: z.boolean().describe("They were deleted; false where only counted"),
  notReached: z.array(z.string()).describe("Where copies may be that this command does not delete"),
});
export type WatchForget = z.infer<typeof WatchForget>;

/** Ids of requests whose examples are deleted from alarms. */
export const ForgetExamples = z.strictObject({
  programme: z.string().min(1).describe("Name of the programme"),
  ids: z.array(z.string()).describe("Requests"),
  isDryRun: z.boolean().describe("Count only"),
});
export type ForgetExamples = z.infer<typeof ForgetExamples>;

/** Examples that were deleted, or would be. */
export const ForgottenExamples = z.strictObject({ examples: z.int().describe("Examples (n)") });
export type ForgottenExamples = z.infer<typeof ForgottenExamples>;
