import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

import { type Kysely, sql } from "kysely";

import { syncFolder } from "../base/atomic-write.ts";
import type { Database } from "./database.ts";
import { databaseFailure } from "./database-failure.ts";
import { openSqlite } from "./sqlite-dialect.ts";

/**
 * Copies the SQLite file of a data folder, which a running server may have open, to a new file.
 *
 * @returns its last migration, and its number of runs
 */
export async function copyDatabase(from: string, to: string): Promise<{ migration: string; runs: number }> {
  const { writer, reader } = await openSqlite(from);
  try {
    await backUpSqlite(writer, to);
    const last = await reader
      .selectFrom("schema_migrations")
      .select("name")
      .orderBy("rank", "desc")
      .limit(1)
      .executeTakeFirst();
    const { runs } = await reader
      .selectFrom("runs")
      .select(({ fn }) => [fn.countAll<number>().as("runs")])
      .executeTakeFirstOrThrow();
    return { migration: last?.name ?? "", runs };
  } catch (error) {
    throw databaseFailure(error, from);
  } finally {
    await reader.destroy();
    await writer.destroy();
  }
}

/** Copies a live SQLite database to one file, which is on disk when the promise resolves. */
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
