import type { KyselyPlugin } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Store } from "../../../src/store/open-store.ts";
import { logSpans } from "../../../src/track/traces/log-spans.ts";
import type { OtlpSpan } from "../../../src/track/traces/otlp.ts";
import { spanRows } from "../../../src/track/traces/span-rows.ts";
import { openTestStore } from "../../store/open-test-store.ts";

let store: Store;
let end: () => Promise<void>;
beforeAll(async () => {
  ({ store, end } = await openTestStore(() => new Date("2026-11-30T00:00:00Z")));
});
afterAll(() => end());

const spanOf = (traceId: string, number: number, more: Partial<OtlpSpan> = {}): OtlpSpan => ({
  traceId: traceId.repeat(32),
  spanId: number.toString(16).padStart(16, "0"),
  parentSpanId: "",
  name: "step",
  startTimeUnixNano: String(2_000_000_000 + number),
  endTimeUnixNano: String(3_000_000_000 + number),
  attributes: [],
  events: [],
  status: { code: 0, message: "" },
  ...more,
});

/** The store, with a count of the statements that it writes. */
function counted(): { counting: Store; count: () => number } {
  let statements = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements++;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const counting = Object.create(store, {
    write: { value: ((work) => store.write((db) => work(db.withPlugin(counter)))) as Store["write"] },
  }) as Store;
  return { counting, count: () => statements };
}

const log = async (to: Store, spans: readonly OtlpSpan[]): Promise<void> =>
  logSpans(to, { experimentId: "0", spans: spanRows(spans, (text) => text) });

async function durationOf(traceId: string): Promise<number> {
  const found = store.db
    .selectFrom("traces")
    .select("duration_ms")
    .where("trace_id", "=", `tr-${traceId.repeat(32)}`);
  return (await found.executeTakeFirstOrThrow()).duration_ms;
}

test("a trace of 2,000 spans takes as many statements as one of two", async () => {
  const [few, many] = [counted(), counted()];
  await log(
    few.counting,
    [1, 2].map((number) => spanOf("a", number)),
  );
  await log(
    many.counting,
    Array.from({ length: 2000 }, (_, number) => spanOf("b", number)),
  );
  expect(few.count()).toBeGreaterThan(0);
  expect(many.count()).toBe(few.count());
  expect(await store.db.selectFrom("spans").select("span_id").execute()).toHaveLength(2002);
});

test("a span that is sent again, also in one request, is stored as last sent, and the duration follows", async () => {
  await log(store, [spanOf("c", 1, { endTimeUnixNano: "9000000000" }), spanOf("c", 1, { name: "again" })]);
  expect(await durationOf("c")).toBe(1000);
  await log(store, [spanOf("c", 2, { endTimeUnixNano: "9223372036854775807" })]);
  expect(await durationOf("c")).toBe(9_223_372_034_855);
  const names = await store.db.selectFrom("spans").select("name").where("name", "!=", "step").execute();
  expect(names).toEqual([{ name: "again" }]);
});

test("more spans than fit in one transaction are refused", async () => {
  const many = Array.from({ length: 10_001 }, (_, number) => spanOf("d", number));
  await expect(log(store, many)).rejects.toThrow("A request can contain at most 10000 spans. Got 10001 spans.");
});
