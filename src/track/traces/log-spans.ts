import type { Db } from "../../store/database.ts";
import { insertRows } from "../../store/insert-rows.ts";
import type { Store } from "../../store/open-store.ts";
import { getExperiment } from "../experiments.ts";
import { invalid } from "../track-failure.ts";
import type { SpanRow } from "./span-rows.ts";

/** Maximum number of spans per request: they are stored in one transaction, and other writes wait for it. */
const MAX_SPANS = 10_000;

const COLUMNS = {
  trace_no: "bigint",
  span_id: "text",
  parent_span_id: "text",
  name: "text",
  start_ns: "bigint",
  end_ns: "bigint",
  content: "text",
  provider: "text",
  model: "text",
  input_tokens: "bigint",
  output_tokens: "bigint",
  cost_amount: "text",
  cost_currency: "text",
} as const;

const KEY = ["trace_no", "span_id"];

/**
 * Stores spans of traces. A span that is sent again replaces the stored one.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST (experiment), INVALID_PARAMETER_VALUE
 */
export async function logSpans(
  store: Store,
  { experimentId, spans }: { experimentId: string; spans: readonly SpanRow[] },
): Promise<void> {
  if (spans.length > MAX_SPANS) {
    throw invalid(`A request can contain at most ${MAX_SPANS} spans. Got ${spans.length} spans.`);
  }
  const traces = new Map<string, [SpanRow, ...SpanRow[]]>();
  for (const span of spans) {
    const own = traces.get(span.traceId);
    if (own === undefined) traces.set(span.traceId, [span]);
    else own.push(span);
  }
  await store.write(async (db) => {
    const { experiment_id } = await getExperiment({ db }, experimentId);
    for (const [traceId, own] of traces) {
      const { trace_no } = await openTrace(db, traceId, { experiment_id, span: own[0] });
      await writeSpans(db, trace_no, own);
      await setPair(db, "trace_tags", { trace_no, key: "mlflow.trace.spansLocation", value: "TRACKING_STORE" });
      await noteDuration(db, trace_no);
    }
  });
}

async function writeSpans(db: Db, trace_no: number, spans: readonly SpanRow[]): Promise<void> {
  const last = new Map(spans.map(({ row }) => [row.span_id, { trace_no, ...row }])); // PostgreSQL refuses a key twice
  const columns = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  await insertRows(db, {
    table: "spans",
    columns: COLUMNS,
    rows: [...last.values()].map((row) => columns.map((column) => row[column])),
    onConflict: { key: KEY, set: columns.filter((column) => !KEY.includes(column)) },
  });
}

async function openTrace(
  db: Db,
  traceId: string,
  { experiment_id, span }: { experiment_id: number; span: SpanRow },
): Promise<{ trace_no: number }> {
  const known = await db.selectFrom("traces").select("trace_no").where("trace_id", "=", traceId).executeTakeFirst();
  if (known !== undefined) return known;
  return db
    .insertInto("traces")
    .values({
      trace_id: traceId,
      experiment_id,
      request_ms: Number(BigInt(span.row.start_ns) / 1_000_000n),
      duration_ms: 0,
      state: span.isError ? "ERROR" : "OK",
      request_preview: null,
      response_preview: null,
    })
    .returning("trace_no")
    .executeTakeFirstOrThrow();
}

/** Updates the duration of a trace: from the first start to the last end of its spans, in ms rounded up. */
async function noteDuration(db: Db, trace_no: number): Promise<void> {
  const { first, last } = await db
    .selectFrom("spans")
    .select((spans) => [spans.fn.min("start_ns").as("first"), spans.fn.max("end_ns").as("last")])
    .where("trace_no", "=", trace_no)
    .executeTakeFirstOrThrow();
  const duration = BigInt(last) - BigInt(first);
  await db
    .updateTable("traces")
    .set({ duration_ms: duration <= 0n ? 0 : Number((duration + 999_999n) / 1_000_000n) })
    .where("trace_no", "=", trace_no)
    .execute();
}

/** Sets a tag or a piece of metadata of a trace. */
export async function setPair(
  db: Db,
  table: "trace_tags" | "trace_metadata",
  pair: { trace_no: number; key: string; value: string },
): Promise<void> {
  await db
    .insertInto(table)
    .values(pair)
    .onConflict((conflict) => conflict.columns(["trace_no", "key"]).doUpdateSet({ value: pair.value }))
    .execute();
}
