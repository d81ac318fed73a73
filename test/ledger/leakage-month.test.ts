import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../src/base/money.ts";
import { leakageText } from "../../src/programme/money/bills/bill-text.ts";
import { readBill } from "./read-bill.ts";
import { importBill } from "../../src/programme/money/bills/import-bill.ts";
import { leakageReport } from "../../src/programme/money/leakage.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun } from "./made-run.ts";

const NOW = Date.UTC(2026, 11, 1);
const HOUR = 3_600_000;
const RUN = "a".repeat(32);
const PRICING = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(NOW) };

let store: Store;
let end: () => Promise<void>;
let folder: string;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
  folder = await mkdtemp(join(tmpdir(), "tunewright-leakage-"));
  // two hours of October and one of November, at 4 USD
  const midnight = Date.UTC(2026, 10, 1);
  await makeRun(store, {
    id: RUN,
    tags: { ...hourly("4"), "tunewright.resource": "node-1" },
    intervals: [[midnight - 2 * HOUR, midnight + HOUR, true]],
  });
  const path = join(folder, "bill.csv");
  const rows = [
    "8.40,8.00,USD,2026-10-31T22:00:00Z,2026-11-01T00:00:00Z,Usage,Compute,node-1",
    "4.20,4.00,USD,2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,Usage,Compute,node-1",
    "30.00,30.00,USD,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,Usage,Compute,idle",
    "7.00,7.00,USD,2026-11-05T00:00:00Z,2026-11-06T00:00:00Z,Usage,Compute,idle",
    "-1.00,-1.00,USD,2026-10-01T00:00:00Z,2026-10-31T00:00:00Z,Credit,Other,",
  ];
  const head =
    "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ResourceId";
  await writeFile(path, `${[head, ...rows].join("\n")}\n`);
  await importBill(store, await readBill(path), { nowMs: NOW });
});
afterEach(async () => {
  await end();
  await rm(folder, { recursive: true });
});

test("the leakage of a month covers the charges that end in it, and the cost of runs in it", async () => {
  const october = await leakageReport(store, PRICING, "2026-10");
  expect(october).toMatchObject({ month: "2026-10", billedUsd: "37.40", chargedUsd: "38.40", leakUsd: "30.00" });
  const november = await leakageReport(store, PRICING, "2026-11");
  expect(november).toMatchObject({ billedUsd: "11.20", leakUsd: "7.00", bills: 1, to: "2026-11-06T00:00:00.000Z" });
  expect(october.runs).toMatchObject([{ runId: RUN, accruedUsd: "8.00", billedUsd: "8.00" }]); // ends at midnight
  expect(november.runs).toMatchObject([{ runId: RUN, accruedUsd: "4.00", billedUsd: "4.00" }]);
  const all = await leakageReport(store, PRICING);
  expect(all).toMatchObject({
    month: null,
    runs: [{ accruedUsd: "12.00", billedUsd: "12.00", differenceUsd: "0.00" }],
  });
  expect(formatMoney(parseMoney(october.billedUsd) + parseMoney(november.billedUsd))).toBe(all.billedUsd);
  await expect(leakageReport(store, PRICING, "2026-13")).rejects.toThrow('"2026-13" is not a month');
});

test("runs that accrued in that time and have no line in a bill are counted, with their cost", async () => {
  expect((await leakageReport(store, PRICING)).unbilled).toEqual({ runs: 0, accruedUsd: "0.00" });
  const start = Date.UTC(2026, 9, 20);
  await makeRun(store, { id: "b".repeat(32), tags: hourly("6"), intervals: [[start, start + 2 * HOUR, true]] });
  await makeRun(store, { id: "c".repeat(32), tags: hourly("6"), intervals: [[NOW - HOUR, NOW, true]] }); // after the bill
  const report = await leakageReport(store, PRICING, "2026-10");
  expect(report.unbilled).toEqual({ runs: 1, accruedUsd: "12.00" });
  expect((await leakageReport(store, PRICING)).unbilled).toEqual({ runs: 1, accruedUsd: "12.00" });
  expect(leakageText(report)).toContain("1 run accrued 12.00 USD in this time and has no line in a bill: ");
});

test("its text states the scope, the share and the totals", async () => {
  const text = leakageText(await leakageReport(store, PRICING));
  expect(text).toContain("37.00 of 49.60 USD charged (74.6 %) is leakage: no finished run accounts for it");
  expect(text).toContain("all charges, 1 bill, 2026-10-01 to 2026-11-06; without tax, credit and support (-1.00 USD)");
  expect(text).toMatch(/^no-run +2 +37\.00 +37\.00 +76\.1 +yes/m);
  expect(text).toMatch(/^aaaaaaaa +aaaaaaaa +12\.00 +12\.00 +0\.00 +1\.00$/m);
  expect(leakageText(await leakageReport(store, PRICING, "2026-07"))).toBe("no charge ends in 2026-07");
});

test("says why the estimate of a run and its bill differ, as far as it is known", async () => {
  const [committed, unpriced, longer, less] = ["b", "c", "d", "e"].map((digit) => digit.repeat(32));
  const start = Date.UTC(2026, 10, 10);
  const intervals = [[start, start + HOUR, true]] as const;
  const on = (resource: string): Record<string, string> => ({ "tunewright.resource": resource });
  await makeRun(store, { id: committed!, tags: { ...hourly("6"), ...on("node-2") }, intervals });
  await makeRun(store, { id: unpriced!, tags: { "gpu.type": "H100", "gpu.count": "1", ...on("node-3") }, intervals });
  await makeRun(store, { id: longer!, tags: { ...hourly("6"), ...on("node-4") }, intervals });
  await makeRun(store, { id: less!, tags: { ...hourly("6"), ...on("node-5") }, intervals });
  const path = join(folder, "second.csv");
  const hour = "USD,2026-11-10T00:00:00Z,2026-11-10T01:00:00Z,Usage,Compute";
  const rows = [
    `0.00,4.50,${hour},node-2`,
    `3.00,3.00,${hour},node-3`,
    `9.00,9.00,${hour},node-4`,
    `1.00,1.00,${hour},node-5`,
  ];
  const head =
    "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ResourceId";
  await writeFile(path, `${[head, ...rows].join("\n")}\n`);
  await importBill(store, await readBill(path), { nowMs: NOW });
  const report = await leakageReport(store, PRICING, "2026-11");
  const reasons = new Map(report.runs.map((run) => [run.runId, run.reasons]));
  expect(reasons.get(committed!)).toEqual([expect.stringContaining("EffectiveCost is 4.50 and BilledCost 0.00 USD")]);
  expect(reasons.get(unpriced!)).toEqual([expect.stringContaining("price")]);
  expect(reasons.get(longer!)).toEqual([expect.stringContaining("sellers bill from start to end of the machine")]);
  expect(reasons.get(less!)).toEqual([expect.stringContaining("runs that share a machine share its lines")]);
  expect(reasons.get(RUN)).toEqual([]);
  expect(leakageText(report)).toContain("why they differ:\n  1 run, such as ");
});
