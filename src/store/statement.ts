import { CompiledQuery, type Kysely, PostgresAdapter } from "kysely";

import type { Database } from "./database.ts";

/** Kind of database that a Kysely instance uses. */
export function kindOf(db: Kysely<Database>): "sqlite" | "postgres" {
  return db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite";
}

const numbered = new Map<string, string>();
const names = new Map<string, string>();

/**
 * Marks a statement as one that PostgreSQL parses once per connection, and returns it.
 *
 * @param text  a constant of the code: a connection keeps each statement until it is closed
 */
export function preparedOnce(text: string): string {
  if (!names.has(text)) names.set(text, `tunewright_${names.size + 1}`);
  return text;
}

/** Name of a statement that is prepared once; undefined for all others. */
export function nameOf(text: string): string | undefined {
  return names.get(text);
}

/**
 * Runs a raw SQL statement, with `?` for each parameter. For code that runs thousands of times per second, where
 * building a query costs more than running it. All other code uses the query builder.
 *
 * @param text a constant of the code, never built from input; it names its columns, because PostgreSQL keeps its plan
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
    known = preparedOnce(text.replaceAll("?", () => `$${++count}`));
    numbered.set(text, known);
  }
  return known;
}
