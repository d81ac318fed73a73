import { counted } from "../../base/words.ts";
import { shownSize } from "../../curate/pipeline/storing/shown-size.ts";
import type { BackupResult } from "../../domain/backup.ts";

/** Text of the contents and the location of a backup. */
export function backupText({ folder, backup }: BackupResult): string {
  return `${contents(backup)} in ${folder}`;
}

/** Text of what was restored, and where the earlier state was moved. */
export function restoreText({ dataDir, isDone, replaced, backup }: BackupResult): string {
  if (!isDone) return `nothing was changed: ${dataDir} contains state, and replacing it requires confirmation`;
  const before = replaced === null ? "" : `\nthe previous state is in ${replaced}`;
  return `restored ${contents(backup)}, as of ${backup.madeAt}, to ${dataDir}${before}`;
}

function contents({ runs, files }: BackupResult["backup"]): string {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return `${counted(runs, "run")} and ${counted(files.length - 1, "artifact")}, ${shownSize(bytes)}`;
}
