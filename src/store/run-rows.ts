import { CompiledQuery, type Kysely } from "kysely";

import type { Database } from "./database.ts";
import { RowBatch } from "./row-batch.ts";
import { kindOf, preparedOnce } from "./statement.ts";

/** A statement for many rows. Its texts are constants of the code, never built from input. */
export type RowsStatement = {
  /** For SQLite: run once per row, with `?` for each value. */
  each: string;
  /** For PostgreSQL: run once, with `ROWS` as the table of rows, which saves a round trip per row. */
  together: string;
  /** PostgreSQL types of the values of a row. */
  types: readonly ("bigint" | "double precision" | "text")[];
};

/** Runs a statement for many rows: prepared once on SQLite, sent once to PostgreSQL. */
export async function runRows(
  db: Kysely<Database>,
  { each, together, types }: RowsStatement,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  if (rows.length === 0) return;
  if (kindOf(db) === "sqlite") {
    await runEach(db, each, rows);
    return;
  }
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  const text = preparedOnce(together.replace("ROWS", `unnest(${arrays})`));
  await db.executeQuery(CompiledQuery.raw(text, asColumns(rows)));
}

/** Runs a SQLite statement once per row, prepared once. */
export async function runEach(
  db: Kysely<Database>,
  statement: string,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(statement, [new RowBatch(rows)]));
}

/** Rows as one array per column, for `unnest`. Every row has as many values as the first one. */
export function asColumns(rows: readonly (readonly unknown[])[]): unknown[][] {
  return (rows[0] ?? []).map((_, index) => rows.map((row) => row[index]));
}
