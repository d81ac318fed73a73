import * as z from "zod";

/** A frozen version of the programme that a run read. */
export const FrozenInput = z.strictObject({
  digest: z.string().describe("Digest of the version: what it is quoted by"),
  version: z.string().describe("Folder of the version inside the programme folder"),
  rows: z.int().describe("Rows in all its files"),
  createdAt: z.string().describe("When it was frozen, ISO 8601"),
  by: z.string().describe("Who froze it"),
  reason: z.string().describe("Why"),
  after: z.string().nullable().describe("Folder of the version that it follows; null for none"),
  files: z
    .array(
      z.strictObject({
        file: z.string().describe("File of the version"),
        rows: z.int().describe("Rows in it"),
        sha256: z.string().describe("Its hash"),
        source: z.string().describe("File that it was made of"),
        sourceSha256: z.string().describe("Hash of that file"),
      }),
    )
    .describe("Its files, each with the file that it was made of"),
});
export type FrozenInput = z.infer<typeof FrozenInput>;

/** Frozen versions that a run read, as far as they lie in the folders of this server. */
export const RunOrigin = z.strictObject({
  frozen: z.array(FrozenInput).describe("Versions whose digest the run names"),
});
export type RunOrigin = z.infer<typeof RunOrigin>;

/** What a trainer that this server launched wrote. */
export const RunLog = z.strictObject({
  job: z.string().nullable().describe("Job that launched the run; null where it was started elsewhere"),
  attempts: z.array(z.int()).describe("Attempts of the job"),
  attempt: z.int().nullable().describe("The attempt whose log this is; null where there is none"),
  text: z.string().describe("End of its log"),
  isCut: z.boolean().describe("The log has more before this"),
});
export type RunLog = z.infer<typeof RunLog>;
