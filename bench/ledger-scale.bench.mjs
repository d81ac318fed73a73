// The ledger at scale: 10,000 and 1,000,000 entries of 1,000 and 100,000 runs, and a bill of as many lines.
//   node bench/ledger-scale.bench.mjs [--entries 1000000] [--lines 1000000]
// CPU seconds of this process next to wall time, since the machine may be shared. Each size has a process of its own, so
// that its memory is its own. DATABASE_URL: on PostgreSQL, whose own CPU time is not counted; each size in a schema of its
// own, which stays.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const option = (name, usual) =>
  process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : usual;
const most = option("--entries", 1_000_000);
const mostLines = option("--lines", most);
const database = process.env.DATABASE_URL || undefined;
const NOW = Date.UTC(2026, 10, 29);
const SEPTEMBER = Date.UTC(2026, 8, 1);
const HOUR = 3_600_000;
const PRICING = { programmes: ["bench"], pricesOf: () => [], now: () => new Date(NOW) };
const PAGE = 5_000;

/** Runs every size in a process of its own and prints the table. */
function report() {
  const rows = [...new Set([Math.min(10_000, most), most])].map((size) => {
    const lines = String(size === most ? mostLines : Math.min(size, mostLines));
    const words = [fileURLToPath(import.meta.url), "--size", String(size), "--lines", lines];
    const { stdout, status } = spawnSync(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    if (status !== 0) process.exit(status ?? 1);
    return JSON.parse(stdout.toString());
  });
  const names = Object.keys(rows[0]);
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const cells = rows.map((row) => String(row[name]).padStart(14));
    process.stdout.write(`${name.padEnd(width)}${cells.join("")}\n`);
  }
  process.stdout.write(`${JSON.stringify({ database: database === undefined ? "sqlite" : "postgres", rows })}\n`);
}

/** Runs something and says how long it took. */
async function timed(work) {
  const start = process.cpuUsage();
  const from = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  return { result, cpuSec: (user + system) / 1e6, wallMs: performance.now() - from };
}

/** Best of some repeats: what else runs on the machine only adds. */
async function best(times, work) {
  const all = [];
  for (let index = 0; index < times; index++) all.push(await timed(work));
  return all.toSorted((a, b) => a.wallMs - b.wallMs)[0];
}

async function measure(size) {
  const { openStore } = await import("../dist/store/open-store.js");
  const { verifyLedger } = await import("../dist/ledger/verify.js");
  const { ledgerPage } = await import("../dist/programme/money/ledger-page.js");
  const { closePeriod } = await import("../dist/programme/money/close-period.js");
  const { balanceOf, post } = await import("../dist/ledger/post.js");
  const dataDir = await mkdtemp(join(tmpdir(), "tunewright-bench-"));
  const url = database === undefined ? undefined : await schemaUrl(`bench_${size}_${process.pid}`);
  const store = await openStore({ dataDir, url }, () => new Date(NOW));
  const runs = Math.max(1, Math.round(size / 10));
  await fillRuns(store, runs);
  await fillEntries(store, size, Math.max(1, runs - DUE));
  const page = await best(5, () => ledgerPage(store, { limit: 50 }));
  const one = await best(5, () => balanceOf(store.db, `accrued:${runId(runs - DUE - 1)}`));
  const check = await timed(() => verifyLedger(store));
  if (!check.result.isIntact) throw new Error(JSON.stringify(check.result.findings.slice(0, 3)));
  const close = await timed(() => closePeriod(store, { period: "2026-09", by: "bench" }, PRICING));
  const posting = await timed(() => postMore(store, post));
  const memory = process.resourceUsage().maxRSS / 1024;
  const bill = await importOne(store, dataDir, runs);
  await store.close();
  await rm(dataDir, { recursive: true });
  const round = (number, digits = 1) => Number(number.toFixed(digits));
  return {
    entries: size,
    runs,
    "page of entries and balances, wall ms": round(page.wallMs),
    "balance of one account, wall ms": round(one.wallMs, 2),
    "verify, CPU s": round(check.cpuSec, 2),
    "verified entries per CPU s": Math.round(size / check.cpuSec),
    "close a month, CPU s": round(close.cpuSec, 2),
    "close a month, wall s": round(close.wallMs / 1000, 2),
    "post, CPU ms an entry": round(posting.cpuSec, 3),
    "memory so far, MB": Math.round(memory),
    "bill lines": mostLines,
    "bill read and matched, CPU s": round(bill.cpuSec, 2),
    "bill read and matched, wall s": round(bill.wallMs / 1000, 2),
    "memory with the bill, MB": Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** A schema of its own for one size. */
async function schemaUrl(name) {
  const { default: pg } = await import("pg");
  const client = new pg.Client(database);
  await client.connect();
  await client.query(`create schema ${name}`);
  await client.end();
  const url = new URL(database);
  url.searchParams.set("options", `-c search_path=${name}`);
  return url.href;
}

const runId = (index) => index.toString(16).padStart(32, "0");
const startOf = (index) => SEPTEMBER + (index % 700) * HOUR;

/** Runs of the month that the closing still has to settle. */
const DUE = 100;

const [TEXT, INT] = ["text", "bigint"];
const RUNS = {
  run_no: INT,
  run_id: TEXT,
  experiment_id: INT,
  name: TEXT,
  user_id: TEXT,
  status: TEXT,
  start_ms: INT,
  end_ms: INT,
  lifecycle_stage: TEXT,
};
const TAGS = { run_no: INT, key: TEXT, value: TEXT };
const ACTIVITY = { activity_no: INT, run_no: INT, opened_ms: INT, last_ms: INT, closed_ms: INT, touches: INT };
const ACCRUALS = {
  activity_no: INT,
  run_no: INT,
  posted_to_ms: INT,
  posted_usd: TEXT,
  suspense_usd: TEXT,
  state: TEXT,
  postings: INT,
};
const ENTRIES = { seq: INT, idempotency_key: TEXT, body: TEXT, previous_hash: TEXT, hash: TEXT };
const LINES = { seq: INT, line_no: INT, account: TEXT, currency: TEXT, amount: TEXT, run_id: TEXT, effective_ms: INT };
const BALANCES = { account: TEXT, currency: TEXT, amount: TEXT, lines: INT };

/** Runs of one hour each at 2.50 USD; all but the last hundred are settled. */
async function fillRuns(store, runs) {
  const { insertRows } = await import("../dist/store/insert-rows.js");
  for (let from = 0; from < runs; from += PAGE) {
    const ids = Array.from({ length: Math.min(PAGE, runs - from) }, (_, index) => from + index);
    const runRows = ids.map((i) => [
      i + 1,
      runId(i),
      0,
      `run-${i}`,
      "",
      "FINISHED",
      startOf(i),
      startOf(i) + HOUR,
      "active",
    ]);
    const tagRows = ids.flatMap((i) => [
      [i + 1, "tunewright.usd_per_hour", "2.5"],
      [i + 1, "tunewright.resource", `i-${i}`],
    ]);
    const activityRows = ids.map((i) => [i + 1, i + 1, startOf(i), startOf(i) + HOUR, startOf(i) + HOUR, 10]);
    const accrualRows = ids
      .filter((i) => i < runs - DUE)
      .map((i) => [i + 1, i + 1, startOf(i) + HOUR, "2.50", "0.00", "settled", 10]);
    await store.write(async (db) => {
      await insertRows(db, { table: "runs", columns: RUNS, rows: runRows });
      await insertRows(db, { table: "run_tags", columns: TAGS, rows: tagRows });
      await insertRows(db, { table: "activity", columns: ACTIVITY, rows: activityRows });
      await insertRows(db, { table: "accruals", columns: ACCRUALS, rows: accrualRows });
    });
  }
}

/** Entries of the settled runs, written past `post`, which would take two minutes for a million. */
async function fillEntries(store, size, runs) {
  const { insertRows } = await import("../dist/store/insert-rows.js");
  const { entryBody, entryHash, GENESIS } = await import("../dist/ledger/entry.js");
  const { formatMoney } = await import("../dist/base/money.js");
  const counts = new Map();
  let previous = GENESIS;
  for (let from = 0; from < size; from += PAGE) {
    const entries = [];
    const lines = [];
    for (let i = from; i < Math.min(size, from + PAGE); i++) {
      const id = runId(i % runs);
      const at = new Date(SEPTEMBER).toISOString();
      const sides = [
        { account: `accrued:${id}`, amount: "0.25" },
        { account: "accruals", amount: "-0.25" },
      ];
      const memo = `run ${id}: 2026-09-01T00:00:00.000Z to 2026-09-01T00:06:00.000Z at 2.50 USD per hour`;
      const common = { version: 1, seq: i + 1, kind: "accrue", currency: "USD", runId: id, memo };
      const body = entryBody({ ...common, effectiveAt: at, recordedAt: at, lines: sides });
      const hash = entryHash(previous, body);
      entries.push([i + 1, `b:${i}`, body, previous, hash]);
      for (const [index, { account, amount }] of sides.entries()) {
        lines.push([i + 1, index + 1, account, "USD", amount, id, SEPTEMBER]);
        counts.set(account, (counts.get(account) ?? 0) + (index === 0 ? 1 : -1));
      }
      previous = hash;
    }
    await store.write(async (db) => {
      await insertRows(db, { table: "ledger_entries", columns: ENTRIES, rows: entries });
      await insertRows(db, { table: "ledger_lines", columns: LINES, rows: lines });
    });
  }
  const rows = [...counts].map(([account, count]) => [
    account,
    "USD",
    formatMoney(BigInt(count) * 250_000_000_000n),
    Math.abs(count),
  ]);
  for (let from = 0; from < rows.length; from += PAGE) {
    const page = rows.slice(from, from + PAGE);
    await store.write((db) => insertRows(db, { table: "ledger_balances", columns: BALANCES, rows: page }));
  }
}

/** A thousand entries by the way that every entry is posted. */
async function postMore(store, post) {
  for (let from = 0; from < 1_000; from += 100)
    await store.write(async (db) => {
      for (let i = from; i < from + 100; i++) {
        const lines = [
          { account: `accrued:${runId(i)}`, amount: "1.25" },
          { account: "accruals", amount: "-1.25" },
        ];
        const draft = { idempotencyKey: `more:${i}`, kind: "accrue", currency: "USD", runId: null, memo: "bench" };
        await post(db, { ...draft, effectiveMs: NOW, lines }, NOW);
      }
    });
}

/** A FOCUS bill: half of its lines are for machines of runs, half for machines that no run used. */
async function importOne(store, dataDir, runs) {
  const { readBill } = await import("../dist/programme/money/bills/bill-file.js");
  const { importBill } = await import("../dist/programme/money/bills/import-bill.js");
  const path = join(dataDir, "bill.csv");
  const file = createWriteStream(path);
  file.write(
    "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ServiceName,ResourceId,ChargeDescription,InvoiceId\n",
  );
  for (let from = 0; from < mostLines; from += 1_000) {
    let text = "";
    for (let i = from; i < Math.min(mostLines, from + 1_000); i++) {
      const period = `${new Date(startOf(i)).toISOString()},${new Date(startOf(i) + HOUR).toISOString()}`;
      text += `2.${i % 97},2.${i % 89},USD,${period},Usage,Compute,GPU machines,i-${i % (2 * runs)},hour number ${i},INV-${i % 20}\n`;
    }
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return timed(async () => importBill(store, await readBill(path), { nowMs: NOW }));
}

if (process.argv.includes("--size")) process.stdout.write(`${JSON.stringify(await measure(option("--size")))}\n`);
else report();
