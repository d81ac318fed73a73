import { basename } from "node:path";

import { Failure } from "../../base/failure.ts";
import type { ServerContext } from "../context.ts";

type Served = Pick<ServerContext, "programmes" | "programmeDirs">;

/** The folder of a programme; undefined if the server has no folder of that name. Default: the first programme. */
export function findFolder({ programmes, programmeDirs }: Served, programme = programmes[0] ?? ""): string | undefined {
  return programmeDirs.find((path) => basename(path) === programme);
}

/**
 * The folder of a programme that this server serves.
 *
 * @param programme  its name; default: the first programme
 * @throws Failure not_found if the server has no folder of that name
 */
export function folderOf(served: Served, programme = served.programmes[0] ?? ""): string {
  const dir = findFolder(served, programme);
  if (dir !== undefined) return dir;
  const names = served.programmeDirs.map((path) => basename(path)).join(", ");
  throw new Failure("not_found", `this server has no folder of the programme ${programme}`, {
    hint:
      names === ""
        ? "start it with a programme folder: tunewright serve DIR"
        : `use the name of a programme folder of this server: ${names}`,
  });
}
