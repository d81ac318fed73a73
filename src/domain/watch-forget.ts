import * as z from "zod";

/** Result of `watch forget`. */
export const WatchForget = z.strictObject({
  requests: z.int().describe("Matching stored requests (n)"),
  texts: z.int().describe("Matching requests whose texts are still stored (n)"),
  queued: z.int().describe("Matching rows of queues (n)"),
  examples: z.int().describe("Matching examples of alarms (n)"),
  done: z.boolean().describe("True: deleted; false: only counted"),
  notReached: z.array(z.string()).describe("Where there may be copies that this command does not delete"),
});
export type WatchForget = z.infer<typeof WatchForget>;

/** Request to delete the examples of some requests from alarms. */
export const ForgetExamples = z.strictObject({
  programme: z.string().min(1).describe("Name of the programme"),
  ids: z.array(z.string()).describe("Ids of the requests"),
  isDryRun: z.boolean().describe("Only count"),
});
export type ForgetExamples = z.infer<typeof ForgetExamples>;

/** Examples that were deleted, or would be. */
export const ForgottenExamples = z.strictObject({ examples: z.int().describe("Examples (n)") });
export type ForgottenExamples = z.infer<typeof ForgottenExamples>;
