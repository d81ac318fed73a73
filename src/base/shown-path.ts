import { isAbsolute, relative, sep } from "node:path";

/**
 * A path as people write it where they are: relative to the working directory where it lies below that, else as it is.
 *
 * @param from  the working directory
 */
export function shownPath(path: string, from: string = process.cwd()): string {
  const below = relative(from, path);
  const isOutside = below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below);
  return isOutside ? path : below === "" ? "." : below;
}
