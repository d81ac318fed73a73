import type { RawBuilder } from "kysely";

/** Builds a part of a query that the query builder does not support; values become parameters. */
export { sql } from "kysely";

/** A part of a query that is true or false. */
export type Condition = RawBuilder<boolean>;

/** A part of a query with a value. */
export type Expression = RawBuilder<unknown>;
