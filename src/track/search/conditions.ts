import { type Condition, type Expression, sql } from "../../store/sql.ts";
import type { Comparator } from "./filter.ts";

/** Database-specific parts of a condition. */
export type Dialect = "sqlite" | "postgres";

type Value = number | string | readonly string[] | null;

/**
 * Comparison of a column with a value, in the SQL of one database. LIKE is case-sensitive, ILIKE is not. A backslash in
 * a pattern is a character like others, which PostgreSQL is told by an empty escape character.
 */
export function compared(
  column: Expression,
  { comparator, value }: { comparator: Comparator; value: Value },
  dialect: Dialect,
): Condition {
  switch (comparator) {
    case "LIKE":
      // SQLite's LIKE ignores the case of ASCII letters; its GLOB does not
      return dialect === "sqlite"
        ? sql`${column} glob ${asGlob(String(value))}`
        : sql`${column} like ${value} escape ''`;
    case "ILIKE":
      return dialect === "sqlite"
        ? sql`lower(${column}) like lower(${value})`
        : sql`${column} ilike ${value} escape ''`;
    case "IN":
    case "NOT IN": {
      const list = sql.join([...((value ?? []) as readonly string[])]);
      return comparator === "IN" ? sql`${column} in (${list})` : sql`${column} not in (${list})`;
    }
    case "IS NULL":
      return sql`${column} is null`;
    case "IS NOT NULL":
      return sql`${column} is not null`;
    default:
      return sql`${column} ${sql.raw(COMPARATORS[comparator])} ${typed(value, dialect)}`;
  }
}

/**
 * A value with its type. PostgreSQL takes the column's, and fails for a fraction or a number too large for it; SQLite
 * may compare a very small number as text where the other side is no column.
 */
function typed(value: Value, dialect: Dialect): Expression {
  if (typeof value !== "number") return sql`${value}`;
  if (dialect === "sqlite") return Number.isInteger(value) ? sql`${value}` : sql`cast(${value} as real)`;
  return Number.isSafeInteger(value) ? sql`cast(${value} as bigint)` : sql`cast(${value} as double precision)`;
}

const COMPARATORS = { "=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=" } as const;

/** Converts a LIKE pattern to a GLOB pattern. */
function asGlob(pattern: string): string {
  return pattern
    .replaceAll(/[*?[]/g, (char) => `[${char}]`)
    .replaceAll("%", "*")
    .replaceAll("_", "?");
}
