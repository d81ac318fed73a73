import { basename, sep } from "node:path";

/**
 * Names for files as sources, which go into the ids of their rows: the file's name, so that ids do not change with the
 * folder; where two files have one name, so much of their paths as tells them apart.
 */
export function sourceNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(sep));
  return paths.map((path, index) => {
    for (let count = 1; count < parts[index]!.length; count++) {
      const name = parts[index]!.slice(-count).join("/");
      if (parts.every((other, position) => position === index || other.slice(-count).join("/") !== name)) return name;
    }
    return parts[index]!.length === 1 ? basename(path) : path;
  });
}
