import { open } from "node:fs/promises";

import { DatabaseSync } from "@photostructure/sqlite";

import { Failure, isSystemError } from "../base/failure.ts";

/** First bytes of every SQLite file. */
const MAGIC = "SQLite format 3\0";

/** A SQLite file of another program, opened read-only. */
export type ForeignSqlite = {
  /** Rows of a query, one at a time. Integers beyond 2^53 must be selected as text. */
  rows: <Row extends object>(sql: string, ...params: readonly (string | number)[]) => Iterable<Row>;
  /** Whether a table exists. */
  has: (table: string) => boolean;
  close: () => void;
};

/**
 * Opens a SQLite file of another program for reading.
 *
 * @param shown  its name in messages
 * @throws Failure not_found, bad_input if it is not a SQLite file
 */
export async function openForeignSqlite(path: string, shown: string): Promise<ForeignSqlite> {
  await checkMagic(path, shown);
  const database = new DatabaseSync(path, { readOnly: true });
  function* rows<Row extends object>(sql: string, ...params: readonly (string | number)[]): Iterable<Row> {
    try {
      yield* database.prepare(sql).iterate(...params) as Iterable<Row>;
    } catch (error) {
      throw damageFailure(error, shown);
    }
  }
  const named = "select name from sqlite_master where type = 'table' and name = ?";
  return { rows, has: (table) => Array.from(rows(named, table)).length > 0, close: () => database.close() };
}

/** Messages of SQLite about a file that is cut off or damaged. */
const DAMAGED = /malformed|not a database|disk I\/O error|database corruption/i;

function damageFailure(error: unknown, shown: string): unknown {
  if (!(error instanceof Error) || error instanceof Failure || !DAMAGED.test(error.message)) return error;
  return new Failure("bad_input", `${shown} is damaged or cut off: ${error.message}`, {
    hint: "copy the file again while no program writes to it, or restore a backup of it; what was read is kept",
    cause: error,
  });
}

async function checkMagic(path: string, shown: string): Promise<void> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
      if (buffer.subarray(0, bytesRead).toString("latin1") === MAGIC) return;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT")) {
      throw new Failure("not_found", `${shown} does not exist`, { hint: "check the path" });
    }
    if (!isSystemError(error, "EISDIR")) throw error;
  }
  throw new Failure("bad_input", `${shown} is not a SQLite file`, { hint: "name the database file of the tracker" });
}
