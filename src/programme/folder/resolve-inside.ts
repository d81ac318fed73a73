import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";

import { Failure } from "../../base/failure.ts";
import { asReadFailure } from "../../base/read-text.ts";

/**
 * Absolute path of a file that must be inside a folder, also through symbolic links.
 *
 * @param toWrite  how a missing file is written, for the hint
 * @throws Failure not_found if it does not exist, bad_input if it is outside the folder or is not a file
 */
export async function resolveInside(
  dir: string,
  relativePath: string,
  toWrite = "copy the file into the programme folder",
): Promise<string> {
  const outside = (why: string): Failure =>
    new Failure("bad_input", `"${relativePath}" ${why}`, { hint: "copy the file into the programme folder" });
  if (relativePath.includes("\0"))
    throw new Failure("bad_input", "a path cannot contain a zero byte", { hint: "remove the zero byte from the path" });
  if (isAbsolute(relativePath) || /^[A-Za-z]:[\\/]/.test(relativePath)) {
    throw outside("is an absolute path, expected one inside the programme folder");
  }
  if (relativePath.split(/[\\/]/).includes("..")) throw outside("leaves the programme folder");
  const path = join(dir, relativePath);
  try {
    const [root, target] = [await realpath(dir), await realpath(path)];
    const inside = relative(root, target);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      throw outside("leads out of the programme folder through a symbolic link");
    }
    if (!(await stat(target)).isFile())
      throw new Failure("bad_input", `"${relativePath}" is not a file`, { hint: "name a file inside the folder" });
    return target;
  } catch (error) {
    const failure = asReadFailure(error, `"${relativePath}"`);
    if (!(failure instanceof Failure) || failure.kind !== "not_found") throw failure;
    throw new Failure("not_found", `"${relativePath}" does not exist in the programme folder`, {
      hint: `${toWrite}, or correct the path`,
      cause: error,
    });
  }
}
