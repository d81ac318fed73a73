import * as z from "zod";

/** A registered model version that is in use. */
export const ReleasedVersion = z.strictObject({
  model: z.string().describe("Registered model"),
  version: z.int().min(1).describe("Version of the model"),
  runId: z.string().nullable().describe("Source run; null if the version names none"),
  marks: z.array(z.string()).describe("Aliases, and the stage Production"),
});

/** Registered versions that have an alias or are in production. */
export const ReleasedVersions = z.strictObject({
  versions: z.array(ReleasedVersion).describe("Versions by model, newest first"),
});
export type ReleasedVersions = z.infer<typeof ReleasedVersions>;
