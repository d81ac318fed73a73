import { type Expression, sql } from "../../store/sql.ts";
import type { Dialect } from "./conditions.ts";

/** Metrics that are not logged by clients but computed by the server. A search reads them like logged metrics. */
export type ComputedMetrics = {
  /** Prefix of their keys. */
  prefix: string;
  /** Values of one of these metrics, for the runs that have it. */
  values: (key: string) => Promise<readonly { runNo: number; value: number }[]>;
};

/** Values of a computed metric as a table with the columns of `series` that a search reads. */
export async function computedTable(metrics: ComputedMetrics, key: string, dialect: Dialect): Promise<Expression> {
  const rows = JSON.stringify((await metrics.values(key)).map(({ runNo, value }) => [runNo, value]));
  return dialect === "sqlite"
    ? sql`(select json_extract(value, '$[0]') as run_no, json_extract(value, '$[1]') as value, 0 as is_nan
        from json_each(${rows}))`
    : sql`(select (item->>0)::bigint as run_no, (item->>1)::double precision as value, 0 as is_nan
        from json_array_elements(${rows}::json) as item)`;
}
