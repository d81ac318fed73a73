import type { SpanPage, SpanPlace } from "../../domain/watch-spans.ts";
import type { Store } from "../../store/open-store.ts";

/** Maximum number of spans per page. */
const PAGE = 200;

/** Number of characters of content after which a page ends: spans may have many megabytes each. */
const PAGE_CHARACTERS = 8_000_000;

/** Stored spans after a position, ordered by trace and span. */
export async function spanPage({ db }: Pick<Store, "db">, { trace, span }: SpanPlace): Promise<SpanPage> {
  const after = db
    .selectFrom("spans")
    .where((where) =>
      where.or([
        where("spans.trace_no", ">", trace),
        where.and([where("spans.trace_no", "=", trace), where("spans.span_id", ">", span)]),
      ]),
    )
    .orderBy("spans.trace_no")
    .orderBy("spans.span_id");
  const sizes = await after
    .select(({ fn }) => fn<number | string>("length", ["content"]).as("characters"))
    .limit(PAGE)
    .execute();
  let characters = 0;
  const fitting = sizes.findIndex((row) => (characters += Number(row.characters)) >= PAGE_CHARACTERS) + 1;
  const count = fitting === 0 ? PAGE : fitting;
  const rows = await after
    .innerJoin("traces", "traces.trace_no", "spans.trace_no")
    .selectAll("spans")
    .select("traces.trace_id")
    .limit(count)
    .execute();
  const last = rows.at(-1);
  return {
    spans: rows.map((row) => ({
      traceId: row.trace_id,
      spanId: row.span_id,
      name: row.name,
      startNs: String(row.start_ns),
      endNs: String(row.end_ns),
      model: row.model,
      costUsd: row.cost_currency === null || row.cost_currency === "USD" ? row.cost_amount : null,
      content: row.content,
    })),
    next: last === undefined || rows.length < count ? null : { trace: last.trace_no, span: last.span_id },
  };
}
