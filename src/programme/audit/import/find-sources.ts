import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, relative, resolve, sep } from "node:path";

import { Failure } from "../../../base/failure.ts";
import { asReadFailure } from "../../../base/read-text.ts";

/** A file that may be relevant to an audit. */
export type SourceFile = {
  path: string;
  /** Path below the named source; its name if the source is a file. */
  name: string;
  bytes: number;
  /** True if the user named the file itself instead of a folder around it. */
  isNamed: boolean;
};

/** Contents of the sources of an import: files, and trackers of runs. */
export type FoundSources = { files: SourceFile[]; trackers: string[] };

/** Folders that do not contain sources. */
const IGNORED = new Set(["node_modules", "__pycache__", "venv", "artifacts"]);

/** Maximum number of files that are examined; a checkout has fewer. */
const MAX_FILES = 20_000;

/** Files of tracker databases. */
const DATABASES = new Set([".db", ".sqlite", ".sqlite3"]);

/**
 * The files of the given sources, in the order in which they were named, sorted by name within a folder; a folder or
 * database of a tracker is one source.
 *
 * @throws Failure not_found if a source does not exist; bad_input if a folder has too many files
 */
export async function findSources(cwd: string, sources: readonly string[]): Promise<FoundSources> {
  const found: FoundSources = { files: [], trackers: [] };
  for (const source of sources) {
    if (/^https?:\/\//.test(source)) {
      found.trackers.push(source);
      continue;
    }
    const path = resolve(cwd, source);
    const facts = await stat(path).catch((error: unknown) => {
      throw asReadFailure(error, source);
    });
    if (facts.isDirectory()) await walk(path, path, found);
    else if (DATABASES.has(extname(path))) found.trackers.push(path);
    else found.files.push({ path, name: basename(path), bytes: facts.size, isNamed: true });
  }
  return found;
}

async function walk(root: string, folder: string, found: FoundSources): Promise<void> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (await isTracker(folder, entries)) {
    found.trackers.push(folder);
    return;
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".") || IGNORED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(root, path, found);
    if (!entry.isFile()) continue;
    if (found.files.length === MAX_FILES) {
      throw new Failure("bad_input", `${root} has more than ${MAX_FILES} files`, {
        hint: "name the folders with the configurations, results and datasets",
      });
    }
    const name = relative(root, path).split(sep).join("/");
    found.files.push({ path, name, bytes: (await stat(path)).size, isNamed: false });
  }
}

/** True for a folder of MLflow's file store (experiments with a meta.yaml), or of the W&B client. */
async function isTracker(
  folder: string,
  entries: readonly { name: string; isDirectory: () => boolean }[],
): Promise<boolean> {
  if (basename(folder) === "wandb" && entries.some(({ name }) => /^(?:offline-)?run-\d{8}_\d{6}-/.test(name)))
    return true;
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^(?:\d+|models)$/.test(entry.name)) continue;
    if (
      await stat(join(folder, entry.name, "meta.yaml")).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}
