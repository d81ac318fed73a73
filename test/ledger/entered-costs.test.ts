import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../src/base/money.ts";
import type { CostsEntered } from "../../src/domain/money.ts";
import { lockLedger, post } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { accountsView } from "../../src/programme/money/accounts-view.ts";
import { budgetStates } from "../../src/programme/money/budget-state.ts";
import { release, reserve, setBudget } from "../../src/programme/money/budgets.ts";
import { enterCosts } from "../../src/programme/money/enter-spend.ts";
import { exportFocus } from "../../src/programme/money/export-focus.ts";
import { readEntered } from "../../src/programme/money/entered-costs.ts";
import { chargeback } from "../../src/programme/money/chargeback.ts";
import { guardRun } from "../../src/programme/money/guard.ts";
import { monthPack } from "../../src/programme/money/month-pack.ts";
import { moneyOverview } from "../../src/programme/money/overview.ts";
import { listPricedRuns } from "../../src/programme/money/priced-runs.ts";
import { readCosts } from "../../src/programme/money/read-costs.ts";
import { runMoney } from "../../src/programme/money/run-money.ts";
import { settleAccruals } from "../../src/programme/money/settle-accruals.ts";
import { sqlWords } from "../../src/store/migration.ts";
import { enteredHours } from "../../src/store/migrations/0027-entered-hours.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun } from "./made-run.ts";
import { lawRuns } from "../law-runs.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const HOUR = 3_600_000;
const HOSTED = "a".repeat(32);
const OWN = "b".repeat(32);
const PRICING = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(NOW) };
const BY_TOKENS = { "tunewright.billing": "tokens", team: "legal" };

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
});
afterEach(() => end());

/** Posts a cost in the name of a run, or of none. */
async function enter(key: string, cost: { usd: string; activity?: string; runId?: string | null; ms?: number }) {
  const { usd, activity = "training", runId = null, ms = NOW - HOUR } = cost;
  const lines = [
    { account: `spent:${activity}`, amount: usd },
    { account: "payable:provider", amount: formatMoney(-parseMoney(usd)) },
  ];
  await store.write(async (db) => {
    await lockLedger(db, store);
    const draft = { idempotencyKey: key, kind: "spend" as const, currency: "USD", effectiveMs: ms, runId, memo: key };
    await post(db, { ...draft, lines }, NOW);
  });
}

const list = () => listPricedRuns(store, { deleted: false, filter: "", order: ["cost"], limit: 10 }, PRICING);

describe("the cost of a run that a provider trains", () => {
  test("is unknown until its tokens are entered, and those tokens afterwards, everywhere", async () => {
    await makeRun(store, { id: HOSTED, tags: BY_TOKENS, intervals: [[NOW - 3 * HOUR, NOW - HOUR, true]] });
    expect((await runMoney(store, HOSTED, PRICING)).cost).toMatchObject({
      usd: null,
      reason: "the provider has not reported the trained tokens",
      usdPerHour: null,
      gpuHours: 0,
    });
    const waiting = await chargeback(store, PRICING, { month: "2026-11", tag: "team" });
    expect(waiting.teams).toMatchObject([{ team: "legal", accruedUsd: "0.00", unpriced: 1 }]);
    await enter("tokens", { usd: "10.5", runId: HOSTED });
    expect((await runMoney(store, HOSTED, PRICING)).cost).toMatchObject({
      usd: "10.50",
      enteredUsd: "10.50",
      reason: null,
      basis: "tokens that the provider trained, as entered in the ledger",
    });
    const charged = await chargeback(store, PRICING, { month: "2026-11", tag: "team" });
    expect(charged.teams).toMatchObject([{ team: "legal", accruedUsd: "10.50", gpuHours: 0, unpriced: 0 }]);
    expect(charged.totals).toEqual({ runs: 1, gpuHours: 0, accruedUsd: "10.50", billedUsd: "0.00", unpriced: 0 });
    const { csv } = await exportFocus(store, { month: "2026-11", programme: "contracts" });
    expect(csv).toContain("Training run,AI and Machine Learning,Model training");
    expect((await list()).totalUsd).toBe("10.50");
    expect(await settleAccruals(store, PRICING, { all: true })).toEqual({ entries: 0, unpriced: 0, corrected: 0 });
    const found = await listPricedRuns(
      store,
      { deleted: false, filter: "metrics.cost.usd > 10", order: [], limit: 10 },
      PRICING,
    );
    expect(found.runs.map(({ id }) => id)).toEqual([HOSTED]);
  });

  test("belongs to the month in which it was entered, and no month has it twice", async () => {
    const october = Date.UTC(2026, 9, 31, 23);
    await makeRun(store, { id: HOSTED, tags: BY_TOKENS, intervals: [[october - HOUR, october + 2 * HOUR, true]] });
    await enter("tokens", { usd: "10", runId: HOSTED, ms: october + 2 * HOUR });
    await enter("hours", { usd: "80", activity: "data" });
    const pack = await monthPack(store, PRICING, { month: "2026-11", tag: "team" });
    expect(pack.accruedUsd).toBe("90.00");
    expect((await monthPack(store, PRICING, { month: "2026-10", tag: "team" })).accruedUsd).toBe("0.00");
    const view = await accountsView(store, PRICING, null);
    expect(view.totals.accruedUsd).toBe("90.00");
    expect(view.activities).toMatchObject([
      { activity: "data", accruedUsd: "80.00" },
      { activity: "training", accruedUsd: "10.00" },
    ]);
  });
});

describe("calls of models that name a run with machines", () => {
  test("add to its cost and to what was spent today, and a budget counts them once", async () => {
    await makeRun(store, { id: OWN, tags: hourly("4"), intervals: [[NOW - 2 * HOUR, NOW, false]] });
    await setBudget(
      store,
      { scope: "programme", key: "", capUsd: "100", period: "total", setBy: "finance", sourceSha256: null },
      NOW,
    );
    await enter("call", { usd: "0.25", activity: "model calls", runId: OWN });
    await enter("hours", { usd: "80", activity: "data" });
    expect((await runMoney(store, OWN, PRICING)).cost).toMatchObject({ usd: "8.25", enteredUsd: "0.25" });
    expect(await moneyOverview(store, PRICING, new Date(NOW))).toMatchObject({
      runsUsd: "8.25",
      todayUsd: "88.25",
      monthUsd: "88.25",
      budgets: [{ spentUsd: "88.25", leftUsd: "11.75" }],
      closed: [],
    });
    expect((await guardRun(store, { id: OWN, horizonSec: 0, graceSec: 0 }, PRICING)).spentUsd).toBe("8.25");
  });

  test("are known, and its cost is not, if its machines have no price", async () => {
    await makeRun(store, { id: OWN, intervals: [[NOW - 2 * HOUR, NOW, true]] });
    await enter("call", { usd: "0.25", activity: "model calls", runId: OWN });
    expect((await runMoney(store, OWN, PRICING)).cost).toMatchObject({ usd: null, enteredUsd: "0.25" });
    const { teams } = await chargeback(store, PRICING, { month: "2026-11", tag: "team" });
    expect(teams).toMatchObject([{ accruedUsd: "0.25", unpriced: 1 }]);
  });
});

test("the months of a chargeback sum to the cost of all runs, whatever was entered when", async () => {
  const months = ["2026-09", "2026-10", "2026-11"];
  const start = Date.UTC(2026, 8, 1);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 88 }), fc.integer({ min: 1, max: 999 })), { maxLength: 6 }),
      fc.integer({ min: 0, max: 60 }),
      async (costs, day) => {
        const { store: own, end: close } = await openTestStore(() => new Date(NOW));
        const before = store;
        store = own;
        try {
          const from = start + day * 24 * HOUR;
          await makeRun(store, { id: OWN, tags: hourly("3"), intervals: [[from, from + 20 * 24 * HOUR, true]] });
          for (const [index, [at, cents]] of costs.entries())
            await enter(`c${index}`, {
              usd: formatMoney(BigInt(cents) * 10n ** 10n),
              runId: OWN,
              ms: start + at * 24 * HOUR,
            });
          const sums = await Promise.all(
            months.map(async (month) => chargeback(store, PRICING, { month, tag: "team" })),
          );
          const total = sums.reduce((sum, { totalUsd }) => sum + parseMoney(totalUsd), 0n);
          expect(formatMoney(total)).toBe((await list()).totalUsd);
        } finally {
          store = before;
          await close();
        }
      },
    ),
    { numRuns: lawRuns(24) },
  );
});

test("money that is reserved and released twice within a millisecond is free again", async () => {
  await setBudget(
    store,
    { scope: "programme", key: "", capUsd: "10", period: "total", setBy: "finance", sourceSha256: null },
    NOW,
  );
  const at = { pricing: PRICING, now: new Date(NOW) };
  for (const usd of ["10", "10", "9"]) {
    await reserve(store, { runId: OWN, usd, experiment: null, tags: [] }, at);
    await release(store, OWN, at.now);
  }
  expect((await budgetStates(store, PRICING, at.now))[0]).toMatchObject({ heldUsd: "0.00", leftUsd: "10.00" });
});

describe("the stored sums of entered costs", () => {
  test("are one row for each account, run and hour, whatever the number of entries", async () => {
    for (let index = 0; index < 20; index++) await enter(`c${index}`, { usd: "0.01", activity: "calls" });
    for (let index = 0; index < 5; index++) await enter(`h${index}`, { usd: "0.02", activity: "hours", runId: OWN });
    await enter("later", { usd: "0.01", activity: "calls", ms: NOW });
    const rows = await store.db.selectFrom("entered_hours").selectAll().orderBy("account").orderBy("hour_ms").execute();
    expect(rows.map(({ account, run_id, amount, lines }) => [account, run_id, amount, lines])).toEqual([
      ["spent:calls", "", "0.20", 20],
      ["spent:calls", "", "0.01", 1],
      ["spent:hours", OWN, "0.10", 5],
    ]);
  });

  test("of a database of an earlier version are its lines, to which later entries are added", async () => {
    for (let index = 0; index < 3; index++) await enter(`k${index}`, { usd: "2.50" });
    await store.write(async (db) => {
      await sql`delete from entered_hours`.execute(db);
      await sql.raw(enteredHours.statements(sqlWords(store.kind, 0)).at(-1)!).execute(db);
    });
    await enter("k3", { usd: "1" });
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true });
    const lines = await readEntered(store.db, "all");
    expect(lines.map(({ pico }) => formatMoney(pico)).toSorted()).toEqual(["1.00", "2.50", "2.50", "2.50"]);
  });
});

describe("a file of costs", () => {
  const HEAD = "activity,memo,on,usd,hours,usdPerHour,payee,reference\n";
  const files: string[] = [];
  afterEach(async () => {
    for (const file of files.splice(0)) await rm(file);
  });

  /** Enters the costs of a CSV file with these rows. */
  async function costs(text: string): Promise<CostsEntered> {
    const file = join(tmpdir(), `tunewright-costs-${randomUUID()}.csv`);
    files.push(file);
    await writeFile(file, text);
    return enterCosts(store, await readCosts(file, "hours.csv"), new Date(NOW));
  }

  test("is entered whole, each row once, also in a longer version of it", async () => {
    const rows = [
      "data,review,2026-11-03,,12.5,80,Ada,",
      "data,review,2026-11-03,,12.5,80,Ada,",
      "training,storage,2026-11-05,240.10,,,hosting,INV-7",
    ];
    expect(await costs(HEAD + rows.join("\n"))).toEqual({ entered: 3, repeated: 0, usd: "2240.10" });
    const longer = [...rows, "data,review,2026-11-04,,1,80,Ada,"];
    expect(await costs(HEAD + longer.join("\n"))).toEqual({ entered: 1, repeated: 3, usd: "80.00" });
    expect(await verifyLedger(store)).toMatchObject({ size: 4, isIntact: true });
  });

  test.each([
    ["activity,memo,usd\ndata,review,5", "hours.csv has no column on"],
    ["activity,memo,on,amount\ndata,review,2026-11-03,5", 'hours.csv, line 1: unknown column "amount"'],
    [
      `${HEAD}data,review,,5,,,,\n,x,2026-11-03,-5,,,,`,
      /^hours.csv, line 2: on is empty\nhours.csv, line 3: activity is empty$/,
    ],
    [`${HEAD}data,review,2026-11-03,5,,,,\ndata,x,2026-11-31,5,,,,`, /^hours.csv, line 3, on: "2026-11-31"/],
    [
      `${HEAD}data,review,2026-11-03,5,,,,\ndata,x,2026-11-03,,3,,,`,
      "hours.csv, line 3: give either an amount, or hours and their price",
    ],
    [HEAD, "hours.csv has no rows"],
  ])("is refused with every problem and its line, and nothing of it is entered: %j", async (text, problem) => {
    await expect(costs(text)).rejects.toThrow(problem);
    expect(await verifyLedger(store)).toMatchObject({ size: 0 });
  });
});
