import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { findApiPrice } from "../../catalog/api-prices.ts";
import type { Settlement } from "../../domain/money.ts";
import { tokenPrice } from "../../llm/token-price.ts";
import type { NewEntry } from "../../ledger/entry.ts";
import { lockLedger, postAll } from "../../ledger/post.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { callKey, unpostedEntries } from "../paid-calls/call-entries.ts";
import { type ToUsd, toUsd } from "./currency.ts";
import type { Pricing } from "./pricing.ts";
import { settleAccruals } from "./settle-accruals.ts";

/** Number of spans priced per transaction. */
const PAGE = 500;

/** Tag or metadata of a trace with the activity of its calls. */
const ACTIVITY_KEY = "tunewright.activity";

/** Default activity of calls. */
const USUAL_ACTIVITY = "model calls";

/** Metadata of MLflow's client with the run of a trace. */
const RUN_KEY = "mlflow.sourceRun";

/** Posts the accrued cost of runs, and the cost of model calls in traces. */
export async function settleDue(store: Store, pricing: Pricing, { all }: { all: boolean }): Promise<Settlement> {
  const calls = await settleCalls(store, { now: pricing.now(), all });
  const runs = await settleAccruals(store, pricing, { all });
  return { ...runs, entries: runs.entries + calls.entries, unpriced: runs.unpriced + calls.unpriced };
}

/**
 * Posts the cost of model calls: each span of a trace once, under the id of its answer if it has one, so that a call
 * that is reported twice counts once. A cost stated by the provider takes precedence over tokens at the price of the
 * day. A span that sums its children is not a call.
 *
 * @param all also spans that had no price before
 */
export async function settleCalls(
  store: Store,
  { now, all }: { now: Date; all: boolean },
): Promise<{ entries: number; unpriced: number }> {
  const convert = await toUsd(store.db);
  const total = { entries: 0, unpriced: 0 };
  if (all) await store.write((db) => db.deleteFrom("priced_spans").where("state", "=", "unpriced").execute());
  for (;;) {
    const done = await store.write(async (db) => {
      await lockLedger(db, store);
      const spans = await waitingSpans(db);
      const drafts = await Promise.all(spans.map(async (span) => draftOf(db, span, convert)));
      const entries = await unpostedEntries(
        db,
        drafts.filter((draft) => draft !== null),
      );
      await postAll(db, entries, now.getTime());
      const rows = spans.map(({ trace_no, span_id }, index) => ({
        trace_no,
        span_id,
        state: drafts[index] === null ? "unpriced" : "posted",
      }));
      if (rows.length > 0) await db.insertInto("priced_spans").values(rows).execute();
      return {
        spans: spans.length,
        entries: entries.length,
        unpriced: drafts.filter((draft) => draft === null).length,
      };
    });
    total.entries += done.entries;
    total.unpriced += done.unpriced;
    if (done.spans < PAGE) return total;
  }
}

type Span = Awaited<ReturnType<typeof waitingSpans>>[number];

/** Spans of calls that were not priced yet, oldest first. */
function waitingSpans(db: Db) {
  return db
    .selectFrom("spans")
    .innerJoin("traces", "traces.trace_no", "spans.trace_no")
    .leftJoin("priced_spans", (join) =>
      join.onRef("priced_spans.trace_no", "=", "spans.trace_no").onRef("priced_spans.span_id", "=", "spans.span_id"),
    )
    .select(["spans.trace_no", "spans.span_id", "trace_id", "content", "provider", "model", "start_ns"])
    .select(["input_tokens", "output_tokens", "cost_amount", "cost_currency"])
    .where("priced_spans.state", "is", null)
    .where((eb) => eb.or([eb("cost_amount", "is not", null), eb("input_tokens", "is not", null)]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("spans as below")
            .select("below.span_id")
            .whereRef("below.trace_no", "=", "spans.trace_no")
            .whereRef("below.parent_span_id", "=", "spans.span_id")
            .where((inner) =>
              inner.or([inner("below.cost_amount", "is not", null), inner("below.input_tokens", "is not", null)]),
            ),
        ),
      ),
    )
    .orderBy("spans.trace_no")
    .orderBy("spans.span_id")
    .limit(PAGE)
    .execute();
}

/** The entry of a call; null if its cost is unknown. */
async function draftOf(db: Db, span: Span, convert: ToUsd): Promise<NewEntry | null> {
  const ms = Number(BigInt(span.start_ns) / 1_000_000n);
  const pico = costOf(span, ms, convert);
  if (pico === null || pico === 0n) return null;
  const { activity, runId } = await originOf(db, span.trace_no);
  const tokens = span.input_tokens === null ? "" : `, ${span.input_tokens} + ${span.output_tokens ?? 0} tokens`;
  return {
    idempotencyKey: callKey(responseIdOf(span.content) ?? `${span.trace_id}:${span.span_id}`),
    kind: "spend",
    currency: "USD",
    effectiveMs: ms,
    runId,
    memo: `call of ${span.model ?? "a model"}${tokens}, trace ${span.trace_id}`,
    lines: [
      { account: `spent:${activity}`, amount: formatMoney(pico) },
      { account: `payable:${span.provider ?? "model calls"}`, amount: formatMoney(-pico) },
    ],
  };
}

/**
 * Cost in pico-dollars: as stated by the provider, otherwise tokens at the price of the day; null if neither is known.
 */
function costOf(span: Span, ms: number, convert: ToUsd): bigint | null {
  if (span.cost_amount !== null) {
    const [whole = "0", fraction = ""] = span.cost_amount.split(".");
    return convert(parseMoney(`${whole}.${fraction.slice(0, 12).padEnd(1, "0")}`), span.cost_currency ?? "USD", ms);
  }
  if (span.model === null || span.input_tokens === null) return null;
  try {
    const price = findApiPrice(span.model, new Date(ms).toISOString().slice(0, 10));
    const tokens = { input: span.input_tokens, output: span.output_tokens ?? 0 };
    return tokenPrice(price, "price list").cost?.(tokens) ?? null;
  } catch (error) {
    if (error instanceof Failure) return null; // a model without a list price
    throw error;
  }
}

/** Id of the provider's answer; undefined if the span does not state it. */
function responseIdOf(content: string): string | undefined {
  const { attributes = [] } = JSON.parse(content) as {
    attributes?: { key: string; value: { stringValue?: string } }[];
  };
  return attributes.find(({ key }) => key === "gen_ai.response.id")?.value.stringValue;
}

async function originOf(db: Db, traceNo: number): Promise<{ activity: string; runId: string | null }> {
  const pairs = await Promise.all(
    (["trace_tags", "trace_metadata"] as const).map((table) =>
      db
        .selectFrom(table)
        .select(["key", "value"])
        .where("trace_no", "=", traceNo)
        .where("key", "in", [ACTIVITY_KEY, RUN_KEY])
        .orderBy("key")
        .execute(),
    ),
  );
  const word = (key: string): string | undefined => pairs.flat().find((pair) => pair.key === key)?.value;
  const activity = word(ACTIVITY_KEY);
  const runId = word(RUN_KEY);
  const run =
    runId === undefined
      ? undefined
      : await db.selectFrom("runs").select("run_id").where("run_id", "=", runId).executeTakeFirst();
  return {
    activity: activity !== undefined && /^[\w -]{1,60}$/.test(activity) ? activity : USUAL_ACTIVITY,
    runId: run?.run_id ?? null,
  };
}
