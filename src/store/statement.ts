import { CompiledQuery, type Kysely, PostgresAdapter } from "kysely";

import type { Database } from "./database.ts";

/** Database that a Kysely instance uses. */
export function kindOf(db: Kysely<Database>): "sqlite" | "postgres" {
  return db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite";
}

const numbered = new Map<string, string>();

/**
 * Runs a raw SQL statement, with `?` for each parameter. For the paths that run thousands of times per second, for
 * which building a query costs more than running it; all others use the query builder.
 *
 * @param text a constant of the code, never built from input
 */
export async function run<Row>(db: Kysely<Database>, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  const { rows } = await db.executeQuery<Row>(
    CompiledQuery.raw(kindOf(db) === "sqlite" ? text : asNumbered(text), [...parameters]),
  );
  return rows;
}

function asNumbered(text: string): string {
  let known = numbered.get(text);
  if (known === undefined) {
    let count = 0;
    known = text.replaceAll("?", () => `$${++count}`);
    numbered.set(text, known);
  }
  return known;
}
