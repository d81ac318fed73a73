import { CompiledQuery, type Kysely } from "kysely";

import type { Database } from "./database.ts";
import { RowBatch } from "./row-batch.ts";
import { asColumns } from "./run-rows.ts";
import { kindOf, preparedOnce } from "./statement.ts";

/** Rows to insert into one table. */
export type Insertion = {
  table: keyof Database;
  /** Columns with their PostgreSQL types. */
  columns: Readonly<Record<string, "bigint" | "double precision" | "smallint" | "text">>;
  /** Values in the order of `columns`. */
  rows: readonly (readonly unknown[])[];
  /**
   * Treatment of an existing row: `keep` leaves it unchanged, `fail` fails, and an object lists the columns to update.
   * Default: keep.
   */
  onConflict?: "keep" | "fail" | { key: readonly string[]; set: readonly string[] };
};

/**
 * Inserts many rows with one prepared statement; the fast path for metrics.
 *
 * @returns the number of inserted or replaced rows
 */
export async function insertRows(db: Kysely<Database>, insertion: Insertion): Promise<number> {
  const { table, columns, rows } = insertion;
  if (rows.length === 0) return 0;
  const then = conflictClause(insertion);
  const names = Object.keys(columns);
  const into = `insert into ${table} (${names.join(", ")})`;
  if (kindOf(db) === "sqlite") {
    const marks = names.map(() => "?").join(", ");
    const batch = [new RowBatch(rows)];
    const { numAffectedRows } = await db.executeQuery(CompiledQuery.raw(`${into} values (${marks})${then}`, batch));
    return Number(numAffectedRows);
  }
  const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);
  const text = preparedOnce(`${into} select * from unnest(${arrays.join(", ")})${then}`);
  const { numAffectedRows } = await db.executeQuery(CompiledQuery.raw(text, asColumns(rows)));
  return Number(numAffectedRows ?? 0);
}

function conflictClause({ onConflict = "keep" }: Insertion): string {
  if (onConflict === "fail") return "";
  if (onConflict === "keep") return " on conflict do nothing";
  const sets = onConflict.set.map((column) => `${column} = excluded.${column}`);
  return ` on conflict (${onConflict.key.join(", ")}) do update set ${sets.join(", ")}`;
}
