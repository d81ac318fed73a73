import { join } from "node:path";

import { type Kysely, sql } from "kysely";

import type { Clock } from "../base/clock.ts";
import { backUpSqlite } from "./backup.ts";
import { CommitQueue, type Work } from "./commit-queue.ts";
import type { Database } from "./database.ts";
import { databaseFailure } from "./database-failure.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openSqlite } from "./sqlite-dialect.ts";

/** Location of the state of one or several programmes, in a SQLite file or in PostgreSQL. */
export type StoreLocation = {
  /** Folder of the artifacts, and of the SQLite file if no `url` is given. */
  dataDir: string;
  /** `postgres://...`; default: SQLite. */
  url?: string | undefined;
  /** True for a server on SQLite: the write-ahead log gets its final length at the start, so that commits are faster. */
  fillsLog?: boolean | undefined;
};

/** An open database with a current schema, and the folder for files that are too large for it. */
export type Store = {
  kind: "sqlite" | "postgres";
  dataDir: string;
  /** For reading. Sees committed data, and never waits for a writer. */
  db: Kysely<Database>;
  /**
   * Does work in one transaction, which is on disk when the promise resolves. An error rolls back only this work. The
   * work must be repeatable: PostgreSQL may run it again after a deadlock.
   */
  write: <Result>(work: Work<Result>) => Promise<Result>;
  /** Waits for pending writes, then closes. */
  close: () => Promise<void>;
};

/** Name of the SQLite file in a data folder. */
export const DATABASE_FILE = "tunewright.db";

/** Data folder of a programme. */
export function dataFolder(programmeDir: string): string {
  return join(programmeDir, ".tunewright");
}

/**
 * Opens the database of a programme or of a server, creates it if it does not exist, and applies missing migrations; a
 * SQLite file is backed up first. All other code opens databases through this function.
 *
 * @throws Failure outside, bad_input, check_failed (a newer schema)
 */
export async function openStore(location: StoreLocation, now: Clock): Promise<Store> {
  return location.url === undefined ? openSqliteStore(location, now) : openPostgresStore(location, now);
}

async function openSqliteStore({ dataDir, fillsLog = false }: StoreLocation, now: Clock): Promise<Store> {
  const path = join(dataDir, DATABASE_FILE);
  const { writer, reader } = await openSqlite(path, { fillsLog });
  const close = async (): Promise<void> => {
    await reader.destroy();
    await writer.destroy();
  };
  try {
    await migrate(writer, {
      kind: "sqlite",
      migrations: MIGRATIONS,
      nowMs: now().getTime(),
      backUp: (last) => backUpSqlite(writer, join(dataDir, "backups", `before-${last}-${now().getTime()}.db`)),
    });
  } catch (error) {
    await close();
    throw databaseFailure(error, path);
  }
  const queue = new CommitQueue(writer);
  return {
    kind: "sqlite",
    dataDir,
    db: reader,
    write: async (work) => {
      try {
        return await queue.add(work);
      } catch (error) {
        throw databaseFailure(error, path);
      }
    },
    close: async () => {
      await queue.settle();
      await close();
    },
  };
}

/** Number of attempts for a transaction that PostgreSQL aborts because of a conflict with another one. */
const TRIES = 5;

async function openPostgresStore({ dataDir, url }: StoreLocation, now: Clock): Promise<Store> {
  const { openPostgres, shownUrl } = await import("./postgres-dialect.ts");
  const { db, transact } = openPostgres(url!);
  const where = shownUrl(url!);
  try {
    await migrate(db, {
      kind: "postgres",
      migrations: MIGRATIONS,
      nowMs: now().getTime(),
      backUp: async () => undefined, // the owner runs pg_dump: docs/concepts/tracking.md
    });
  } catch (error) {
    await db.destroy();
    throw databaseFailure(error, where);
  }
  const write = async <Result>(work: Work<Result>): Promise<Result> => {
    for (let tried = 1; ; tried++) {
      try {
        return await transact(work);
      } catch (error) {
        const { code } = error as { code?: unknown };
        const isVictim = code === "40001" || code === "40P01"; // serialization failure, deadlock
        if (!isVictim || tried === TRIES) throw databaseFailure(error, where);
      }
    }
  };
  return { kind: "postgres", dataDir, db, write, close: () => db.destroy() };
}

/** True if the database responds; for the health route. */
export async function isAlive({ db }: Store): Promise<boolean> {
  try {
    await sql`select 1`.execute(db);
    return true;
  } catch {
    return false;
  }
}
