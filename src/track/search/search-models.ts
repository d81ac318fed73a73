import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { type Condition, type Expression, sql } from "../../store/sql.ts";
import { type LoggedModel, readModelRows } from "../models/logged-models.ts";
import { pageOffset, pageToken } from "../page-token.ts";
import { invalid } from "../track-failure.ts";
import { compared, type Dialect } from "./conditions.ts";
import { type Clause, type Grammar, parseFilter } from "./filter.ts";

/** A dataset to which the metrics of a filter or a sort order must belong. */
export type ModelDataset = { name: string; digest: string | undefined };

/** Search request for models. */
export type ModelSearch = {
  experimentIds: readonly number[];
  filter: string;
  datasets: readonly ModelDataset[];
  orderBy: readonly { field: string; isAscending: boolean; dataset: ModelDataset | undefined }[];
  maxResults: number;
  pageToken: string | undefined;
};

const GRAMMAR: Grammar = {
  numeric: ["creation_timestamp", "creation_time", "last_updated_timestamp"],
  text: ["name", "model_id", "model_type", "status", "source_run_id"],
  lists: ["name", "model_id", "model_type", "status", "source_run_id"],
  entities: ["attribute", "metric", "parameter", "tag"],
  sorted: [], // the order of a search of models is no text
};

const ATTRIBUTES: Readonly<Record<string, Expression>> = {
  name: sql`logged_models.name`,
  model_id: sql`logged_models.model_id`,
  model_type: sql`logged_models.model_type`,
  status: sql`replace(logged_models.status, 'LOGGED_MODEL_', '')`,
  source_run_id: sql`logged_models.source_run_id`,
  creation_timestamp: sql`logged_models.created_ms`,
  creation_time: sql`logged_models.created_ms`,
  last_updated_timestamp: sql`logged_models.updated_ms`,
};

/** Searches logged models by MLflow's grammar, newest first by default. @throws TrackFailure INVALID_PARAMETER_VALUE */
export async function searchModels(
  { db, kind }: Pick<Store, "db" | "kind">,
  search: ModelSearch,
): Promise<{ models: LoggedModel[]; nextPageToken: string | undefined }> {
  const clauses = parseFilter(search.filter, GRAMMAR);
  const offset = pageOffset(search.pageToken);
  if (search.experimentIds.length === 0) return { models: [], nextPageToken: undefined };
  const conditions = [
    sql`logged_models.lifecycle_stage = 'active'`,
    sql`logged_models.experiment_id in (${sql.join([...search.experimentIds])})`,
    ...clauses.map((clause) => condition(clause, search.datasets, kind)),
    ...(search.datasets.length === 0 || clauses.some(({ entity }) => entity === "metric")
      ? []
      : [measuredOn(search.datasets)]),
  ];
  const isByTime = search.orderBy.some(({ field }) => field === "creation_timestamp" || field === "creation_time");
  const keys = [
    ...search.orderBy.flatMap(sortKeys),
    ...(isByTime ? [] : [sql`logged_models.created_ms desc`]),
    sql`logged_models.model_id`,
  ];
  const { rows } = await sql<Row<"logged_models">>`
    select logged_models.* from logged_models where ${sql.join(conditions, sql` and `)}
    order by ${sql.join(keys)} limit ${search.maxResults + 1} offset ${offset}`.execute(db);
  return {
    models: await readModelRows(db, rows.slice(0, search.maxResults)),
    nextPageToken: rows.length > search.maxResults ? pageToken(offset + search.maxResults) : undefined,
  };
}

function condition(clause: Clause, datasets: readonly ModelDataset[], dialect: Dialect): Condition {
  const { entity, key } = clause;
  if (entity === "attribute") return compared(ATTRIBUTES[key]!, clause, dialect);
  if (entity === "metric") {
    const measured = datasets.length === 0 ? sql`` : sql`and (${sql.join(datasets.map(onDataset), sql` or `)})`;
    return sql`exists (select 1 from logged_model_metrics as metric where metric.model_no = logged_models.model_no
      and metric.key = ${key} and metric.is_nan = 0 and ${compared(sql`metric.value`, clause, dialect)} ${measured})`;
  }
  const table = sql.table(entity === "tag" ? "logged_model_tags" : "logged_model_params");
  const own = sql`select 1 from ${table} as pair where pair.model_no = logged_models.model_no and pair.key = ${key}`;
  if (clause.comparator === "IS NULL") return sql`not exists (${own})`;
  if (clause.comparator === "IS NOT NULL") return sql`exists (${own})`;
  return sql`exists (${own} and ${compared(sql`pair.value`, clause, dialect)})`;
}

/** Selects models with any metric on one of the datasets. */
function measuredOn(datasets: readonly ModelDataset[]): Condition {
  return sql`exists (select 1 from logged_model_metrics as metric where metric.model_no = logged_models.model_no
    and (${sql.join(datasets.map(onDataset), sql` or `)}))`;
}

function onDataset({ name, digest }: ModelDataset): Condition {
  return digest === undefined
    ? sql`metric.dataset_name = ${name}`
    : sql`(metric.dataset_name = ${name} and metric.dataset_digest = ${digest})`;
}

function sortKeys({ field, isAscending, dataset }: ModelSearch["orderBy"][number]): Expression[] {
  const direction = isAscending ? sql`asc` : sql`desc`;
  const metric = /^metrics?\.(.+)$/s.exec(field)?.[1];
  const column = metric === undefined ? ATTRIBUTES[field] : undefined;
  if (column !== undefined) return [sql`case when ${column} is null then 1 else 0 end`, sql`${column} ${direction}`];
  if (metric === undefined) throw invalid(`Invalid order by field name: ${field}`);
  const measured = dataset === undefined ? sql`` : sql`and ${onDataset(dataset)}`;
  const value = sql`(select max(metric.value) from logged_model_metrics as metric
    where metric.model_no = logged_models.model_no and metric.key = ${metric} and metric.is_nan = 0 ${measured})`;
  return [sql`case when ${value} is null then 1 else 0 end`, sql`${value} ${direction}`];
}
