import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { type Dialect, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";

import type { Database } from "./database.ts";
import { databaseFailure } from "./database-failure.ts";
import { SqliteDriver } from "./sqlite-driver.ts";

/** Maximum time for which a connection waits for another process to finish its write. */
const BUSY_TIMEOUT_MS = 5000;

/** Pages of the write-ahead log after which it starts over from its beginning. */
const LOG_PAGES = 4000;

/** Cache of a connection, 64 MiB; negative: in KiB. */
const CACHE_SIZE = -65536;

/** Settings of each connection. FULL: committed data survives a power failure, also in WAL mode. */
const SETTINGS = `
  pragma busy_timeout = ${BUSY_TIMEOUT_MS};
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma wal_autocheckpoint = ${LOG_PAGES};
  pragma temp_store = memory;
  pragma cache_size = ${CACHE_SIZE};
`;

/**
 * Opens a SQLite file, creating it if it does not exist.
 *
 * `@photostructure/sqlite` offers the API of `node:sqlite` with one SQLite (3.53) on every Node, prebuilt. Node's own
 * module is not used, because its SQLite is older than 3.51.3 on most releases, and such versions can corrupt a file
 * when the write-ahead log is reset while another connection reads.
 *
 * @param fillsLog true for a server, which commits each call by itself: see `fillLog`
 * @throws Failure outside if it cannot be opened, bad_input if it is not a database
 */
export async function openSqlite(
  path: string,
  { fillsLog = false }: { fillsLog?: boolean } = {},
): Promise<{ writer: Kysely<Database>; reader: Kysely<Database> }> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return {
      writer: connect(path, { settings: SETTINGS, isReader: false, fillsLog }),
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
    return connect(path, { settings: `${SETTINGS} pragma query_only = on;`, isReader: true, fillsLog: false });
  } catch (error) {
    throw databaseFailure(error, path);
  }
}

/**
 * Makes the write-ahead log as long as it will become, by a transaction that does not fit into the cache and is rolled
 * back: 16 MB, about 30 ms. A commit that overwrites a part of a file is on disk sooner than one that makes it longer,
 * because the file system then also writes the new length: `docs/concepts/speed.md`.
 */
function fillLog(database: DatabaseSyncInstance): void {
  let after = "";
  try {
    database.exec("pragma cache_size = -256; begin immediate; create table filling (bytes blob);");
    database.exec(`insert into filling values (zeroblob(${LOG_PAGES * 4096}));`);
  } catch {
    // The disk is full, or another process writes: the first commits take longer. The log must not keep the last space.
    after = "pragma wal_checkpoint(truncate);";
  }
  if (database.isTransaction) database.exec("rollback");
  database.exec(after);
  database.exec(`pragma cache_size = ${CACHE_SIZE};`);
}

function connect(
  path: string,
  { settings, isReader, fillsLog }: { settings: string; isReader: boolean; fillsLog: boolean },
): Kysely<Database> {
  const database = new DatabaseSync(path);
  try {
    database.exec(settings);
    if (fillsLog) fillLog(database);
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
