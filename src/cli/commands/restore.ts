import { resolve } from "node:path";

import * as z from "zod";

import { commandLine, commandLineIn } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { BackupResult } from "../../domain/backup.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  folder: z.string().min(1).describe("Folder of the backup"),
  dir: z.string().min(1).default(".").describe("Programme folder"),
  data: z.string().optional().describe("Folder of the state; default: the one in the programme folder"),
});

/** `tunewright restore`: restores the state from a backup. */
export default defineCommand({
  description:
    "Restore the state of a backup; every file is first checked against its hash. Existing state is moved aside after confirmation. No server may be running in the folder.",
  args: ["folder", "dir"],
  options: Options,
  output: BackupResult,
  examples: ["restore /backups/monday", "restore /backups/monday my-programme --yes"],
  run: async (io, { folder, dir, data }) => {
    const { restoreBackup } = await import("../../programme/backup/restore-backup.ts");
    const { restoreText } = await import("../../programme/backup/backup-text.ts");
    const { stateFolder } = await import("../../programme/state/state-folder.ts");
    const dataDir = stateFolder(io.cwd, dir, data);
    const restored = await restoreBackup(
      { folder: resolve(io.cwd, folder), dataDir },
      {
        now: io.now,
        mayReplace: (runs) => io.confirm(`Move the state of ${dataDir} aside, and restore ${counted(runs, "run")}?`),
      },
    );
    const [again, done] =
      data === undefined
        ? [commandLine(["restore", folder, dir, "--yes"]), commandLineIn(dir, ["runs", "list"])]
        : [commandLine(["restore", folder, dir, "--data", data, "--yes"]), commandLine(["serve", dir, "--data", data])];
    return { json: restored, text: () => restoreText(restored), next: restored.isDone ? done : again };
  },
});
