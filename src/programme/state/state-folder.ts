import { resolve } from "node:path";

import { dataFolder } from "../../store/open-store.ts";

/**
 * Folder of a programme's state, with its database and artifacts.
 *
 * @param programmeDir programme folder, relative to `cwd`
 * @param named folder that the user named instead, relative to `cwd`
 */
export function stateFolder(cwd: string, programmeDir: string, named?: string): string {
  return named === undefined ? dataFolder(resolve(cwd, programmeDir)) : resolve(cwd, named);
}
