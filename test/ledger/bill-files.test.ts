import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { DuckDBInstance } from "@duckdb/node-api";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { canonicalJson, sha256 } from "../../src/base/hash.ts";
import { formatMoney, parseMoney } from "../../src/base/money.ts";
import type { BillImport } from "../../src/domain/bill.ts";
import type { BillLine } from "../../src/ledger/focus.ts";
import { billMapping } from "../../src/ledger/bill-mapping.ts";
import { balanceOf } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import type { Bill } from "../../src/programme/money/bills/bill-file.ts";
import { readBill } from "./read-bill.ts";
import { setRate } from "../../src/programme/money/currency.ts";
import { enterSpend } from "../../src/programme/money/enter-spend.ts";
import { leakageText } from "../../src/programme/money/bills/bill-text.ts";
import { exportFocus } from "../../src/programme/money/export-focus.ts";
import { importBill } from "../../src/programme/money/bills/import-bill.ts";
import { leakageReport } from "../../src/programme/money/leakage.ts";
import { matchLine } from "../../src/programme/money/bills/match-line.ts";
import { settleAccruals } from "../../src/programme/money/settle-accruals.ts";
import type { Store } from "../../src/store/open-store.ts";
import { logBatch } from "../../src/track/log-batch.ts";
import type { MetricPoint } from "../../src/track/points.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun } from "./made-run.ts";
import { longTest } from "../long-suite.ts";

const EXAMPLES = fileURLToPath(new URL("../../../shared/data/ledger/focus_spec_v1.2_examples", import.meta.url));
const NOW = Date.UTC(2026, 10, 29, 12);
const HOUR = 3_600_000;
const A = "a".repeat(32);
const B = "b".repeat(32);
const PRICING = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(NOW) };
const HEADER =
  "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ResourceId";

let root: string;
let store: Store;
let end: () => Promise<void>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-bills-"));
});
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
});
afterEach(() => end());
afterAll(() => rm(root, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(root, name);
  await writeFile(path, content);
  return path;
}

function line(usd: string, resource: string, day = "2026-11-02"): string {
  return `${usd},${usd},USD,${day}T00:00:00Z,${day}T10:00:00Z,Usage,Compute,${resource}`;
}

async function imported(path: string, rest: { map?: string[]; replaces?: string } = {}): Promise<BillImport> {
  const bill = await readBill(path, { mapping: billMapping(rest.map ?? []) });
  return importBill(store, bill, { nowMs: NOW, replaces: rest.replaces });
}

function classes(result: Pick<BillImport, "classes">): Record<string, string> {
  return Object.fromEntries(result.classes.map(({ class: name, billedUsd }) => [name, billedUsd]));
}

/** Sum of all accounts but the clearing ones: what was billed. */
async function balances(): Promise<bigint> {
  const rows = await store.db
    .selectFrom("ledger_balances")
    .select("amount")
    .where("account", "not like", "clearing:%")
    .execute();
  return rows.reduce((sum, { amount }) => sum + parseMoney(amount), 0n);
}

describe("a bill file", () => {
  const rows = [line("1.10", "x"), line("2.2000000001", "y"), line("-0.30", "z")];
  const text = `${[HEADER, ...rows].join("\n")}\n`;

  test.each([
    ["gzip", "a.csv.gz", gzipSync(text)],
    ["a byte order mark", "b.csv", `\uFEFF${text}`],
    ["semicolons", "c.csv", text.replaceAll(",", ";")],
    ["tabs", "d.tsv", text.replaceAll(",", "\t")],
    ["other line ends", "e.csv", text.replaceAll("\n", "\r\n")],
  ])("with %s has the total of the plain one", async (_, name, content) => {
    expect(await imported(await file(name, content))).toMatchObject({ lines: 3, billedTotal: "3.0000000001" });
  });

  test("of Parquet keeps every digit of its decimals", async () => {
    const csv = await file("p.csv", text);
    const path = join(root, "p.parquet");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(
      `copy (select * replace (BilledCost::decimal(38,10) as BilledCost) from read_csv('${csv}', all_varchar = true)) to '${path}'`,
    );
    connection.closeSync();
    expect(await imported(path)).toMatchObject({ billedTotal: "3.0000000001", format: "FOCUS Parquet", lines: 3 });
  });

  test("without FOCUS is read by a mapping, and its rows last a day where it states no end", async () => {
    const path = await file("gpu.csv", 'Server,Day,Amount\nnode-1,2026-11-02,"1,240.50"\nnode-2,2026-11-03,9\n');
    await makeRun(store, {
      id: A,
      tags: { "tunewright.resource": "NODE-1" },
      intervals: [[Date.UTC(2026, 10, 2, 20), Date.UTC(2026, 10, 2, 23), true]],
    });
    const map = ["BilledCost=Amount", "ChargePeriodStart=Day", "ResourceId=Server", "BillingCurrency:=USD"];
    const result = await imported(path, { map });
    expect(classes(result)).toEqual({ run: "1240.50", "no-run": "9.00" });
    expect(result.format).toBe("mapped CSV");
    await expect(imported(path, { map: ["BilledCost=Cost"] })).rejects.toThrow("gpu.csv has no column Cost");
    expect(() => billMapping(["Cost=Amount"])).toThrow("does not map to a column of FOCUS");
    await expect(imported(path)).rejects.toThrow("is not a FOCUS file");
  });

  test("is checked against the rules of FOCUS, and imported even if it breaks them", async () => {
    const path = await file("rules.csv", `${HEADER}\n1,1,dollars,2026-11-02T00:00:00Z,2026-11-03,usage,Compute,x\n`);
    const { rules, repairs, checkedRows } = await imported(path);
    expect(checkedRows).toBe(1);
    const ids = rules.map(({ id }) => id);
    expect(ids).toContain("BillingCurrency-C-003-M");
    expect(rules.find(({ text: rule }) => rule.includes("ChargeCategory MUST be one of"))).toMatchObject({ line: 2 });
    expect(rules.find(({ text: rule }) => rule.startsWith("ListCost MUST be present"))).toMatchObject({ line: 1 });
    expect(repairs.map(({ rule }) => rule)).toContain("other case");
  });

  test.skipIf(!existsSync(EXAMPLES))("of the specification's examples is read whole (needs ../shared)", async () => {
    for (const name of readdirSync(EXAMPLES).filter((each) => each.endsWith(".csv"))) {
      const outcome = await readBill(join(EXAMPLES, name)).catch((error: unknown) => String(error));
      // what an example does not show it does not have: then the columns are named, and no row is refused
      if (typeof outcome === "string") expect(outcome).toContain("it has no column");
      else expect(outcome.lines).toBeGreaterThan(0);
    }
  });
});

describe("a corrected bill", () => {
  test("is refused where it repeats lines, and reverses the file that it replaces", async () => {
    const first = await file("nov.csv", [HEADER, line("10", "x"), line("5", "y"), line("1", "z")].join("\n"));
    const second = await file("nov-b.csv", [HEADER, line("10", "x"), line("4", "y"), line("1", "z")].join("\n"));
    await imported(first);
    await expect(imported(second)).rejects.toThrow("nov-b.csv repeats lines of nov.csv: 2 of 3");
    expect(await imported(second, { replaces: "nov.csv" })).toMatchObject({ replaced: "nov.csv", isRepeat: false });
    expect(formatMoney(await balanceOf(store.db, "leak:no-run"))).toBe("15.00");
    expect((await leakageReport(store, PRICING)).billedUsd).toBe("15.00");
    expect((await imported(first)).isRepeat).toBe(true); // what was replaced does not come back
    expect((await imported(second, { replaces: "nov.csv" })).isRepeat).toBe(true);
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 3 });
    await expect(imported(await file("x.csv", `${HEADER}\n${line("7", "q")}\n`), { replaces: "none" })).rejects.toThrow(
      "no imported bill has the name or hash none",
    );
  });

  test("has one digest for each line, that of its content as canonical JSON, so that later versions know it again", async () => {
    const tags = '"{""team"":""legal"",""a"":""1""}"';
    const path = await file(
      "digest.csv",
      `${HEADER},Tags,InvoiceId\n${line("1.5", '"node ""ä"" \\ \u2028x"')},${tags},INV-1\n`,
    );
    await imported(path);
    const content = {
      account: "",
      billedPico: "1500000000000",
      capacityStatus: "",
      chargeCategory: "Usage",
      commitmentStatus: "",
      currency: "USD",
      description: "",
      effectivePico: "1500000000000",
      endMs: Date.UTC(2026, 10, 2, 10),
      invoice: "INV-1",
      line: 0,
      resource: 'node "ä" \\ \u2028x',
      service: "",
      serviceCategory: "Compute",
      sku: "",
      startMs: Date.UTC(2026, 10, 2),
      tags: { team: "legal", a: "1" },
    };
    const stored = await store.db.selectFrom("bill_lines").select("row_sha256").executeTakeFirst();
    expect(stored?.row_sha256).toBe(sha256(canonicalJson(content)));
  });

  /** The bill, with its lines read by another function. */
  const withLines = (bill: Bill, read: (lines: AsyncIterable<BillLine>) => AsyncGenerator<BillLine>): Bill => ({
    ...bill,
    read: () => {
      const { lines, summary } = bill.read();
      return { lines: read(lines), summary };
    },
  });

  test("that another process imports meanwhile is refused, and leaves no line of its own", async () => {
    const all = Array.from({ length: 2001 }, (_, index) => line("1", `gpu-${index}`)); // one more than a page
    const bill = await readBill(await file("raced.csv", [HEADER, ...all, ""].join("\n")));
    const raced = withLines(bill, async function* (lines) {
      yield* lines;
      await importBill(store, bill, { nowMs: NOW });
    });
    await expect(importBill(store, raced, { nowMs: NOW })).rejects.toThrow("being imported by another process");
    expect(await store.db.selectFrom("bill_lines").select("file_no").execute()).toHaveLength(2001);
    expect(await balances()).toBe(parseMoney("2001"));
  });

  test("that another process is still importing is left to it", async () => {
    const bill = await readBill(await file("slow.csv", [HEADER, line("1", "a"), line("2", "b"), ""].join("\n")));
    const told = new EventTarget();
    const [firstEnded, secondBegun] = [once(told, "ended"), once(told, "begun")];
    const second = withLines(bill, async function* (lines) {
      told.dispatchEvent(new Event("begun"));
      await firstEnded;
      yield* lines;
    });
    let imported: Promise<unknown> | undefined;
    const first = withLines(bill, async function* (lines) {
      imported = importBill(store, second, { nowMs: NOW });
      await secondBegun;
      yield* lines;
    });
    await expect(importBill(store, first, { nowMs: NOW })).rejects.toThrow("being imported by another process");
    told.dispatchEvent(new Event("ended"));
    await imported;
    expect(await store.db.selectFrom("bill_lines").select("line_no").execute()).toHaveLength(2);
    expect(await balances()).toBe(parseMoney("3"));
  });

  test("that was stopped half way leaves no money, and is imported whole the next time", async () => {
    const bill = await readBill(await file("half.csv", [HEADER, line("10", "x"), line("5", "y")].join("\n")));
    const broken = withLines(bill, async function* (lines) {
      for await (const each of lines) {
        yield each;
        throw new Error("the disk went away");
      }
    });
    await expect(importBill(store, broken, { nowMs: NOW })).rejects.toThrow("the disk went away");
    expect(await verifyLedger(store)).toMatchObject({ size: 0 });
    expect(await importBill(store, bill, { nowMs: NOW })).toMatchObject({ isRepeat: false, billedTotal: "15.00" });
  });
});

describe("matching", () => {
  const at = (day: number, hour: number): number => Date.UTC(2026, 10, day, hour);

  test("finds the run before, between, after and by what it rents; failed ones apart; and by hand", async () => {
    const tags = { "tunewright.resource": "node-1" };
    await makeRun(store, { id: A, tags, intervals: [[at(3, 0), at(3, 10), true]] });
    const no = await makeRun(store, { id: B, tags, intervals: [[at(5, 0), at(5, 10), true]] });
    await store.write((db) => db.updateTable("runs").set({ status: "FAILED" }).where("run_no", "=", no).execute());
    await makeRun(store, {
      id: "c".repeat(32),
      tags: { "tunewright.sku": "p5.48xlarge", "tunewright.account": "ML-7" },
      intervals: [[at(7, 0), at(7, 10), true]],
    });
    const header = `${HEADER},SkuId,SubAccountId,CapacityReservationStatus`;
    const rows = [
      `${line("1", "node-1", "2026-11-02")},,,`,
      `${line("2", "node-1", "2026-11-03")},,,`,
      `${line("4", "node-1", "2026-11-04")},,,`,
      `${line("8", "node-1", "2026-11-05")},,,`,
      `${line("16", "node-1", "2026-11-06")},,,`,
      `${line("32", "", "2026-11-07")},EUW2-BoxUsage:p5.48xlarge,ml-7,`,
      `${line("64", "", "2026-11-07")},EUW2-BoxUsage:p5.48xlarge,ml-8,`,
      `${line("128", "cr-1", "2026-11-07")},,,Unused`,
    ];
    const result = await imported(await file("m.csv", [header, ...rows].join("\n")));
    expect(classes(result)).toEqual({
      "capacity-unused": "128.00",
      "no-run": "64.00",
      run: "34.00",
      "around-run": "17.00",
      "failed-run": "8.00",
      "between-runs": "4.00",
    });
    const hand = { file: "m.csv", line: 8, class: "run", run: A, by: "finance" } as const;
    expect(await matchLine(store, hand, NOW)).toMatchObject({ from: "no-run", to: "run", usd: "64.00" });
    await matchLine(store, hand, NOW);
    await matchLine(store, { file: "m.csv", line: 8, class: "storage", by: "finance" }, NOW);
    await matchLine(store, hand, NOW);
    await expect(matchLine(store, { ...hand, run: undefined }, NOW)).rejects.toThrow("the class run needs a run");
    await expect(matchLine(store, { ...hand, line: 99 }, NOW)).rejects.toThrow("has a line 99");
    const report = await leakageReport(store, PRICING);
    expect(report).toMatchObject({ billedUsd: "255.00", leakUsd: "157.00" });
    expect(report.runs.find(({ runId }) => runId === A)).toMatchObject({ billedUsd: "66.00" });
    expect(report.places[0]).toMatchObject({ class: "capacity-unused", place: "cr-1", example: "m.csv:9" });
    expect((await verifyLedger(store)).findings).toEqual([]);
  });

  longTest("conserves every cent over any lines: classes, entries and file have one sum", async () => {
    await makeRun(store, { id: A, tags: { "tunewright.resource": "r1" }, intervals: [[at(3, 0), at(4, 0), true]] });
    const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((pico) => formatMoney(pico));
    const row = fc.tuple(
      amount,
      fc.constantFrom("Usage", "Tax", "Credit", "Purchase"),
      fc.constantFrom("Compute", "Storage", "Networking", "AI and Machine Learning"),
      fc.constantFrom("r1", "r2", ""),
      fc.integer({ min: 1, max: 28 }),
    );
    let no = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (found) => {
        const before = await balances();
        const text = found.map(([usd, kind, service, resource, day], index) => {
          const date = `2026-11-${String(day).padStart(2, "0")}`;
          return `${usd},${usd},USD,${date}T00:00:00Z,${date}T0${index % 10}:59:${String(no % 60).padStart(2, "0")}.${no}Z,${kind},${service},${resource}`;
        });
        no += 1;
        const path = await file(`law-${no}.csv`, [HEADER, ...text].join("\n"));
        const result = await imported(path);
        const sum = found.reduce((total, [usd]) => total + parseMoney(usd), 0n);
        const posted = result.classes.reduce((total, { billedUsd }) => total + parseMoney(billedUsd), 0n);
        expect([posted, parseMoney(result.billedTotal)]).toEqual([sum, sum]);
        expect((await balances()) - before).toBe(sum);
        expect((await imported(path)).isRepeat).toBe(true);
        expect(await balances()).toBe(before + sum);
      }),
      { seed: 163, numRuns: 25 },
    );
    expect((await verifyLedger(store)).findings).toEqual([]);
  });
});

describe("a currency", () => {
  test("is in no total without a rate, and by the rate of its day with one", async () => {
    await imported(await file("eur.csv", `${HEADER}\n${line("100", "x").replace("USD", "EUR")}\n`));
    expect(await leakageReport(store, PRICING)).toMatchObject({
      billedUsd: "0.00",
      unconverted: [{ currency: "EUR", amount: "100.00" }],
    });
    const rate = { currency: "EUR", source: "ECB" };
    await setRate(store, { ...rate, day: "2026-11-01", usd: "1.1" }, NOW);
    await setRate(store, { ...rate, day: "2026-11-20", usd: "2" }, NOW);
    expect(await leakageReport(store, PRICING)).toMatchObject({ billedUsd: "110.00", unconverted: [] });
    await expect(setRate(store, { ...rate, currency: "USD", day: "2026-11-01", usd: "1" }, NOW)).rejects.toThrow(
      "other",
    );
  });
});

describe("the FOCUS export", () => {
  test("breaks no rule that must hold, sums to the ledger, and runs no formula in a spreadsheet", async () => {
    await makeRun(store, { id: A, tags: hourly("3"), intervals: [[NOW - 5 * HOUR, NOW, true]] });
    await settleAccruals(store, PRICING, { all: false });
    const memo = '=HYPERLINK("http://x","y")';
    await enterSpend(store, { activity: "data", usd: "20.25", memo, payee: "Ada" }, new Date(NOW));
    const { rows, csv } = await exportFocus(store, { month: "2026-11", programme: "contracts" });
    expect(rows).toBe(2);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    const back = await readBill(await file("export.csv", csv));
    expect(formatMoney(back.billedPico)).toBe("35.25");
    expect(back.repairs).toEqual([]);
    expect(back.rules.filter(({ level }) => level === "must")).toEqual([]);
    expect((await exportFocus(store, { month: "2026-10", programme: "contracts" })).rows).toBe(0);
    await expect(exportFocus(store, { month: "2026-13", programme: "contracts" })).rejects.toThrow("is not a month");
  });
});

describe("idle GPUs", () => {
  test("are a share of the cost of their run, by the samples of its system metrics", async () => {
    await makeRun(store, { id: A, tags: hourly("8"), intervals: [[NOW - 10 * HOUR, NOW, true]] });
    await makeRun(store, { id: B, tags: hourly("8"), intervals: [[NOW - 10 * HOUR, NOW, true]] });
    const sample = (key: string, value: number, step: number): MetricPoint => ({ key, value, timestamp: step, step });
    const metrics = [0, 1, 2, 3].flatMap((step) => [
      sample("system/gpu_0_utilization_percentage", step === 0 ? 2 : 90, step),
      sample("system/node-2/gpu_1_utilization_percentage", 0, step),
      sample("system/cpu_utilization_percentage", 1, step),
    ]);
    await store.write((db) => db.updateTable("runs").set({ status: "RUNNING" }).execute());
    await logBatch(store, A, { metrics, params: [], tags: [], nowMs: NOW });
    const busy = metrics.map((point) => ({ ...point, value: 95 }));
    await logBatch(store, B, { metrics: busy, params: [], tags: [], nowMs: NOW });
    const report = await leakageReport(store, PRICING);
    expect(report.idle).toEqual([
      { runId: A, name: A.slice(0, 8), gpus: 2, samples: 8, meanPercent: 34, idleShare: 0.625, idleUsd: "50.00" },
    ]);
    expect(leakageText(report)).toContain("idle GPUs by system metrics");
    expect(report.leakUsd).toBe("0.00");
  });
});
