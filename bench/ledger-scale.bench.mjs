// The ledger at scale: 10,000 and 1,000,000 entries of 1,000 and 100,000 runs, and a bill of as many lines.
//   node bench/ledger-scale.bench.mjs [--entries 1000000] [--lines 1000000]
// CPU seconds of this process next to wall time, since the machine may be shared. Each size has a process of its own, so
// that its memory is its own. DATABASE_URL: on PostgreSQL, each size in a schema of its own, which stays. The CPU time of
// a server on the same machine is counted, too.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { DUE, fillEntries, fillRuns, HOUR, runId, startOf } from "./ledger/fill.mjs";

const option = (name, usual) =>
  process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : usual;
const most = option("--entries", 1_000_000);
const mostLines = option("--lines", most);
const database = process.env.DATABASE_URL || undefined;
const NOW = Date.UTC(2026, 10, 29);
const PRICING = { programmes: ["bench"], pricesOf: () => [], now: () => new Date(NOW) };

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

/** Runs something and says how long it took: CPU seconds of this process and of PostgreSQL, and wall time. */
async function timed(work) {
  const serverStart = await postgresCpuSec();
  const start = process.cpuUsage();
  const from = performance.now();
  const result = await work();
  const wallMs = performance.now() - from;
  const { user, system } = process.cpuUsage(start);
  const serverSec = serverStart === undefined ? undefined : (await postgresCpuSec()) - serverStart;
  return { result, cpuSec: (user + system) / 1e6, serverSec, wallMs };
}

let postmaster;

/** CPU seconds so far of a PostgreSQL server on this machine, all its processes; undefined without one. */
async function postgresCpuSec() {
  if (database === undefined) return undefined;
  postmaster ??= await postmasterPid();
  if (postmaster === 0) return undefined;
  let ticks = 0;
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const [, parent, , , , , , , , , , user, system, endedUser, endedSystem] = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ");
    if (Number(name) === postmaster) ticks += Number(endedUser) + Number(endedSystem);
    if (Number(name) === postmaster || Number(parent) === postmaster) ticks += Number(user) + Number(system);
  }
  return ticks / 100;
}

/** Process of the server; 0 if it is on another machine. */
async function postmasterPid() {
  const { default: pg } = await import("pg");
  const client = new pg.Client(database);
  await client.connect();
  const { rows } = await client.query("select pg_backend_pid() as pid");
  const text = await readFile(`/proc/${rows[0].pid}/stat`, "utf8").catch(() => "");
  await client.end();
  return text.includes("(postgres)") ? Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]) : 0;
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
  const server = ({ serverSec }) => (serverSec === undefined ? "-" : round(serverSec, 2));
  return {
    entries: size,
    runs,
    "page of entries and balances, wall ms": round(page.wallMs),
    "balance of one account, wall ms": round(one.wallMs, 2),
    "verify, CPU s": round(check.cpuSec, 2),
    "verify, CPU s of PostgreSQL": server(check),
    "verified entries per CPU s": Math.round(size / check.cpuSec),
    "close a month, CPU s": round(close.cpuSec, 2),
    "close a month, CPU s of PostgreSQL": server(close),
    "close a month, wall s": round(close.wallMs / 1000, 2),
    "post, CPU ms an entry": round(posting.cpuSec, 3),
    "memory so far, MB": Math.round(memory),
    "verify, wall s": round(check.wallMs / 1000, 2),
    "bill lines": mostLines,
    "bill read and matched, CPU s": round(bill.cpuSec, 2),
    "bill read and matched, CPU s of PostgreSQL": server(bill),
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
  const { openBill } = await import("../dist/programme/money/bills/bill-file.js");
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
  return timed(async () => importBill(store, await openBill(path), { nowMs: NOW }));
}

if (process.argv.includes("--size")) process.stdout.write(`${JSON.stringify(await measure(option("--size")))}\n`);
else report();
