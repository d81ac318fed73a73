import { readFileSync } from "node:fs";
import { join } from "node:path";

const GOLDEN = join(import.meta.dirname, "../../golden/engines");

/** Versions of the training libraries whose own parser took the golden files of a folder, by package. */
export function goldenVersions(name: string): { folder: string; version: string }[] {
  const [, ...lines] = readFileSync(join(GOLDEN, "versions.tsv"), "utf8").trim().split("\n");
  return lines
    .map((line) => line.split("\t"))
    .filter(([engine]) => engine === name)
    .map(([, folder, version]) => ({ folder: folder!, version: version! }));
}

/** Folder of the golden files of an installed version; undefined if its parser was never given them. */
export function goldenFolder(name: string, version: string): string | undefined {
  const found = goldenVersions(name).find((row) => row.version === version);
  return found === undefined ? undefined : join(GOLDEN, found.folder);
}
