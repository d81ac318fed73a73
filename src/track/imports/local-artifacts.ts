import { createReadStream, existsSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ForeignArtifact, ForeignFiles } from "./foreign-artifact.ts";
import { skip } from "./foreign-run.ts";

/** Files below a folder, by path. Links are not followed. */
export async function* localArtifacts(folder: string, below = ""): AsyncIterable<ForeignArtifact> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* localArtifacts(folder, path);
    else if (entry.isFile()) {
      const full = join(folder, path);
      yield { path, sizeBytes: (await lstat(full)).size, content: () => createReadStream(full) };
    }
  }
}

/** Folder next to MLflow's database in which its server stores artifacts by default. @source mlflow 3.11, cli.py */
const SERVER_FOLDER = "mlartifacts";

/**
 * The files of an MLflow run or logged model by its artifact URI. A URI of the server refers to its folder next to the database. Files
 * elsewhere are counted as not read.
 *
 * @param databaseFolder folder that contains the database, or the experiments; `of`: what has the files, for the count
 */
export function artifactsAt(
  uri: string,
  { databaseFolder, skipped, of = "run" }: { databaseFolder: string; skipped: Map<string, number>; of?: string },
): ForeignFiles {
  const [, scheme = "", path = ""] = /^([a-z][\w+.-]*):\/*(.*)$/i.exec(uri) ?? [];
  const folder = scheme === "mlflow-artifacts" ? join(databaseFolder, SERVER_FOLDER, path) : localFolder(uri);
  if (folder !== undefined && (scheme !== "mlflow-artifacts" || existsSync(folder)))
    return () => localArtifacts(folder);
  return () => {
    if (uri !== "") skip(skipped, `${of} whose artifacts are not on this machine (${scheme || "unknown"}:)`);
    return [];
  };
}

/** The folder on this machine to which an artifact URI refers; undefined if it is elsewhere. */
function localFolder(uri: string): string | undefined {
  if (uri.startsWith("/")) return uri;
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
