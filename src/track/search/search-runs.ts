import { type Condition, type Expression, sql } from "../../store/sql.ts";
import type { Store } from "../../store/open-store.ts";
import { pageOffset, pageToken } from "../page-token.ts";
import type { RunInfo } from "../run-info.ts";
import { type ComputedMetrics, computedTable } from "./computed-metrics.ts";
import { compared, type Dialect } from "./conditions.ts";
import { type Clause, type Grammar, type Order, parseFilter, parseOrder } from "./filter.ts";

/** Deletion states to include. */
export type View = "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";

/** Query of the search. */
export type RunSearch = {
  /** Experiments by number; undefined for all. */
  experimentIds: readonly number[] | undefined;
  filter: string;
  view: View;
  orderBy: readonly string[];
  maxResults: number;
  pageToken: string | undefined;
  /**
   * Names of programmes whose experiments are included, null for experiments without a programme; undefined for all.
   */
  programmes?: readonly (string | null)[] | undefined;
  /** Metrics that are computed; default: none. */
  computed?: ComputedMetrics | undefined;
};

const GRAMMAR: Grammar = {
  numeric: ["start_time", "end_time"],
  text: ["run_id", "run_name", "status", "user_id", "artifact_uri", "lifecycle_stage"],
  lists: ["run_id"],
  entities: ["attribute", "metric", "parameter", "tag", "dataset"],
  sorted: ["attribute", "metric", "parameter", "tag"],
  aliases: {
    created: "start_time",
    Created: "start_time",
    "run name": "run_name",
    "Run name": "run_name",
    "Run Name": "run_name",
  },
};

const ATTRIBUTES: Readonly<Record<string, Expression>> = {
  run_id: sql`runs.run_id`,
  run_name: sql`runs.name`,
  status: sql`runs.status`,
  user_id: sql`runs.user_id`,
  lifecycle_stage: sql`runs.lifecycle_stage`,
  start_time: sql`runs.start_ms`,
  end_time: sql`runs.end_ms`,
  artifact_uri: sql`('mlflow-artifacts:/' || runs.experiment_id || '/' || runs.run_id || '/artifacts')`,
};

/**
 * Searches runs by MLflow's grammar.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE
 */
export async function searchRuns(
  { db, kind }: Pick<Store, "db" | "kind">,
  search: RunSearch,
): Promise<{ infos: RunInfo[]; nextPageToken: string | undefined }> {
  const clauses = parseFilter(search.filter, GRAMMAR);
  const orders = parseOrder(search.orderBy, GRAMMAR);
  const offset = pageOffset(search.pageToken);
  if (search.experimentIds?.length === 0 || search.maxResults === 0) return { infos: [], nextPageToken: undefined };
  const computed = await computedTables([...clauses, ...orders], search.computed, kind);
  const conditions = [...scope(search), ...clauses.map((clause) => condition(clause, kind, computed))];
  const joins = orders.map((order, index) => join(order, index, computed)).filter((clause) => clause !== undefined);
  const order = sql.join([...orders.flatMap(sortKeys), ...tieBreak(orders)]);
  const { rows } = await sql<RunInfo>`
    select runs.* from runs ${sql.join(joins, sql` `)}
    where ${conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `)}
    order by ${order} limit ${search.maxResults + 1} offset ${offset}`.execute(db);
  const hasMore = rows.length > search.maxResults;
  return {
    infos: rows.slice(0, search.maxResults),
    nextPageToken: hasMore ? pageToken(offset + search.maxResults) : undefined,
  };
}

/** Tables of the computed metrics used in a search, by key. */
async function computedTables(
  named: readonly { entity: string; key: string }[],
  metrics: ComputedMetrics | undefined,
  dialect: Dialect,
): Promise<ReadonlyMap<string, Expression>> {
  const tables = new Map<string, Expression>();
  if (metrics === undefined) return tables;
  for (const { entity, key } of named) {
    if (entity === "metric" && key.startsWith(metrics.prefix) && !tables.has(key))
      tables.set(key, await computedTable(metrics, key, dialect));
  }
  return tables;
}

function scope({ experimentIds, view, programmes }: RunSearch): Condition[] {
  const conditions: Condition[] = [];
  if (experimentIds !== undefined) conditions.push(sql`runs.experiment_id in (${sql.join([...experimentIds])})`);
  if (view !== "ALL") conditions.push(sql`runs.lifecycle_stage = ${view === "ACTIVE_ONLY" ? "active" : "deleted"}`);
  if (programmes !== undefined) {
    const named = programmes.filter((name) => name !== null);
    const parts = [
      ...(named.length === 0 ? [] : [sql`programme in (${sql.join(named)})`]),
      ...(programmes.includes(null) ? [sql`programme is null`] : []),
    ];
    conditions.push(
      sql`runs.experiment_id in (select experiment_id from experiments where ${sql.join(parts, sql` or `)})`,
    );
  }
  return conditions;
}

function condition(clause: Clause, dialect: Dialect, computed: ReadonlyMap<string, Expression>): Condition {
  const { entity, key, comparator, value } = clause;
  const table = entity === "metric" ? computed.get(key) : undefined;
  if (table !== undefined) {
    const matches = compared(sql`computed.value`, { comparator, value }, dialect);
    return sql`runs.run_no in (select computed.run_no from ${table} as computed where ${matches})`;
  }
  if (entity === "attribute") return compared(ATTRIBUTES[key]!, clause, dialect);
  if (entity === "dataset") return datasetCondition(clause, dialect);
  if (entity === "metric") {
    const isOther = comparator === "!=" ? sql`or is_nan = 1` : sql``;
    return sql`exists (select 1 from series where series.run_no = runs.run_no and series.key = ${key}
      and ((is_nan = 0 and ${compared(sql`series.value`, { comparator, value }, dialect)}) ${isOther}))`;
  }
  const pairs = sql.table(entity === "tag" ? "run_tags" : "run_params");
  const own = sql`select 1 from ${pairs} as pair where pair.run_no = runs.run_no and pair.key = ${key}`;
  if (comparator === "IS NULL") return sql`not exists (${own})`;
  if (comparator === "IS NOT NULL") return sql`exists (${own})`;
  return sql`exists (${own} and ${compared(sql`pair.value`, { comparator, value }, dialect)})`;
}

function datasetCondition(clause: Clause, dialect: Dialect): Condition {
  const inputs = sql`from run_inputs join datasets on datasets.dataset_no = run_inputs.dataset_no`;
  if (clause.key === "context") {
    return sql`exists (select 1 ${inputs} join run_input_tags on run_input_tags.input_no = run_inputs.input_no
      where run_inputs.run_no = runs.run_no and run_input_tags.key = 'mlflow.data.context'
      and ${compared(sql`run_input_tags.value`, clause, dialect)})`;
  }
  const column = clause.key === "name" ? sql`datasets.name` : sql`datasets.digest`;
  return sql`exists (select 1 ${inputs} where run_inputs.run_no = runs.run_no and ${compared(column, clause, dialect)})`;
}

const TABLES: Partial<Record<Order["entity"], string>> = { metric: "series", parameter: "run_params", tag: "run_tags" };

/** The row with the sort key of a run that has it. */
function join(
  { entity, key }: Order,
  index: number,
  computed: ReadonlyMap<string, Expression>,
): Expression | undefined {
  const pairs = TABLES[entity];
  if (pairs === undefined) return undefined;
  const name = sql.table(`order_${index}`);
  const table = entity === "metric" ? computed.get(key) : undefined;
  if (table !== undefined) return sql`left join ${table} as ${name} on ${name}.run_no = runs.run_no`;
  return sql`left join ${sql.table(pairs)} as ${name} on ${name}.run_no = runs.run_no and ${name}.key = ${key}`;
}

/** Values come first, then NaN, then missing ones; the direction applies to the values. */
function sortKeys({ entity, key, isAscending }: Order, index: number): Expression[] {
  const direction = isAscending ? sql`asc` : sql`desc`;
  if (entity === "attribute") {
    const column = ATTRIBUTES[key]!;
    return [sql`case when ${column} is null then 1 else 0 end`, sql`${column} ${direction}`];
  }
  const name = sql.table(`order_${index}`);
  const isNan = entity === "metric" ? sql`when ${name}.is_nan = 1 then 1` : sql``;
  return [sql`case when ${name}.run_no is null then 2 ${isNan} else 0 end`, sql`${name}.value ${direction}`];
}

function tieBreak(orders: readonly Order[]): Expression[] {
  const isByStart = orders.some(({ entity, key }) => entity === "attribute" && key === "start_time");
  return [...(isByStart ? [] : [sql`runs.start_ms desc`]), sql`runs.run_id`];
}
