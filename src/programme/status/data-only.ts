import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import type { ProgrammeStatus, StatusStep } from "../../domain/programme-status.ts";
import { PROGRAMME_FILE } from "../reading/read-programme.ts";

/** Names of dataset files, as `openRows` reads them; a programme's own JSON files are not datasets. */
const DATASET = /\.(?:jsonl|ndjson|csv|tsv)(?:\.gz|\.zst)?$|\.(?:parquet|arrow|feather)$/i;

/** Folders of a programme that contain its datasets. */
const FOLDERS = ["", "data"] as const;

/** Number of files that a line names. */
const NAMED = 3;

/**
 * State of a folder without `programme.yaml` that contains dataset files: the programme is still to be written.
 * Undefined if it contains none.
 *
 * @param shown  the folder as displayed
 */
export async function dataOnlyStatus(dir: string, shown: string): Promise<ProgrammeStatus | undefined> {
  const files = await datasetFiles(dir);
  if (files.length === 0) return undefined;
  const more = files.length > NAMED ? ", ..." : "";
  const steps: StatusStep[] = [
    { step: "programme", state: "missing", text: `no ${PROGRAMME_FILE} yet` },
    {
      step: "datasets",
      state: "missing",
      text: `${counted(files.length, "dataset file")} in no programme yet: ${files.slice(0, NAMED).join(", ")}${more}; list them under data.files`,
    },
  ];
  return { dir, name: null, steps, dutyDates: [], maintenance: [], next: commandLine(["init", shown]) };
}

async function datasetFiles(dir: string): Promise<string[]> {
  const found = await Promise.all(
    FOLDERS.map(async (folder) => {
      const entries = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => []);
      return entries.flatMap((entry) =>
        entry.isFile() && DATASET.test(entry.name) ? [folder === "" ? entry.name : `${folder}/${entry.name}`] : [],
      );
    }),
  );
  return found.flat().toSorted((a, b) => (a < b ? -1 : 1));
}
