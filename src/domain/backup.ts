import * as z from "zod";

/** What a backup holds: `backup.json` in its folder, and what the commands print. */
export const Backup = z.strictObject({
  kind: z.literal("tunewright-backup").describe("What the folder is"),
  version: z.string().describe("Version of Tunewright that made it"),
  madeAt: z.string().describe("When it was created, ISO 8601"),
  migration: z.string().describe("Last migration of the database"),
  runs: z.int().describe("Runs in the database"),
  files: z
    .array(
      z.strictObject({
        path: z.string().describe("Path below the folder"),
        sizeBytes: z.int().describe("Size"),
        sha256: z.string().describe("SHA-256 of its bytes, hexadecimal"),
      }),
    )
    .describe("The database and every artifact"),
});
export type Backup = z.infer<typeof Backup>;

/** What `backup` and `restore` answer. */
export const BackupResult = z.strictObject({
  folder: z.string().describe("Folder of the backup"),
  dataDir: z.string().describe("Folder of the state"),
  isDone: z.boolean().describe("False where it needs confirmation: pass --yes"),
  replaced: z.string().nullable().describe("Where the state went that was restored over; null for none"),
  backup: Backup.describe("What it holds"),
});
export type BackupResult = z.infer<typeof BackupResult>;
