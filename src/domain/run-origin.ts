import * as z from "zod";

/** A frozen version of the programme that a run used. */
export const FrozenInput = z.strictObject({
  digest: z.string().describe("Digest of the version, by which it is cited"),
  version: z.string().describe("Folder of the version inside the programme folder"),
  rows: z.int().describe("Rows in all its files"),
  createdAt: z.string().describe("When it was frozen, ISO 8601"),
  by: z.string().describe("Who froze it"),
  reason: z.string().describe("Reason"),
  after: z.string().nullable().describe("Folder of the previous version; null if there is none"),
  files: z
    .array(
      z.strictObject({
        file: z.string().describe("Name of the file"),
        rows: z.int().describe("Rows in the file"),
        sha256: z.string().describe("SHA-256 of the file"),
        source: z.string().describe("Name of its source file"),
        sourceSha256: z.string().describe("SHA-256 of the source file"),
      }),
    )
    .describe("Files, each with its source file"),
});
export type FrozenInput = z.infer<typeof FrozenInput>;

/** Frozen versions that a run used, if they are in the folders of this server. */
export const RunOrigin = z.strictObject({
  frozen: z.array(FrozenInput).describe("Versions whose digest the run names"),
});
export type RunOrigin = z.infer<typeof RunOrigin>;

/** Log of a trainer that this server launched. */
export const RunLog = z.strictObject({
  job: z.string().nullable().describe("Job that launched the run; null if it was started elsewhere"),
  attempts: z.array(z.int()).describe("Attempts of the job"),
  attempt: z.int().nullable().describe("The attempt of this log; null if there is none"),
  text: z.string().describe("End of the log"),
  isCut: z.boolean().describe("The log has more text before this"),
});
export type RunLog = z.infer<typeof RunLog>;
