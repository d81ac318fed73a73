import { basename, sep } from "node:path";

/**
 * Source names for files, which enter the ids of their rows: the file's name, so that ids do not change with the
 * folder; if two files have the same name, as much of their paths as distinguishes them.
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
