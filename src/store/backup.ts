import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

import { type Kysely, sql } from "kysely";

import { syncFolder } from "../base/atomic-write.ts";
import type { Database } from "./database.ts";

/** Copies a live SQLite database into one whole file, on the disk when the promise resolves. */
export async function backUpSqlite(db: Kysely<Database>, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  await sql`vacuum into ${partial}`.execute(db);
  const file = await open(partial, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  await syncFolder(dirname(path));
}
