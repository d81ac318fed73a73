import { resolve } from "node:path";

import type { Io } from "./io.ts";

/** Writes a page to the file that the user named, whole or not at all, and says so. */
export async function writePage({ cwd, note }: Pick<Io, "cwd" | "note">, file: string, page: string): Promise<void> {
  const { atomicWrite } = await import("../base/atomic-write.ts");
  await atomicWrite(resolve(cwd, file), page);
  note(`wrote ${file}`);
}
