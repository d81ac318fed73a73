import type { Db } from "./database.ts";

/** Statements of a transaction that are on their way while its work goes on, in the order in which they were sent. */
export type LastStatements = Promise<unknown>[];

const pending = new WeakMap<Db, LastStatements>();

/** Lets the statements of a transaction be collected instead of awaited; for the store. */
export function collectLast(db: Db, statements: LastStatements): void {
  pending.set(db, statements);
}

/**
 * Sends statements whose results the work does not need. On PostgreSQL they share a round trip with the statements that
 * follow and with the commit, which succeeds only if they did; on SQLite they are awaited.
 *
 * @param statements  promises of statements that were sent by `db`
 */
export async function sendWithCommit(db: Db, ...statements: readonly Promise<unknown>[]): Promise<void> {
  const collected = pending.get(db);
  if (collected === undefined) {
    await Promise.all(statements);
    return;
  }
  for (const statement of statements) {
    statement.catch(() => undefined); // the commit reports it
    collected.push(statement);
  }
}
