import { join } from "node:path";

import { DATABASE_FILE, type Store, type StoreLocation } from "./open-store.ts";
import { openSqliteReader } from "./sqlite-dialect.ts";

/** Maximum number of connections of a read-only thread. */
const CONNECTIONS = 4;

/**
 * Opens a database whose schema is up to date, read-only, as the server's threads do. A write is a bug.
 *
 * @throws Failure outside, bad_input
 */
export async function openReadStore({ dataDir, url }: StoreLocation): Promise<Store> {
  const db = url === undefined ? openSqliteReader(join(dataDir, DATABASE_FILE)) : await postgres(url);
  return {
    kind: url === undefined ? "sqlite" : "postgres",
    dataDir,
    db,
    write: () => Promise.reject(new Error("a route that writes was given to a thread that only reads")),
    close: () => db.destroy(),
  };
}

async function postgres(url: string): Promise<Store["db"]> {
  const { openPostgres } = await import("./postgres-dialect.ts");
  return openPostgres(url, CONNECTIONS).db;
}
