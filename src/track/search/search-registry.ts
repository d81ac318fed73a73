import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { type Condition, type Expression, sql } from "../../store/sql.ts";
import { DELETED_STAGE, type ModelVersion, readVersions } from "../models/model-versions.ts";
import { readRegistered, type RegisteredModel } from "../models/registered-models.ts";
import { pageOffset, pageToken } from "../page-token.ts";
import { compared, type Dialect } from "./conditions.ts";
import { type Clause, type Grammar, parseFilter, parseOrder } from "./filter.ts";

/** Search request for the registry. */
export type RegistrySearch = {
  filter: string;
  orderBy: readonly string[];
  maxResults: number;
  pageToken: string | undefined;
};

const MODELS: Grammar = {
  numeric: ["timestamp", "last_updated_timestamp", "creation_timestamp"],
  text: ["name"],
  lists: [],
  entities: ["attribute", "tag"],
  sorted: ["attribute"],
};

const VERSIONS: Grammar = {
  numeric: ["version_number", "creation_timestamp", "last_updated_timestamp"],
  text: ["name", "run_id", "source_path"],
  lists: ["run_id"],
  entities: ["attribute", "tag"],
  sorted: ["attribute"],
};

const MODEL_COLUMNS: Readonly<Record<string, Expression>> = {
  name: sql`registered_models.name`,
  timestamp: sql`registered_models.updated_ms`,
  last_updated_timestamp: sql`registered_models.updated_ms`,
  creation_timestamp: sql`registered_models.created_ms`,
};

const VERSION_COLUMNS: Readonly<Record<string, Expression>> = {
  name: sql`registered_models.name`,
  run_id: sql`model_versions.run_id`,
  source_path: sql`model_versions.source`,
  version_number: sql`model_versions.version`,
  creation_timestamp: sql`model_versions.created_ms`,
  last_updated_timestamp: sql`model_versions.updated_ms`,
};

/** Searches registered models, sorted by name by default. @throws TrackFailure INVALID_PARAMETER_VALUE */
export async function searchRegistered(
  { db, kind }: Pick<Store, "db" | "kind">,
  search: RegistrySearch,
): Promise<{ models: RegisteredModel[]; nextPageToken: string | undefined }> {
  const tags = sql`registered_model_tags as tag where tag.registered_no = registered_models.registered_no`;
  const conditions = parseFilter(search.filter, MODELS).map((clause) =>
    condition(clause, { columns: MODEL_COLUMNS, tags }, kind),
  );
  const order = ordered(search.orderBy, MODELS, MODEL_COLUMNS);
  const offset = pageOffset(search.pageToken);
  const { rows } = await sql<Row<"registered_models">>`
    select registered_models.* from registered_models where ${all(conditions)}
    order by ${sql.join([...order, sql`registered_models.name`])}
    limit ${search.maxResults + 1} offset ${offset}`.execute(db);
  return {
    models: await readRegistered(db, rows.slice(0, search.maxResults)),
    nextPageToken: rows.length > search.maxResults ? pageToken(offset + search.maxResults) : undefined,
  };
}

/** Searches versions, most recently changed first by default. @throws TrackFailure INVALID_PARAMETER_VALUE */
export async function searchVersions(
  { db, kind }: Pick<Store, "db" | "kind">,
  search: RegistrySearch,
): Promise<{ versions: ModelVersion[]; nextPageToken: string | undefined }> {
  const tags = sql`model_version_tags as tag where tag.registered_no = model_versions.registered_no
    and tag.version = model_versions.version`;
  const conditions = parseFilter(search.filter, VERSIONS).map((clause) =>
    condition(clause, { columns: VERSION_COLUMNS, tags }, kind),
  );
  const order = ordered(search.orderBy, VERSIONS, VERSION_COLUMNS);
  const usual = [
    ...(order.length === 0 ? [sql`model_versions.updated_ms desc`] : []),
    sql`registered_models.name`,
    sql`model_versions.version desc`,
  ];
  const offset = pageOffset(search.pageToken);
  const { rows } = await sql<Row<"model_versions">>`
    select model_versions.* from model_versions
    join registered_models on registered_models.registered_no = model_versions.registered_no
    where model_versions.stage <> ${DELETED_STAGE} and ${all(conditions)}
    order by ${sql.join([...order, ...usual])} limit ${search.maxResults + 1} offset ${offset}`.execute(db);
  return {
    versions: await readVersions(db, rows.slice(0, search.maxResults)),
    nextPageToken: rows.length > search.maxResults ? pageToken(offset + search.maxResults) : undefined,
  };
}

function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`1 = 1` : sql.join([...conditions], sql` and `);
}

/** Tag that marks a model as a prompt. A model without it counts as "not true". */
const PROMPT_TAG = "mlflow.prompt.is_prompt";

function condition(
  clause: Clause,
  { columns, tags }: { columns: Readonly<Record<string, Expression>>; tags: Expression },
  dialect: Dialect,
): Condition {
  const { entity, key, comparator, value } = clause;
  if (entity === "attribute") return compared(columns[key]!, clause, dialect);
  const own = sql`select 1 from ${tags} and tag.key = ${key}`;
  if (comparator === "IS NULL") return sql`not exists (${own})`;
  if (comparator === "IS NOT NULL") return sql`exists (${own})`;
  if (key === PROMPT_TAG && comparator === "!=") return sql`not exists (${own} and tag.value = ${value})`;
  return sql`exists (${own} and ${compared(sql`tag.value`, clause, dialect)})`;
}

function ordered(
  orderBy: readonly string[],
  grammar: Grammar,
  columns: Readonly<Record<string, Expression>>,
): Expression[] {
  return parseOrder(orderBy, grammar).map(
    ({ key, isAscending }) => sql`${columns[key]!} ${isAscending ? sql`asc` : sql`desc`}`,
  );
}
