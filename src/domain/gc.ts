import * as z from "zod";

/** Why something goes. */
export const GcReason = z
  .enum(["unused", "unredacted", "cut-off"])
  .describe(
    "unused: neither the last run nor the current pipeline refers to it; unredacted: it holds rows from before redaction; cut-off: an interrupted run left it incomplete",
  );
export type GcReason = z.infer<typeof GcReason>;

/** Something that goes. */
export const GcItem = z.strictObject({
  store: z.string().describe("Folder, or prefix in a bucket"),
  name: z.string().describe("Its name there"),
  why: GcReason,
  files: z.int().min(0).describe("Files to remove"),
  bytes: z.int().min(0).describe("Their size, each name counted"),
  modifiedAt: z.iso.datetime().describe("When the newest of them was written"),
});
export type GcItem = z.infer<typeof GcItem>;

/** What `gc` removes, or would. */
export const GcResult = z.strictObject({
  dir: z.string().describe("The programme folder"),
  remove: z.array(GcItem).describe("What goes"),
  keep: z
    .array(z.strictObject({ store: z.string(), name: z.string(), bytes: z.int().min(0) }))
    .describe("Artefacts that stay"),
  freedBytes: z.int().min(0).describe("Space freed; a file with another hard link frees none"),
  isDone: z.boolean().describe("It was removed; false: it would be removed"),
});
export type GcResult = z.infer<typeof GcResult>;

/** Which deleted runs go for good. */
export const RunGcRequest = z.strictObject({
  olderThanDays: z.number().min(0).max(36_500).default(30).describe("Days since they were deleted; default: 30"),
  isPlan: z.boolean().default(false).describe("Only say what would go"),
});
export type RunGcRequest = z.infer<typeof RunGcRequest>;

/** What `gc --deleted-runs` removes, or would. */
export const RunGcResult = z.strictObject({
  runs: z.array(z.string()).describe("Ids of the deleted runs whose metrics, params and files go"),
  points: z.int().min(0).describe("Points of metrics that go with them"),
  isDone: z.boolean().describe("It was removed; else this is what would be"),
});
export type RunGcResult = z.infer<typeof RunGcResult>;
