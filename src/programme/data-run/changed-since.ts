import { resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { DataLineage } from "../../domain/data-lineage.ts";
import type { DataReport } from "../../domain/data-report.ts";

/** Changes to the files of a run since it ended, and the state of the file with its output rows. */
export type ChangedSince = { changed: string[]; outState: DataReport["outState"] };

/**
 * Compares the files that a run read and wrote with their hashes. Each is read completely.
 *
 * @param dir  programme folder; paths are relative to it
 */
export async function changedSince(
  dir: string,
  { sources, out, parts }: Pick<DataLineage, "sources" | "out" | "parts">,
): Promise<ChangedSince> {
  const changed: string[] = [];
  for (const { source, sha256 } of sources) {
    const now = await hashIn(dir, source);
    if (now === undefined) changed.push(`${source} is missing`);
    else if (now !== sha256) changed.push(`${source} has changed since it was read`);
  }
  let outState: DataReport["outState"] = "missing";
  for (const file of [...(out === null ? [] : [out]), ...parts]) {
    const now = await hashIn(dir, file.path);
    if (now === undefined) changed.push(`${file.path} is missing`);
    else if (now !== file.sha256) changed.push(`${file.path} has changed since the run wrote it`);
    if (file === out && now !== undefined) outState = now === file.sha256 ? "as-written" : "changed";
  }
  return { changed, outState };
}

async function hashIn(dir: string, path: string): Promise<string | undefined> {
  try {
    return await hashFile(resolve(dir, path));
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return undefined;
    throw error;
  }
}
