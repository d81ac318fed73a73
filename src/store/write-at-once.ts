import { sendWithCommit } from "./last-statements.ts";
import type { Store } from "./open-store.ts";
import { run } from "./statement.ts";

/**
 * Runs one statement that changes data. On PostgreSQL it shares a round trip with the start and the end of its
 * transaction.
 *
 * @param text  a constant of the code, with `?` for each parameter
 * @returns the rows of the statement, which are on disk
 */
export async function writeAtOnce<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  const sent = await store.write(async (db) => {
    const rows = run<Row>(db, text, parameters);
    await sendWithCommit(db, rows);
    return { rows }; // not awaited here: the commit is sent first
  });
  return sent.rows;
}
