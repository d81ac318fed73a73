import * as z from "zod";

/** A registered version of a model that somebody put to use. */
export const ReleasedVersion = z.strictObject({
  model: z.string().describe("Registered model"),
  version: z.int().min(1).describe("Its version"),
  runId: z.string().nullable().describe("Run that it comes from; null where it names none"),
  marks: z.array(z.string()).describe("Aliases, and the stage Production"),
});

/** Registered versions that have an alias or are in production. */
export const ReleasedVersions = z.strictObject({
  versions: z.array(ReleasedVersion).describe("By model, newest version first"),
});
export type ReleasedVersions = z.infer<typeof ReleasedVersions>;
