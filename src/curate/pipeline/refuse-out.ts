import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { realPath, refuseSameFile } from "../../base/atomic-file.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { PIPELINE_FOLDER } from "./storing/pipeline-state.ts";

/**
 * Refuses an output file that is a file of the programme or of the pipeline: by its name,
 * through a link, or as a hard link of the same file.
 *
 * @param inputs  absolute paths of the input files and the files of the programme
 * @throws Failure bad_input
 */
export async function refuseOut(
  out: string,
  { dir, inputs }: { dir: string; inputs: readonly string[] },
): Promise<void> {
  refuseSameFile([out], inputs);
  const own = realPath(join(dir, PIPELINE_FOLDER));
  const target = realPath(out);
  const isInside = target === own || target.startsWith(join(own, "/"));
  if (isInside || (await isSecondName(target, own))) {
    throw new Failure("bad_input", `${out} is reserved for data run, in ${PIPELINE_FOLDER}`, {
      hint: "name another file",
    });
  }
}

/** True for a file that is also one of those below a folder. */
async function isSecondName(path: string, folder: string): Promise<boolean> {
  const file = await idOf(path);
  if (file === undefined || file.names < 2) return false;
  for (const name of await namesBelow(folder)) {
    if ((await idOf(join(folder, name)))?.id === file.id) return true;
  }
  return false;
}

async function namesBelow(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}

async function idOf(path: string): Promise<{ id: string; names: number } | undefined> {
  try {
    const { dev, ino, nlink } = await stat(path);
    return { id: `${dev} ${ino}`, names: nlink };
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
