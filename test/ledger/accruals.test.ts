import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../src/base/money.ts";
import { accrualCuts } from "../../src/ledger/accrual-cuts.ts";
import { balanceOf } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { invoiceBill } from "../../src/programme/money/bills/bill-file.ts";
import { importBill } from "../../src/programme/money/bills/import-bill.ts";
import { listPricedRuns } from "../../src/programme/money/priced-runs.ts";
import type { Pricing } from "../../src/programme/money/pricing.ts";
import { settleAccruals } from "../../src/programme/money/settle-accruals.ts";
import { closeRun } from "../../src/programme/runs/close-run.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun, setTag } from "./made-run.ts";
import { lawRuns } from "../law-runs.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const A = "a".repeat(32);

let nowMs = NOW;
const PRICING: Pricing = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(nowMs) };

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  nowMs = NOW;
  ({ store, end } = await openTestStore(() => new Date(nowMs)));
});
afterEach(() => end());

async function balance(account: string): Promise<string> {
  return formatMoney(await balanceOf(store.db, account));
}

async function costOf(id: string, clientClock = false): Promise<object> {
  const { runs } = await listPricedRuns(
    store,
    { deleted: false, filter: "", order: [], limit: 100, clientClock },
    PRICING,
  );
  return runs.find((run) => run.id === id)!.cost;
}

describe("what a run accrues", () => {
  test("is posted once at the end of each interval, and a resumed run has one entry for each", async () => {
    await makeRun(store, {
      id: A,
      tags: hourly("3"),
      intervals: [
        [NOW - 5 * HOUR, NOW - 3 * HOUR, true],
        [NOW - 2 * HOUR, NOW - HOUR, true],
      ],
    });
    expect(await settleAccruals(store, PRICING, { all: false })).toEqual({ entries: 2, unpriced: 0, corrected: 0 });
    expect(await settleAccruals(store, PRICING, { all: true })).toEqual({ entries: 0, unpriced: 0, corrected: 0 });
    expect(await balance(`accrued:${A}`)).toBe("9.00");
    expect(await costOf(A)).toMatchObject({ usd: "9.00", state: "ended" });
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 2 });
  });

  test("is not posted while the run goes on, but for months that are over", async () => {
    nowMs = Date.UTC(2026, 11, 1, 2);
    await makeRun(store, { id: A, tags: hourly("3"), intervals: [[nowMs - 4 * HOUR, nowMs, false]] });
    expect((await settleAccruals(store, PRICING, { all: false })).entries).toBe(1);
    expect(await balance(`accrued:${A}`)).toBe("6.00");
    expect(await costOf(A)).toMatchObject({ usd: "12.00", state: "alive" });
  });

  test("stays unposted without a price, and is posted once its tags say one", async () => {
    const no = await makeRun(store, { id: A, intervals: [[NOW - HOUR, NOW, true]] });
    expect(await settleAccruals(store, PRICING, { all: false })).toEqual({ entries: 0, unpriced: 1, corrected: 0 });
    expect((await settleAccruals(store, PRICING, { all: false })).unpriced).toBe(0);
    await setTag(store, no, { key: "tunewright.usd_per_hour", value: "4" });
    expect((await settleAccruals(store, PRICING, { all: true })).entries).toBe(1);
    expect(await balance(`accrued:${A}`)).toBe("4.00");
  });

  test("is reversed and posted anew where a wrong price was corrected, and both stay visible", async () => {
    const no = await makeRun(store, { id: A, tags: hourly("40"), intervals: [[NOW - HOUR, NOW, true]] });
    await settleAccruals(store, PRICING, { all: false });
    await setTag(store, no, { key: "tunewright.usd_per_hour", value: "4" });
    expect(await settleAccruals(store, PRICING, { all: true })).toEqual({ entries: 2, unpriced: 0, corrected: 1 });
    expect(await balance(`accrued:${A}`)).toBe("4.00");
    const kinds = await store.db.selectFrom("ledger_entries").select("body").orderBy("seq").execute();
    expect(kinds.map(({ body }) => (JSON.parse(body) as { kind: string }).kind)).toEqual([
      "accrue",
      "reverse",
      "accrue",
    ]);
  });

  test("of an imported run is nothing, and by the client clock where that is asked for", async () => {
    await makeRun(store, { id: A, tags: hourly("5"), intervals: [] });
    await store.write((db) =>
      db
        .updateTable("runs")
        .set({ start_ms: NOW - 2 * HOUR, end_ms: NOW })
        .execute(),
    );
    expect(await costOf(A)).toMatchObject({ usd: null, state: "unseen" });
    expect(await costOf(A, true)).toMatchObject({
      usd: "10.00",
      basis: expect.stringContaining("client clock") as string,
    });
    expect((await settleAccruals(store, PRICING, { all: true })).entries).toBe(0);
  });
});

describe("a run that was killed without a word", () => {
  beforeEach(async () => {
    await makeRun(store, { id: A, tags: hourly("6"), intervals: [[NOW - 10 * HOUR, NOW - 8 * HOUR, false]] });
  });

  test("is stale: its cost stops where it was seen last, and the time since is in suspense", async () => {
    expect(await costOf(A)).toMatchObject({ usd: "12.00", state: "alive" }); // its gap was two hours: ten are not over
    nowMs = NOW + DAY;
    expect(await costOf(A)).toMatchObject({ usd: "12.00", state: "stale", suspenseUsd: "192.00" });
    await settleAccruals(store, PRICING, { all: true, suspendToMs: nowMs });
    expect(await balance("suspense:stale")).toBe("192.00");
    expect(await balance(`accrued:${A}`)).toBe("0.00");
    await settleAccruals(store, PRICING, { all: true, suspendToMs: nowMs });
    expect(await balance("suspense:stale")).toBe("192.00");
  });

  test("leaves suspense as far as a bill charges for its machine, and comes back where the bill is taken back", async () => {
    const { run_no } = await store.db.selectFrom("runs").select("run_no").executeTakeFirstOrThrow();
    await setTag(store, run_no, { key: "tunewright.resource", value: "node-1" });
    nowMs = NOW + DAY;
    await settleAccruals(store, PRICING, { all: true, suspendToMs: nowMs });
    const invoice = { number: "1", seller: "cloud", usd: "144.00", currency: "USD", service: "Compute", memo: "node" };
    const days = { from: "2026-11-29", to: "2026-11-30" };
    await importBill(store, invoiceBill({ ...invoice, ...days, resource: "node-1" }), { nowMs });
    await settleAccruals(store, PRICING, { all: false });
    expect(await balance("suspense:stale")).toBe("72.00"); // the twelve hours of 30 November at 6 USD
    expect(await costOf(A)).toMatchObject({ usd: "12.00", suspenseUsd: "72.00" });
    const bodies = await store.db.selectFrom("ledger_entries").select("body").orderBy("seq", "desc").execute();
    expect(bodies[0]!.body).toContain("a bill settles the silence up to 2026-11-30T00:00:00.000Z");
    const other = invoiceBill({ ...invoice, ...days, resource: "node-2" });
    await importBill(store, other, { nowMs, replaces: "invoice 1 of cloud" });
    await settleAccruals(store, PRICING, { all: false });
    expect(await balance("suspense:stale")).toBe("192.00");
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true });
  });

  test("leaves suspense when it is closed by hand, at its last sign of life or when its machines stopped", async () => {
    nowMs = NOW + DAY;
    await settleAccruals(store, PRICING, { all: true, suspendToMs: nowMs });
    const at = { programmes: ["contracts"], nowMs };
    const request = { id: A, status: "KILLED" as const, reason: "node was lost" };
    const early = new Date(NOW - 9 * HOUR).toISOString();
    await expect(closeRun(store, { ...request, aliveUntil: early }, at)).rejects.toThrow("is not between");
    const run = await closeRun(store, { ...request, aliveUntil: new Date(NOW - 7 * HOUR).toISOString() }, at);
    expect(run.status).toBe("KILLED");
    await settleAccruals(store, PRICING, { all: false });
    expect(await balance("suspense:stale")).toBe("0.00");
    expect(await balance(`accrued:${A}`)).toBe("18.00");
    await expect(closeRun(store, request, at)).rejects.toThrow("has ended: KILLED");
  });
});

describe("laws of accrual", () => {
  const price = fc.integer({ min: 1, max: 9_999_999 }).map((cents) => parseMoney((cents / 100).toFixed(2)));
  const month = fc.record({
    fromMs: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2026, 2) }),
    ms: fc.integer({ min: 1, max: 70 * DAY }),
    prices: fc.array(price, { minLength: 1, maxLength: 5 }),
  });

  test("cuts rise, end at the end, and their sum is the cost of the whole", () => {
    fc.assert(
      fc.property(month, ({ fromMs, ms, prices }) => {
        const priceOn = (day: string): bigint => prices[Number(day.slice(8)) % prices.length]!;
        const cuts = accrualCuts({ fromMs, toMs: fromMs + ms, isClosed: true }, priceOn)!;
        const posted = cuts.map(({ totalPico }, i) => totalPico - (cuts[i - 1]?.totalPico ?? 0n));
        expect(posted.every((pico) => pico >= 0n)).toBe(true);
        expect(cuts.at(-1)!.toMs).toBe(fromMs + ms);
        const open = accrualCuts({ fromMs, toMs: fromMs + ms, isClosed: false }, priceOn)!;
        expect(cuts.slice(0, open.length)).toEqual(open);
      }),
      { seed: 1601, numRuns: lawRuns(200) },
    );
  });
});
