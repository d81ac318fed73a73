import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

import { DatabaseSync } from "@photostructure/sqlite";
import { type Dialect, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";

import type { Database } from "./database.ts";
import { databaseFailure } from "./database-failure.ts";
import { SqliteDriver } from "./sqlite-driver.ts";

/** Maximum time for which a connection waits for another process to finish its write. */
const BUSY_TIMEOUT_MS = 5000;

/** Settings of each connection. FULL: committed data survives a power failure, also in WAL mode. */
const SETTINGS = `
  pragma busy_timeout = ${BUSY_TIMEOUT_MS};
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma wal_autocheckpoint = 4000;
  pragma temp_store = memory;
  pragma cache_size = -65536;
`;

/**
 * Opens a SQLite file, creating it if it does not exist.
 *
 * `@photostructure/sqlite` offers the API of `node:sqlite` with one SQLite (3.53) on every Node, prebuilt. Node's own
 * module is not used, because its SQLite is older than 3.51.3 on most releases, and such versions can corrupt a file
 * when the write-ahead log is reset while another connection reads.
 *
 * @throws Failure outside if it cannot be opened, bad_input if it is not a database
 */
export async function openSqlite(path: string): Promise<{ writer: Kysely<Database>; reader: Kysely<Database> }> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return {
      writer: connect(path, { settings: SETTINGS, isReader: false }),
      reader: openSqliteReader(path),
    };
  } catch (error) {
    throw databaseFailure(error, path);
  }
}

/**
 * Opens an existing SQLite file for reading only: a separate thread reads while the server writes.
 *
 * @throws Failure outside if it cannot be opened, bad_input if it is not a database
 */
export function openSqliteReader(path: string): Kysely<Database> {
  try {
    return connect(path, { settings: `${SETTINGS} pragma query_only = on;`, isReader: true });
  } catch (error) {
    throw databaseFailure(error, path);
  }
}

function connect(path: string, { settings, isReader }: { settings: string; isReader: boolean }): Kysely<Database> {
  const database = new DatabaseSync(path);
  try {
    database.exec(settings);
  } catch (error) {
    database.close();
    throw error;
  }
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(database, { isReader }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return new Kysely<Database>({ dialect });
}
