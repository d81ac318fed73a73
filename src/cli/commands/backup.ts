import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { BackupResult } from "../../domain/backup.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder"),
  out: z.string().min(1).describe("Folder to create; it must not exist"),
  data: z.string().optional().describe("Folder of the state; default: the one in the programme folder"),
});

/** `tunewright backup`: copies database and artifacts. */
export default defineCommand({
  description:
    "Copy the state of a server, database and artifacts, into a new folder, each file with its hash. The server may keep running. State in PostgreSQL is backed up with pg_dump.",
  args: ["dir"],
  options: Options,
  output: BackupResult,
  examples: ["backup --out /backups/monday", "backup my-programme --out /backups/monday"],
  run: async (io, { dir, out, data }) => {
    const { makeBackup } = await import("../../programme/backup/make-backup.ts");
    const { backupText } = await import("../../programme/backup/backup-text.ts");
    const { stateFolder } = await import("../../programme/state/state-folder.ts");
    const dataDir = stateFolder(io.cwd, dir, data);
    const made = await makeBackup({ dataDir, folder: resolve(io.cwd, out) }, { now: io.now, onProgress: io.progress });
    const next =
      data === undefined ? commandLine(["restore", out, dir]) : commandLine(["restore", out, dir, "--data", data]);
    return { json: made, text: () => backupText(made), next };
  },
});
