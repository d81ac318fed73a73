import { resolve } from "node:path";

import { dataFolder } from "../../store/open-store.ts";

/**
 * Folder of the state of a programme: that of its database and artifacts.
 *
 * @param programmeDir  programme folder, from `cwd`
 * @param named  folder that the user named in its place, from `cwd`
 */
export function stateFolder(cwd: string, programmeDir: string, named?: string): string {
  return named === undefined ? dataFolder(resolve(cwd, programmeDir)) : resolve(cwd, named);
}
