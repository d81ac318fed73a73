import * as z from "zod";

/** Reason why an artefact is removed. */
export const GcReason = z
  .enum(["unused", "unredacted", "cut-off"])
  .describe(
    "unused: neither the last run nor the current pipeline refers to it; unredacted: it contains rows from before redaction; cut-off: incomplete, left by an interrupted run",
  );
export type GcReason = z.infer<typeof GcReason>;

/** An artefact to remove. */
export const GcItem = z.strictObject({
  store: z.string().describe("Folder, or prefix in a bucket"),
  name: z.string().describe("Name in that folder"),
  why: GcReason,
  files: z.int().min(0).describe("Files to remove"),
  bytes: z.int().min(0).describe("Size, counting each name"),
  modifiedAt: z.iso.datetime().describe("When the newest file was written"),
});
export type GcItem = z.infer<typeof GcItem>;

/** Artefacts that `gc` removes, or would remove. */
export const GcResult = z.strictObject({
  dir: z.string().describe("The programme folder"),
  remove: z.array(GcItem).describe("Artefacts to remove"),
  keep: z
    .array(z.strictObject({ store: z.string(), name: z.string(), bytes: z.int().min(0) }))
    .describe("Artefacts that are kept"),
  unverified: z
    .array(z.strictObject({ store: z.string(), name: z.string(), bytes: z.int().min(0) }))
    .describe(
      "Folders that are named like an unused artefact, but have no valid seal of this user: all their files are kept",
    ),
  freedBytes: z.int().min(0).describe("Space freed; a file with another hard link frees none"),
  isDone: z.boolean().describe("True: removed; false: would be removed"),
});
export type GcResult = z.infer<typeof GcResult>;

/** Deleted runs to purge. */
export const RunGcRequest = z.strictObject({
  olderThanDays: z
    .number()
    .min(0)
    .max(36_500)
    .default(30)
    .describe("Minimum number of days since they were deleted; default: 30"),
  isPlan: z.boolean().default(false).describe("Only report what would be removed"),
});
export type RunGcRequest = z.infer<typeof RunGcRequest>;

/** Runs that `gc --deleted-runs` removes, or would remove. */
export const RunGcResult = z.strictObject({
  runs: z.array(z.string()).describe("Ids of the deleted runs whose metrics, params and files are removed"),
  points: z.int().min(0).describe("Metric points of these runs, which are removed too"),
  isDone: z.boolean().describe("True: removed; false: would be removed"),
});
export type RunGcResult = z.infer<typeof RunGcResult>;
