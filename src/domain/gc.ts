import * as z from "zod";

/** Why something goes. */
export const GcReason = z
  .enum(["unused", "unredacted", "cut-off"])
  .describe(
    "unused: neither the last run nor the pipeline as it stands refers to it; unredacted: it holds rows as they were before redaction; cut-off: a run that was ended left it half written",
  );
export type GcReason = z.infer<typeof GcReason>;

/** Something that goes. */
export const GcItem = z.strictObject({
  store: z.string().describe("Folder or place in a bucket that it lies in"),
  name: z.string().describe("Its name there"),
  why: GcReason,
  files: z.int().min(0).describe("Files of it that go"),
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
  freedBytes: z
    .int()
    .min(0)
    .describe("Room that is free afterwards: a file of which a name stays takes its room still"),
  isDone: z.boolean().describe("It was removed; else this is what would be"),
});
export type GcResult = z.infer<typeof GcResult>;
