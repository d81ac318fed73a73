import { isAbsolute, relative, sep } from "node:path";

/**
 * A path as displayed: relative to the working directory if it is inside it, otherwise unchanged.
 *
 * @param from the working directory
 */
export function shownPath(path: string, from: string = process.cwd()): string {
  const below = relative(from, path);
  const isOutside = below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below);
  return isOutside ? path : below === "" ? "." : below;
}
