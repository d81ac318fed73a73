import { type Condition, type Expression, sql } from "../../store/sql.ts";
import { compared, type Dialect } from "./conditions.ts";
import type { Clause } from "./filter.ts";

/** Columns of the attributes of a trace. */
export const TRACE_ATTRIBUTES: Readonly<Record<string, Expression>> = {
  timestamp_ms: sql`traces.request_ms`,
  execution_time_ms: sql`traces.duration_ms`,
  end_time_ms: sql`(traces.request_ms + traces.duration_ms)`,
  status: sql`traces.state`,
  trace_id: sql`traces.trace_id`,
  name: sql`(select value from trace_tags where trace_tags.trace_no = traces.trace_no and key = 'mlflow.traceName')`,
  run_id: sql`(select value from trace_metadata where trace_metadata.trace_no = traces.trace_no
    and key = 'mlflow.sourceRun')`,
};

/**
 * Converts clauses of a filter to conditions on `traces`. All clauses on spans must hold for one span, as in MLflow.
 */
export function traceConditions(clauses: readonly Clause[], dialect: Dialect): Condition[] {
  const ofSpans = clauses.filter(({ entity }) => entity === "span");
  const others = clauses.filter(({ entity }) => entity !== "span").map((clause) => condition(clause, dialect));
  if (ofSpans.length === 0) return others;
  const same = ofSpans.map((clause) => compared(spanColumn(clause.key, dialect), clause, dialect));
  return [
    ...others,
    sql`exists (select 1 from spans where spans.trace_no = traces.trace_no and ${sql.join(same, sql` and `)})`,
  ];
}

function condition(clause: Clause, dialect: Dialect): Condition {
  const { entity, key, comparator } = clause;
  if (entity === "attribute") return compared(TRACE_ATTRIBUTES[key]!, clause, dialect);
  if (entity === "feedback" || entity === "expectation") return assessmentCondition(clause, dialect);
  const table = sql.table(entity === "tag" ? "trace_tags" : "trace_metadata");
  const own = sql`select 1 from ${table} as pair where pair.trace_no = traces.trace_no and pair.key = ${key}`;
  if (comparator === "IS NULL") return sql`not exists (${own})`;
  if (comparator === "IS NOT NULL") return sql`exists (${own})`;
  return sql`exists (${own} and ${compared(sql`pair.value`, clause, dialect)})`;
}

function assessmentCondition({ entity, key, comparator, value }: Clause, dialect: Dialect): Condition {
  const own = sql`select 1 from assessments as said where said.trace_no = traces.trace_no and said.is_valid = 1
    and said.kind = ${entity} and said.name = ${key}`;
  if (comparator === "IS NULL") return sql`not exists (${own})`;
  if (comparator === "IS NOT NULL") return sql`exists (${own})`;
  if (typeof value === "number") {
    return sql`exists (${own} and ${compared(sql`said.number_value`, { comparator, value }, dialect)})`;
  }
  // text is stored as JSON; true and 5 are stored as they were written
  const isEqual = sql`said.value in (${String(value)}, ${JSON.stringify(value)})`;
  if (comparator === "=") return sql`exists (${own} and ${isEqual})`;
  if (comparator === "!=") return sql`exists (${own} and not ${isEqual})`;
  return sql`exists (${own} and ${compared(sql`said.value`, { comparator, value }, dialect)})`;
}

/** Attribute of a span in which MLflow's client stores its kind. */
const SPAN_TYPE = "mlflow.spanType";

/** Names of fields in the stored form of a span. In a text, their quotation marks have a backslash before them. */
const FIELDS = [
  "attributes",
  "key",
  "value",
  "stringValue",
  "intValue",
  "doubleValue",
  "boolValue",
  "bytesValue",
  "arrayValue",
  "kvlistValue",
  "values",
  "events",
  "timeUnixNano",
  "name",
  "status",
  "code",
  "message",
] as const;

/** Name, attributes and events of a span, without the names of the fields in which they are stored. */
const SPAN_TEXT = sql`spans.name || ' ' || ${FIELDS.reduce<Expression>(
  (text, field) => sql`replace(${text}, ${`"${field}":`}, '')`,
  sql`spans.content`,
)}`;

function spanColumn(key: string, dialect: Dialect): Expression {
  if (key === "name") return sql`spans.name`;
  if (key === "content") return sql`(${SPAN_TEXT})`;
  if (key === "type") return attribute(SPAN_TYPE, dialect);
  if (key !== "status") return attribute(key.slice("attributes.".length), dialect);
  const code =
    dialect === "sqlite" ? sql`spans.content ->> '$.status.code'` : sql`spans.content::json #>> '{status,code}'`;
  return sql`case cast(${code} as integer) when 1 then 'OK' when 2 then 'ERROR' else 'UNSET' end`;
}

/** An attribute of a span as text. MLflow's client writes text as JSON, so its quotation marks are removed. */
function attribute(name: string, dialect: Dialect): Expression {
  return dialect === "sqlite"
    ? sql`(select trim(coalesce(item.value ->> '$.value.stringValue', item.value ->> '$.value.intValue',
        item.value ->> '$.value.doubleValue', case item.value ->> '$.value.boolValue' when 1 then 'true'
        when 0 then 'false' end), '"') from json_each(spans.content, '$.attributes') as item
        where item.value ->> '$.key' = ${name} limit 1)`
    : sql`(select trim(coalesce(item #>> '{value,stringValue}', item #>> '{value,intValue}',
        item #>> '{value,doubleValue}', item #>> '{value,boolValue}'), '"')
        from json_array_elements(spans.content::json -> 'attributes') as item where item ->> 'key' = ${name} limit 1)`;
}
