import { CompiledQuery, type DatabaseConnection, type KyselyProps, Transaction } from "kysely";

import type { Work } from "./commit-queue.ts";
import type { Database } from "./database.ts";
import { collectLast, type LastStatements } from "./last-statements.ts";

/**
 * Does work in one transaction whose statements may be in flight concurrently. Kysely's own transaction waits for each
 * result before it sends the next statement.
 *
 * @throws the error of the first statement that failed, or that of the work; nothing is committed then
 */
export function transact<Result>(props: KyselyProps, work: Work<Result>): Promise<Result> {
  return props.executor.provideConnection(async (connection) => {
    const last: LastStatements = [];
    const provider = { provideConnection: provide(connection) };
    const transaction = new Transaction<Database>({
      ...props,
      executor: props.executor.withConnectionProvider(provider),
    });
    collectLast(transaction, last);
    try {
      send(connection, "begin").catch(() => undefined); // sent with the next statement, which fails as well
      const result = await work(transaction);
      await commit(connection, last);
      return result;
    } catch (error) {
      await props.driver.rollbackTransaction(connection);
      throw (await firstFailure(last)) ?? error;
    }
  });
}

/** Commits together with the last statements. If one of them failed, PostgreSQL rolls back. */
async function commit(connection: DatabaseConnection, last: LastStatements): Promise<void> {
  const { rows } = (await Promise.all([send(connection, "commit"), ...last]))[0];
  const [answer] = rows as { command?: string }[];
  if (answer?.command === "ROLLBACK") throw new Error("PostgreSQL rolled the transaction back");
}

async function firstFailure(last: LastStatements): Promise<unknown> {
  const outcomes = await Promise.allSettled(last);
  return outcomes.find((outcome) => outcome.status === "rejected")?.reason;
}

function send(connection: DatabaseConnection, text: string): ReturnType<DatabaseConnection["executeQuery"]> {
  return connection.executeQuery(CompiledQuery.raw(text));
}

function provide(
  connection: DatabaseConnection,
): <Result>(consumer: (connection: DatabaseConnection) => Promise<Result>) => Promise<Result> {
  return (consumer) => consumer(connection);
}
