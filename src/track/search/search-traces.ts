import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { type Expression, sql } from "../../store/sql.ts";
import { pageOffset, pageToken } from "../page-token.ts";
import { CLIENT_REQUEST_ID, readTraces, type Trace } from "../traces/traces.ts";
import { type Grammar, type Order, parseFilter, parseOrder } from "./filter.ts";
import { TRACE_ATTRIBUTES, traceConditions } from "./trace-conditions.ts";

/** Filter of traces. */
export type TraceSearch = {
  /** Experiments by number. */
  experimentIds: readonly number[];
  filter: string;
  orderBy: readonly string[];
  maxResults: number;
  pageToken: string | undefined;
};

/** @source mlflow 3.11 utils/search_utils.py, SearchTraceUtils; metadata is also accepted as `request_metadata` */
const GRAMMAR: Grammar = {
  numeric: ["timestamp_ms", "execution_time_ms", "end_time_ms"],
  text: ["status", "name", "run_id", "trace_id"],
  lists: ["status", "name", "run_id", "trace_id"],
  entities: ["attribute", "tag", "parameter", "span", "feedback", "expectation"],
  sorted: ["attribute", "tag", "parameter"],
  words: {
    trace: "attribute",
    traces: "attribute",
    metadata: "parameter",
    request_metadata: "parameter",
    span: "span",
    feedback: "feedback",
    expectation: "expectation",
  },
  aliases: {
    timestamp: "timestamp_ms",
    execution_time: "execution_time_ms",
    end_time: "end_time_ms",
    request_id: "trace_id",
    state: "status",
  },
  elsewhere: {
    text: { entity: "span", key: "content" },
    client_request_id: { entity: "parameter", key: CLIENT_REQUEST_ID },
  },
};

/**
 * Searches traces by MLflow's grammar, newest first by default.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE
 */
export async function searchTraces(
  { db, kind }: Pick<Store, "db" | "kind">,
  search: TraceSearch,
): Promise<{ traces: Trace[]; nextPageToken: string | undefined }> {
  const conditions = traceConditions(parseFilter(search.filter, GRAMMAR), kind);
  const orders = parseOrder(search.orderBy, GRAMMAR);
  const offset = pageOffset(search.pageToken);
  if (search.experimentIds.length === 0) return { traces: [], nextPageToken: undefined };
  const where = [sql`traces.experiment_id in (${sql.join([...search.experimentIds])})`, ...conditions];
  const keys = [...orders.flatMap(sortKeys), sql`traces.request_ms desc`, sql`traces.trace_id`];
  const { rows } = await sql<Row<"traces">>`select traces.* from traces where ${sql.join(where, sql` and `)}
    order by ${sql.join(keys)} limit ${search.maxResults + 1} offset ${offset}`.execute(db);
  const hasMore = rows.length > search.maxResults;
  return {
    traces: await readTraces(db, rows.slice(0, search.maxResults)),
    nextPageToken: hasMore ? pageToken(offset + search.maxResults) : undefined,
  };
}

/** Traces with the key come first, then those without; the direction applies to the values. */
function sortKeys({ entity, key, isAscending }: Order): Expression[] {
  const table = sql.table(entity === "tag" ? "trace_tags" : "trace_metadata");
  const column =
    entity === "attribute"
      ? TRACE_ATTRIBUTES[key]!
      : sql`(select value from ${table} as pair where pair.trace_no = traces.trace_no and pair.key = ${key})`;
  return [sql`case when ${column} is null then 1 else 0 end`, sql`${column} ${isAscending ? sql`asc` : sql`desc`}`];
}
