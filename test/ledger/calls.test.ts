import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { formatMoney } from "../../src/base/money.ts";
import { balanceOf } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import type { PaidCalls } from "../../src/domain/paid-calls.ts";
import { postCalls } from "../../src/programme/paid-calls/post-calls.ts";
import { settleCalls } from "../../src/programme/money/settle-calls.ts";
import type { Store } from "../../src/store/open-store.ts";
import { logSpans } from "../../src/track/traces/log-spans.ts";
import { spanRows } from "../../src/track/traces/span-rows.ts";
import type { OtlpAttribute } from "../../src/track/traces/otlp.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { makeRun } from "./made-run.ts";

const NOW = new Date(Date.UTC(2026, 10, 29, 12));
const RUN = "a".repeat(32);
const TRACE = "1".repeat(32);

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => NOW));
});
afterEach(() => end());

type Call = { id: string; parent?: string; trace?: string; says: Readonly<Record<string, string | number>> };

/** Sends spans as a client of OpenTelemetry would, each with attributes of a call. */
async function send(...calls: readonly Call[]): Promise<void> {
  const spans = calls.map(({ id, parent = "", trace = TRACE, says }) => ({
    traceId: trace,
    spanId: id.padStart(16, "0"),
    parentSpanId: parent === "" ? "" : parent.padStart(16, "0"),
    name: "chat",
    startTimeUnixNano: String(BigInt(NOW.getTime()) * 1_000_000n),
    endTimeUnixNano: String(BigInt(NOW.getTime() + 1_000) * 1_000_000n),
    attributes: Object.entries(says).map(([key, value]): OtlpAttribute => ({
      key,
      value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
    })),
    events: [],
    status: { code: 1, message: "" },
  }));
  await logSpans(store, { experimentId: "0", spans: spanRows(spans, (text) => text) });
}

const settle = (all = false) => settleCalls(store, { now: NOW, all });

async function balance(account: string): Promise<string> {
  return formatMoney(await balanceOf(store.db, account));
}

const PAID = { "gen_ai.usage.cost.amount": "0.0125", "gen_ai.usage.cost.currency": "USD" };

describe("calls of models that traces tell of", () => {
  test("are posted once, whatever is sent again, and a span that sums those below it is none", async () => {
    await send(
      { id: "1", says: { "gen_ai.usage.cost.amount": "0.025" } },
      { id: "2", parent: "1", says: PAID },
      { id: "3", parent: "1", says: PAID },
    );
    expect(await settle()).toEqual({ entries: 2, unpriced: 0 });
    await send({ id: "2", parent: "1", says: PAID });
    expect(await settle(true)).toEqual({ entries: 0, unpriced: 0 });
    expect(await balance("spent:model calls")).toBe("0.025");
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 2 });
  });

  test("that two exporters tell of count once, by the id of the answer", async () => {
    const says = { ...PAID, "gen_ai.response.id": "chatcmpl-7" };
    await send({ id: "1", says });
    await settle();
    await send({ id: "9", trace: "2".repeat(32), says });
    expect(await settle()).toEqual({ entries: 0, unpriced: 0 });
    expect(await balance("spent:model calls")).toBe("0.0125");
  });

  test("that a file of answers holds too count once, whichever is posted first", async () => {
    const paid = (key: string, response: string): PaidCalls => ({
      purpose: "synthesis/faq",
      activity: "data",
      model: "large",
      calls: [{ key, response, usd: "0.0125", on: "2026-11-28" }],
    });
    await send({ id: "1", says: { ...PAID, "gen_ai.response.id": "chatcmpl-8" } });
    await settle();
    expect(await postCalls(store, paid("q8:1", "chatcmpl-8"), NOW)).toEqual({
      entries: 0,
      addedUsd: "0.00",
      totalUsd: "0.00",
    });
    expect(await postCalls(store, paid("q9:1", "chatcmpl-9"), NOW)).toMatchObject({ entries: 1, totalUsd: "0.0125" });
    await send({ id: "2", says: { ...PAID, "gen_ai.response.id": "chatcmpl-9" } });
    expect(await settle()).toEqual({ entries: 0, unpriced: 0 });
    expect(await balance("spent:data")).toBe("0.0125");
    expect(await balance("spent:model calls")).toBe("0.0125");
    const entry = await store.db.selectFrom("ledger_entries").select("body").orderBy("seq", "desc").executeTakeFirst();
    expect(JSON.parse(entry!.body)).toMatchObject({
      effectiveAt: "2026-11-28T00:00:00.000Z",
      memo: "synthesis/faq: call of large, answer chatcmpl-9",
    });
  });

  test("are priced by tokens where no cost is stated: 1,000,000 + 100,000 tokens of gpt-4o-mini are 0.21 USD", async () => {
    const says = { "gen_ai.usage.input_tokens": 1_000_000, "gen_ai.usage.output_tokens": 100_000 };
    await send({ id: "1", says: { ...says, "gen_ai.request.model": "openai/gpt-4o-mini" } });
    expect(await settle()).toEqual({ entries: 1, unpriced: 0 });
    expect(await balance("spent:model calls")).toBe("0.21"); // 0.15 and 0.60 USD per million, price list of OpenAI
  });

  test("without a price are counted and stay unposted, also on the next pass", async () => {
    await send({ id: "1", says: { "gen_ai.usage.input_tokens": 10, "gen_ai.request.model": "nobody/knows-it" } });
    expect(await settle()).toEqual({ entries: 0, unpriced: 1 });
    expect(await settle()).toEqual({ entries: 0, unpriced: 0 });
    expect(await settle(true)).toEqual({ entries: 0, unpriced: 1 });
  });

  test("belong to the run and the activity that their trace names", async () => {
    await makeRun(store, { id: RUN, intervals: [[NOW.getTime(), NOW.getTime(), true]] });
    await send({ id: "1", says: PAID });
    const { trace_no } = await store.db.selectFrom("traces").select("trace_no").executeTakeFirstOrThrow();
    await store.write(async (db) => {
      const rows = [
        { trace_no, key: "tunewright.activity", value: "evaluation" },
        { trace_no, key: "mlflow.sourceRun", value: RUN },
      ];
      await db.insertInto("trace_metadata").values(rows).execute();
    });
    await settle();
    expect(await balance("spent:evaluation")).toBe("0.0125");
    const line = await store.db.selectFrom("ledger_lines").select("run_id").limit(1).executeTakeFirstOrThrow();
    expect(line.run_id).toBe(RUN);
  });
});
