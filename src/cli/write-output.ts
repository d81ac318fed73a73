import { resolve } from "node:path";

import type { Io } from "./io.ts";

/** Writes the output of a command to a file named by the user, completely or not at all. */
export async function writeOutput({ cwd }: Pick<Io, "cwd">, file: string, content: string): Promise<void> {
  const { atomicWrite } = await import("../base/atomic-write.ts");
  await atomicWrite(resolve(cwd, file), content);
}

/** Writes an HTML page like `writeOutput`, and reports it. */
export async function writePage(io: Pick<Io, "cwd" | "note">, file: string, page: string): Promise<void> {
  await writeOutput(io, file, page);
  io.note(`wrote ${file}`);
}
