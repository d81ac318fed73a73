import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../src/base/money.ts";
import { accruedPico } from "../../src/ledger/accrual.ts";
import { FocusReader } from "../../src/ledger/focus.ts";
import { balanceOf } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { budgetStates } from "../../src/programme/money/budget-state.ts";
import { release, reserve, setBudget } from "../../src/programme/money/budgets.ts";
import { invoiceBill } from "../../src/programme/money/bills/bill-file.ts";
import { readBill } from "./read-bill.ts";
import { importBill } from "../../src/programme/money/bills/import-bill.ts";
import { listPricedRuns } from "../../src/programme/money/priced-runs.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { closeActivity, extendActivity, openActivity } from "../../src/track/activity.ts";

const SAMPLE = fileURLToPath(new URL("../../../shared/data/ledger/focus_1.0_sample_1000.csv", import.meta.url));
const NOW = new Date("2026-11-29T12:00:00Z");
const HOUR = 3_600_000;

let root: string;
let store: Store;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-bill-"));
});
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => NOW));
});
afterEach(() => end());
afterAll(() => rm(root, { recursive: true }));

const PRICING = { programmes: ["contracts"], pricesOf: () => [], now: () => NOW };

/** A run that was alive for some hours, with tags. */
async function run(id: string, hours: number, tags: Record<string, string>): Promise<void> {
  const start = NOW.getTime() - hours * HOUR;
  await store.write(async (db) => {
    const row = {
      run_id: id,
      experiment_id: 0,
      name: id,
      user_id: "",
      status: "FINISHED",
      start_ms: start,
      end_ms: null,
      lifecycle_stage: "active" as const,
      deleted_ms: null,
    };
    const { run_no } = await db.insertInto("runs").values(row).returning("run_no").executeTakeFirstOrThrow();
    for (const [key, value] of Object.entries(tags))
      await db.insertInto("run_tags").values({ run_no, key, value }).execute();
    await openActivity(db, run_no, start);
    await extendActivity(db, run_no, NOW.getTime());
    await closeActivity(db, run_no, NOW.getTime());
  });
}

const HEADER =
  "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ServiceName,ResourceId,ChargeDescription,Tags";
async function bill(name: string, ...rows: string[]): Promise<string> {
  const path = join(root, name);
  await writeFile(path, `${[HEADER, ...rows].join("\n")}\n`);
  return path;
}

const A = "a".repeat(32);
const B = "b".repeat(32);

describe("the cost of a run", () => {
  test("is its time times the price of the day, and the list sorts by dollars", async () => {
    await run(A, 2, { "tunewright.usd_per_hour": "3.10" });
    await run(B, 5, { "tunewright.usd_per_gpu_hour": "2.49", "tunewright.gpu_count": "8" });
    await run("c".repeat(32), 5, {});
    const { runs, totalUsd, unpriced } = await listPricedRuns(
      store,
      { deleted: false, filter: "", order: ["cost"], limit: 10 },
      PRICING,
    );
    expect(runs.map(({ cost }) => cost.usd)).toEqual(["99.60", "6.20", null]);
    expect([totalUsd, unpriced]).toEqual(["105.80", 1]);
    expect(runs[2]!.cost.reason).toContain("gpu.type");
  });

  test("is rounded down once for each stretch of one price, and changes with the price of the day", () => {
    const from = Date.UTC(2026, 10, 1, 23);
    const day = (price: Record<string, string>) => (on: string) =>
      price[on] === undefined ? null : parseMoney(price[on]);
    const interval = [{ fromMs: from, toMs: from + 2 * HOUR }];
    expect(accruedPico(interval, day({ "2026-11-01": "3", "2026-11-02": "5" }))).toBe(parseMoney("8"));
    expect(accruedPico([{ fromMs: from, toMs: from + 1 }], day({ "2026-11-01": "1" }))).toBe(10n ** 12n / 3_600_000n);
    expect(accruedPico(interval, day({ "2026-11-01": "3" }))).toBeNull();
  });

  test("grows with time, and two halves never cost more than the whole", () => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), fc.nat(10 ** 9), fc.bigInt({ min: 1n, max: 10n ** 15n }), (first, second, price) => {
        const cost = (fromMs: number, toMs: number): bigint => accruedPico([{ fromMs, toMs }], () => price)!;
        const parts = cost(0, first) + cost(first, first + second);
        expect(parts).toBeLessThanOrEqual(cost(0, first + second));
        expect(cost(0, first + second) - parts).toBeLessThanOrEqual(1n);
      }),
      { seed: 17 },
    );
  });
});

describe("a bill", () => {
  test("ends each line in one class, posts it once, and sums to the file", async () => {
    await run(A, 2, { "tunewright.usd_per_hour": "3.10", "tunewright.resource": "i-0abc" });
    const path = await bill(
      "gpu.csv",
      `6.30,6.00,USD,2026-11-29T10:00:00Z,2026-11-29T12:00:00Z,Usage,Compute,EC2,i-0ABC,p5.48xlarge,`,
      `1.05,1.00,USD,2026-11-29T08:00:00Z,2026-11-29T09:00:00Z,Usage,Compute,EC2,i-0abc,p5.48xlarge,`,
      `40.00,40.00,USD,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,Usage,Compute,EC2,i-0idle,p5.48xlarge,`,
      `0.25,0.25,USD,2026-11-29T10:00:00Z,2026-11-29T11:00:00Z,Usage,AI and Machine Learning,SageMaker,,x,"{""mlflow.run_id"":""${A}""}"`,
      `2.00,2.00,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,Storage,EBS,vol-1,gp3,`,
      `-5.00,-5.00,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Credit,Other,AWS,,promotion,`,
      `0.40,0.40,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,Integration,SQS,q,requests,`,
    );
    const result = await importBill(store, await readBill(path), { nowMs: NOW.getTime() });
    expect(Object.fromEntries(result.classes.map(({ class: name, billedUsd }) => [name, billedUsd]))).toEqual({
      "no-run": "40.00",
      run: "6.55",
      storage: "2.00",
      "around-run": "1.05",
      "other-service": "0.40",
      "not-work": "-5.00",
    });
    expect([result.billedTotal, result.effectiveTotal]).toEqual(["45.00", "44.65"]);
    const again = await importBill(store, await readBill(path), { nowMs: NOW.getTime() });
    expect(again.isRepeat).toBe(true);
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 6 });
  });

  test.skipIf(!existsSync(SAMPLE))(
    "of the published sample sums to the last digit, with its repairs (needs ../shared)",
    async () => {
      const result = await importBill(store, await readBill(SAMPLE), { nowMs: NOW.getTime() });
      // source: the sums of the file's columns with exact decimals, ../shared/data/ledger/index.md
      expect([result.lines, result.billedTotal, result.effectiveTotal]).toEqual([
        1000,
        "20.52022672899",
        "14.97651418586",
      ]);
      expect(result.repairs.map(({ column }) => column)).toContain("ChargePeriodStart");
      expect(result.classes.reduce((sum, { lines }) => sum + lines, 0)).toBe(1000);
      expect(formatMoney(result.classes.reduce((sum, { billedUsd }) => sum + parseMoney(billedUsd), 0n))).toBe(
        "20.52022672899",
      );
      expect((await verifyLedger(store)).findings).toEqual([]);
    },
  );

  test.each([
    [
      "mixed currencies",
      ["1,1,USD,2026-11-01,2026-11-02,Usage,,,,,", "1,1,EUR,2026-11-01,2026-11-02,Usage,,,,,"],
      "has amounts in USD, EUR",
    ],
    [
      "an amount that is none",
      ["abc,1,USD,2026-11-01,2026-11-02,Usage,,,,,"],
      "line 2, BilledCost: expected an amount",
    ],
    [
      "a day that does not exist",
      ["1,1,USD,2026-13-41,2026-11-02,Usage,,,,,"],
      "line 2, ChargePeriodStart: expected a valid day",
    ],
    ["a row that is too short", ["1,1,USD"], "line 2: it has 3 fields"],
  ])("with %s is refused with its place, and nothing is written", async (_, rows, message) => {
    await expect(readBill(await bill("bad.csv", ...rows))).rejects.toThrow(message);
  });

  test("without the columns of FOCUS is refused", async () => {
    const path = join(root, "plain.csv");
    await writeFile(path, "date,cost\n2026-11-01,5\n");
    await expect(readBill(path)).rejects.toThrow("is not a FOCUS file: it has no column BilledCost");
  });

  test("reads amounts in E notation and with separators exactly", () => {
    const reader = new FocusReader();
    const read = (value: string): bigint | undefined =>
      reader.read(2, {
        BilledCost: value,
        EffectiveCost: "0",
        ChargePeriodStart: "2026-11-01T00:00:00Z",
        ChargePeriodEnd: "2026-11-01T01:00:00Z",
        ChargeCategory: "Usage",
      })?.billedPico;
    expect(read("4E-7")).toBe(parseMoney("0.0000004"));
    expect(read("1,234.50")).toBe(parseMoney("1234.50"));
    expect(read("0.1000000000000000000")).toBe(parseMoney("0.1"));
    expect(read("0.0000000000001")).toBeUndefined();
    expect(read("9".repeat(1_000_000))).toBeUndefined();
  });
});

describe("budgets", () => {
  test("hold a reservation, refuse the one that would pass the cap, and give it back", async () => {
    await setBudget(
      store,
      { scope: "programme", key: "", capUsd: "100", period: "total", setBy: "finance", sourceSha256: null },
      NOW.getTime(),
    );
    const at = { pricing: PRICING, now: NOW };
    const hold = (runId: string, usd: string): Promise<void> =>
      reserve(store, { runId, usd, experiment: null, tags: [] }, at);
    await hold(A, "60");
    await expect(hold(B, "50")).rejects.toThrow("would exceed the budget of the programme: 40.00 of 100 USD are left");
    await hold(A, "60");
    await release(store, A, NOW);
    await hold(B, "50");
    const [state] = await budgetStates(store, PRICING, NOW);
    expect(state).toMatchObject({ spentUsd: "0.00", heldUsd: "50.00", leftUsd: "50.00" });
  });

  test("never let starts at once pass a cap together", async () => {
    await setBudget(
      store,
      { scope: "programme", key: "", capUsd: "100", period: "total", setBy: "finance", sourceSha256: null },
      NOW.getTime(),
    );
    const starts = Array.from({ length: 100 }, (_, i) =>
      reserve(
        store,
        { runId: i.toString(16).padStart(32, "0"), usd: "7", experiment: null, tags: [] },
        { pricing: PRICING, now: NOW },
      ),
    );
    const done = await Promise.allSettled(starts);
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(14);
    expect((await verifyLedger(store)).isIntact).toBe(true);
  });

  test("count what a run spent, and hold no more than is left of its reservation", async () => {
    await setBudget(
      store,
      { scope: "tag", key: "team=legal", capUsd: "50", period: "total", setBy: "finance", sourceSha256: null },
      NOW.getTime(),
    );
    await run(A, 2, { "tunewright.usd_per_hour": "10", team: "legal" });
    await reserve(
      store,
      { runId: A, usd: "30", experiment: null, tags: [{ key: "team", value: "legal" }] },
      { pricing: PRICING, now: NOW },
    );
    expect((await budgetStates(store, PRICING, NOW))[0]).toMatchObject({
      spentUsd: "20.00",
      heldUsd: "10.00",
      leftUsd: "20.00",
    });
  });
});

describe("an invoice by hand", () => {
  const invoice = {
    number: "INV-7",
    seller: "hosting",
    usd: "1240.50",
    currency: "USD",
    from: "2026-11-01",
    to: "2026-12-01",
    service: "Compute",
    run: A,
    memo: "November",
  };

  test("goes to its run once, and another content under its number is a correction", async () => {
    await run(A, 1, {});
    const result = await importBill(store, invoiceBill(invoice), { nowMs: NOW.getTime() });
    expect(result.classes).toMatchObject([{ class: "run", billedUsd: "1240.50" }]);
    expect((await importBill(store, invoiceBill(invoice), { nowMs: NOW.getTime() })).isRepeat).toBe(true);
    const other = invoiceBill({ ...invoice, usd: "1200" });
    await expect(importBill(store, other, { nowMs: NOW.getTime() })).rejects.toThrow(
      "was already entered with other content",
    );
    await importBill(store, other, { nowMs: NOW.getTime(), replaces: "invoice INV-7 of hosting" });
    expect(formatMoney(await balanceOf(store.db, `billed:${A}`))).toBe("1200.00");
  });
});
