import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ForeignArtifact } from "./foreign-run.ts";

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

/** The folder on this machine to which an artifact URI refers; undefined if it is elsewhere. */
export function localFolder(uri: string): string | undefined {
  if (uri.startsWith("/")) return uri;
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
