import { resolve } from "node:path";

import type { Io } from "./io.ts";

/** Writes an HTML page to the file that the user named, completely or not at all, and reports it. */
export async function writePage({ cwd, note }: Pick<Io, "cwd" | "note">, file: string, page: string): Promise<void> {
  const { atomicWrite } = await import("../base/atomic-write.ts");
  await atomicWrite(resolve(cwd, file), page);
  note(`wrote ${file}`);
}
