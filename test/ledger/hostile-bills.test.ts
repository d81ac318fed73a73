import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { verifyLedger } from "../../src/ledger/verify.ts";
import { readBill } from "./read-bill.ts";
import { closePeriod } from "../../src/programme/money/close-period.ts";
import { importBill } from "../../src/programme/money/bills/import-bill.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";

const NOW = Date.UTC(2026, 11, 1);
const HEADER = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ResourceId";

let store: Store;
let end: () => Promise<void>;
let folder: string;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
  folder = await mkdtemp(join(tmpdir(), "tunewright-hostile-bills-"));
});
afterEach(async () => {
  await end();
  await rm(folder, { recursive: true });
});

async function billOf(...rows: readonly (string | Uint8Array)[]): ReturnType<typeof readBill> {
  const path = join(folder, "bill.csv");
  await writeFile(
    path,
    Buffer.concat([HEADER, ...rows].flatMap((row) => [Buffer.from(row as string), Buffer.from("\n")])),
  );
  return readBill(path);
}

const row = (usd: string, from = "2026-11-01T00:00:00Z", to = "2026-11-01T10:00:00Z"): string =>
  `${usd},${usd},USD,${from},${to},Usage,x`;

describe("an amount", () => {
  test.each([
    ["a million digits", "9".repeat(1_000_000)],
    ["a million decimals", `0.${"0".repeat(999_999)}1`],
    ["a million leading zeros", `${"0".repeat(1_000_000)}1`],
    ["an exponent of a million", "1E1000000"],
    ["an exponent of minus a million", "1E-1000000"],
    ["Infinity", "Infinity"],
    ["a hexadecimal number", "0x10"],
  ])("of %s is read exactly or refused with its place, at once", async (_, usd) => {
    const result = await billOf(row(usd)).then(
      ({ billedPico }) => billedPico,
      (error: unknown) => (error as Error).message,
    );
    if (typeof result === "bigint") expect([0n, 1_000_000_000_000n]).toContain(result);
    else expect(result).toMatch(/bill\.csv, line 2.*(BilledCost|characters|larger)/);
    expect(String(result).length).toBeLessThan(300);
  });
});

test("cells that state nothing are never 0: the effective cost is the billed one, the currency that of the file", async () => {
  const bill = await billOf(
    row("1.5").replace("USD", "EUR"),
    "2.5,,,2026-11-01T00:00:00Z,2026-11-01T10:00:00Z,Usage,x",
  );
  expect(bill).toMatchObject({ currency: "EUR", billedPico: 4_000_000_000_000n, effectivePico: 4_000_000_000_000n });
  expect(bill.repairs.map(({ column, rule }) => `${column} ${rule}`)).toEqual([
    "EffectiveCost empty: BilledCost is used",
    "BillingCurrency not stated: the currency of the other lines, otherwise USD",
  ]);
  await expect(billOf(row("1"), ",3,USD,2026-11-01T00:00:00Z,2026-11-01T10:00:00Z,Usage,x")).rejects.toThrow(
    'line 3, BilledCost: expected an amount: an empty one is unknown, not 0, got ""',
  );
});

test("a comma that may be decimal is not taken for a thousands separator", async () => {
  const quoted = (usd: string): string => row("X").replaceAll("X", `"${usd}"`);
  await expect(billOf(quoted("0,125"))).rejects.toThrow(
    'line 2, BilledCost: expected an amount of at most 18 digits before and 12 after the point, got "0,125"',
  );
  await expect(billOf(row("3"), quoted("1,250"))).rejects.toThrow(
    'line 3, BilledCost: expected an amount without thousands separators, since no amount of the file shows whether its commas are decimal, got "1,250"',
  );
  expect(await billOf(row("3.5"), quoted("1,250"))).toMatchObject({ billedPico: 1_253_500_000_000_000n });
  expect(await billOf(quoted("1,250"), quoted("1,250,000"))).toMatchObject({ billedPico: 1_251_250n * 10n ** 12n });
});

test("a bill of a closed month takes effect in the first open one, whole, and says of when it is", async () => {
  const pricing = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(NOW) };
  await closePeriod(store, { period: "2026-10", by: "finance" }, pricing);
  const bill = await billOf(row("7.25", "2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z"));
  expect(await importBill(store, bill, { nowMs: NOW })).toMatchObject({ billedTotal: "7.25" });
  const [entry] = await store.db.selectFrom("ledger_entries").select("body").execute();
  expect(JSON.parse(entry!.body)).toMatchObject({
    effectiveAt: "2026-11-01T00:00:00.000Z",
    memo: expect.stringContaining("in a closed month") as string,
  });
  expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 1 });
});

test("lines that are equal count each, and the same file again none", async () => {
  const bill = await billOf(row("1.10"), row("1.10"), row("1.10"));
  expect(await importBill(store, bill, { nowMs: NOW })).toMatchObject({
    lines: 3,
    billedTotal: "3.30",
    isRepeat: false,
  });
  const ordinals = await store.db.selectFrom("bill_lines").select("ordinal").orderBy("line_no").execute();
  expect(ordinals.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
  expect(await importBill(store, bill, { nowMs: NOW })).toMatchObject({ isRepeat: true });
  expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 1 });
});

test("times with an offset are the moments that they state, in winter and in summer", async () => {
  const bill = await billOf(
    row("1", "2026-11-01T00:00:00+02:00", "2026-11-01T00:00:00Z"),
    row("2", "2026-07-01T02:00:00+0200", "2026-07-01T01:00:00Z"),
  );
  await importBill(store, bill, { nowMs: NOW });
  const rows = await store.db.selectFrom("bill_lines").select("period_start_ms").orderBy("line_no").execute();
  expect(rows.map(({ period_start_ms: ms }) => new Date(ms).toISOString())).toEqual([
    "2026-10-31T22:00:00.000Z",
    "2026-07-01T00:00:00.000Z",
  ]);
});

test("a row that is not valid UTF-8 is refused with its line", async () => {
  const bad = Buffer.concat([Buffer.from(row("1").replace(/x$/, "")), Buffer.from([0xc3, 0x28])]);
  await expect(billOf(row("1"), bad)).rejects.toThrow(/UTF-8/);
});
