import type { Db } from "./database.ts";

/** Statements of a transaction that are in flight while its work continues, in the order in which they were sent. */
export type LastStatements = Promise<unknown>[];

const pending = new WeakMap<Db, LastStatements>();

/** Collects the statements of a transaction instead of awaiting them; used by the store. */
export function collectLast(db: Db, statements: LastStatements): void {
  pending.set(db, statements);
}

/**
 * Sends statements whose results the work does not need. On PostgreSQL they share a round trip with the following
 * statements and with the commit, which succeeds only if they did; on SQLite they are awaited.
 *
 * @param statements  promises of statements that were sent through `db`
 */
export async function sendWithCommit(db: Db, ...statements: readonly Promise<unknown>[]): Promise<void> {
  const collected = pending.get(db);
  if (collected === undefined) {
    await Promise.all(statements);
    return;
  }
  for (const statement of statements) {
    statement.catch(() => undefined); // the commit reports the error
    collected.push(statement);
  }
}
