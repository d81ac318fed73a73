import * as z from "zod";

/** Contents of a backup: `backup.json` in its folder, and the output of the commands. */
export const Backup = z.strictObject({
  kind: z.literal("tunewright-backup").describe("Kind of folder"),
  version: z.string().describe("Version of Tunewright that made it"),
  madeAt: z.string().describe("When it was created, ISO 8601"),
  migration: z.string().describe("Last migration that the database has"),
  runs: z.int().describe("Number of runs in the database"),
  files: z
    .array(
      z.strictObject({
        path: z.string().describe("Path inside the folder"),
        sizeBytes: z.int().describe("Size"),
        sha256: z.string().describe("SHA-256 of its bytes, hexadecimal"),
      }),
    )
    .describe("Files of the backup: the database and every artifact"),
});
export type Backup = z.infer<typeof Backup>;

/** Result of `backup` and `restore`. */
export const BackupResult = z.strictObject({
  folder: z.string().describe("Folder of the backup"),
  dataDir: z.string().describe("Folder of the state"),
  isDone: z.boolean().describe("False if confirmation is required: pass --yes"),
  replaced: z.string().nullable().describe("Where the earlier state was moved to; null if there was none"),
  backup: Backup.describe("Contents of the backup"),
});
export type BackupResult = z.infer<typeof BackupResult>;
