import { type Condition, type Expression, sql } from "../../store/sql.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { type Experiment, withTags } from "../experiments.ts";
import { pageOffset, pageToken } from "../page-token.ts";
import { compared, type Dialect } from "./conditions.ts";
import { type Clause, type Grammar, parseFilter, parseOrder } from "./filter.ts";
import type { View } from "./search-runs.ts";

/** Search request for experiments. */
export type ExperimentSearch = {
  filter: string;
  view: View;
  orderBy: readonly string[];
  maxResults: number;
  pageToken: string | undefined;
};

const GRAMMAR: Grammar = {
  numeric: ["creation_time", "last_update_time", "experiment_id"],
  text: ["name"],
  lists: [],
  entities: ["attribute", "tag"],
  sorted: ["attribute"],
};

const ATTRIBUTES: Readonly<Record<string, Expression>> = {
  name: sql`experiments.name`,
  experiment_id: sql`experiments.experiment_id`,
  creation_time: sql`experiments.created_ms`,
  last_update_time: sql`experiments.updated_ms`,
};

/** Searches experiments by MLflow's grammar; newest first by default. @throws TrackFailure INVALID_PARAMETER_VALUE */
export async function searchExperiments(
  { db, kind }: Pick<Store, "db" | "kind">,
  search: ExperimentSearch,
): Promise<{ experiments: Experiment[]; nextPageToken: string | undefined }> {
  const { filter, view, orderBy, maxResults } = search;
  const clauses = parseFilter(filter, GRAMMAR);
  const orders = parseOrder(orderBy.length === 0 ? ["creation_time DESC", "experiment_id ASC"] : orderBy, GRAMMAR);
  const offset = pageOffset(search.pageToken);
  const conditions = clauses.map((clause) => condition(clause, kind));
  if (view !== "ALL") conditions.push(sql`lifecycle_stage = ${view === "ACTIVE_ONLY" ? "active" : "deleted"}`);
  const keys = orders.map(({ key, isAscending }) => sql`${ATTRIBUTES[key]!} ${isAscending ? sql`asc` : sql`desc`}`);
  const hasTie = orders.some(({ key }) => key === "experiment_id");
  const { rows } = await sql<Row<"experiments">>`
    select * from experiments where ${conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `)}
    order by ${sql.join(hasTie ? keys : [...keys, sql`experiment_id desc`])}
    limit ${maxResults + 1} offset ${offset}`.execute(db);
  return {
    experiments: await withTags({ db }, rows.slice(0, maxResults)),
    nextPageToken: rows.length > maxResults ? pageToken(offset + maxResults) : undefined,
  };
}

function condition(clause: Clause, dialect: Dialect): Condition {
  if (clause.entity === "attribute") return compared(ATTRIBUTES[clause.key]!, clause, dialect);
  const own = sql`select 1 from experiment_tags as tag where tag.experiment_id = experiments.experiment_id and tag.key = ${clause.key}`;
  if (clause.comparator === "IS NULL") return sql`not exists (${own})`;
  if (clause.comparator === "IS NOT NULL") return sql`exists (${own})`;
  return sql`exists (${own} and ${compared(sql`tag.value`, clause, dialect)})`;
}
