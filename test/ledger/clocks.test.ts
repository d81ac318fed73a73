import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { formatMoney } from "../../src/base/money.ts";
import { classify } from "../../src/ledger/classify.ts";
import { FocusReader } from "../../src/ledger/focus.ts";
import { balanceOf } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import type { Pricing } from "../../src/programme/money/pricing.ts";
import { settleAccruals } from "../../src/programme/money/settle-accruals.ts";
import type { Store } from "../../src/store/open-store.ts";
import { closeActivity, extendActivity, openActivity } from "../../src/track/activity.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun } from "./made-run.ts";

const HOUR = 3_600_000;
const A = "a".repeat(32);
const B = "b".repeat(32);

/** A line of a bill for machine node-a, as a seller in Berlin writes its times. */
function line(from: string, to: string) {
  const read = new FocusReader().read(2, {
    BilledCost: "1",
    EffectiveCost: "1",
    ChargePeriodStart: from,
    ChargePeriodEnd: to,
    ChargeCategory: "Usage",
    ServiceCategory: "Compute",
    ResourceId: "node-a",
  });
  return read!;
}

/** A run on node-a. */
function onNode(id: string, fromMs: number, toMs: number) {
  return { id, resources: ["node-a"], allocation: null, alive: [{ fromMs, toMs }], isFailed: false };
}

describe("the end of summer time in Berlin, 2026-10-25: the hour from 2 to 3 comes twice", () => {
  const firstMs = Date.UTC(2026, 9, 25, 0); // 02:00 at +02:00
  const secondMs = Date.UTC(2026, 9, 25, 1); // 02:00 at +01:00
  const runs = [onNode(A, firstMs, secondMs), onNode(B, secondMs, secondMs + HOUR)];
  const known = {
    byId: new Map(runs.map((run) => [run.id, run])),
    byResource: new Map([["node-a", runs]]),
    withAllocation: [],
  };

  test.each([
    ["the first", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", A],
    ["the second", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00", B],
  ])("%s of the two hours goes to the run that was alive in it", (...[, from, to, runId]) => {
    const read = line(from, to);
    expect(read.endMs - read.startMs).toBe(HOUR);
    expect(classify(read, known)).toMatchObject({ class: "run", runId });
  });

  test("a day of 25 hours is one of 25 hours, and one in spring of 23", () => {
    const autumn = line("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00");
    const spring = line("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00");
    expect([autumn, spring].map(({ startMs, endMs }) => (endMs - startMs) / HOUR)).toEqual([25, 23]);
  });
});

describe("a clock of the server that goes back", () => {
  const NOW = Date.UTC(2026, 10, 29, 12);
  const PRICING: Pricing = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(NOW) };
  let store: Store;
  let end: () => Promise<void>;
  beforeEach(async () => {
    ({ store, end } = await openTestStore(() => new Date(NOW)));
  });
  afterEach(() => end());

  test("takes nothing back of what a run has accrued, and counts no time twice", async () => {
    const no = await makeRun(store, { id: A, tags: hourly("6"), intervals: [] });
    await store.write(async (db) => {
      await openActivity(db, no, NOW - 3 * HOUR);
      await extendActivity(db, no, NOW - HOUR);
      await extendActivity(db, no, NOW - 2 * HOUR); // an hour back
      await closeActivity(db, no, NOW - 2 * HOUR);
    });
    await settleAccruals(store, PRICING, { all: true });
    expect(formatMoney(await balanceOf(store.db, `accrued:${A}`))).toBe("12.00");
    expect(await settleAccruals(store, PRICING, { all: true })).toEqual({ entries: 0, unpriced: 0, corrected: 0 });
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 1 });
  });
});
