import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import { Failure, isSystemError } from "../../../base/failure.ts";
import { temporaryFor } from "../../../base/temporary-file.ts";
import { artefactsFolder, PIPELINE_FOLDER } from "./pipeline-state.ts";

/** An artefact: its stage, and 64 bits of its key. */
const ARTEFACT = /^[a-z][a-z-]*-[0-9a-f]{16}$/;

/** Files of an artefact, as the store writes them. */
const ARTEFACT_FILE =
  /^(?:manifest\.json|removed\.json|decision|\d{6,}\.json|\d{6,}\.(?:kept|dropped|notes)\.jsonl|\d{6,}\.summary(?:-\d+)?)$/;

/** Files of a batch, in a separate folder. */
const BATCH_FILE = /^[0-9a-f-]{36}\/(?:tasks\.json|problem-\d+\.json|log-[\w-]+\.txt)$/;

/** True for a folder name of an artefact. */
export function isArtefactName(name: string): boolean {
  return ARTEFACT.test(name);
}

/** True for a file name of an artefact, including files of interrupted writes. */
export function isArtefactFile(name: string): boolean {
  return ARTEFACT_FILE.test(temporaryFor(name) ?? name);
}

/** True for a job or result file of cluster workers: its name below `batches`. */
export function isBatchFile(name: string): boolean {
  const [folder, file = ""] = name.split("/");
  return BATCH_FILE.test(`${folder}/${temporaryFor(file) ?? file}`);
}

/**
 * Refuses a programme folder in which the artefacts are behind a link, because files would be written and removed
 * elsewhere.
 *
 * @throws Failure bad_input that names the link
 */
export async function refuseLinks(dir: string): Promise<void> {
  const own = join(dir, PIPELINE_FOLDER);
  const folders = [own, join(own, "batches"), artefactsFolder(dir)];
  for (const folder of folders) if (await isLink(folder)) throw linked(folder);
  for (const folder of folders.slice(1)) {
    for (const entry of await entriesOf(folder)) if (entry.isSymbolicLink()) throw linked(join(folder, entry.name));
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

function linked(path: string): Failure {
  return new Failure("bad_input", `${path} is a link: files would be written and removed at its target`, {
    hint: "remove the link; to keep artefacts on another disk, mount it there, or use --store s3://BUCKET/PREFIX",
  });
}
