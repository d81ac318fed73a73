// Speed and growth of the ledger: posting, balances, closing a month and the check, for 10,000 entries and more.
//   node bench/ledger.bench.mjs [--entries 100000]
// CPU seconds, since the machine may be shared. DATABASE_URL: on PostgreSQL, in an empty database.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { post } = await import("../dist/ledger/post.js");
const { verifyLedger } = await import("../dist/ledger/verify.js");
const { ledgerPage } = await import("../dist/programme/money/overview.js");
const { closePeriod } = await import("../dist/programme/money/close-period.js");
const { openStore } = await import("../dist/store/open-store.js");

const most = Number(process.argv[process.argv.indexOf("--entries") + 1] || "") || 30_000;
const NOW = Date.UTC(2026, 10, 29);
const PRICING = { programmes: ["bench"], pricesOf: () => [], now: () => new Date(NOW) };

/** Runs something and says how long it took. */
async function timed(work) {
  const start = process.cpuUsage();
  const from = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  return { result, cpuSec: (user + system) / 1e6, wallMs: performance.now() - from };
}

const dataDir = await mkdtemp(join(tmpdir(), "tunewright-bench-"));
const store = await openStore({ dataDir, url: process.env.DATABASE_URL || undefined }, () => new Date(NOW));
const rows = [];
let written = 0;
for (const size of [10_000, most].filter((each, index, all) => all.indexOf(each) === index)) {
  const posting = await timed(async () => {
    const added = size - written;
    for (let from = written; from < size; from += 500) {
      const until = Math.min(size, from + 500);
      await store.write(async (db) => {
        for (; written < until; written++) {
          const lines = [
            { account: `accrued:run-${written % 1000}`, amount: "1.25" },
            { account: "accruals", amount: "-1.25" },
          ];
          const draft = { idempotencyKey: `b:${written}`, kind: "accrue", currency: "USD", runId: null, memo: "bench" };
          await post(db, { ...draft, effectiveMs: NOW - 60 * 86_400_000, lines }, NOW);
        }
      });
    }
    return added;
  });
  const balances = await timed(() => ledgerPage(store, { limit: 50 }));
  const check = await timed(() => verifyLedger(store));
  if (!check.result.isIntact) throw new Error("the ledger does not verify");
  const close =
    size === most ? await timed(() => closePeriod(store, { period: "2026-09", by: "bench" }, PRICING)) : undefined;
  rows.push({
    entries: size,
    "post, CPU ms each": Number(((posting.cpuSec * 1000) / posting.result).toFixed(3)),
    "page and balances, wall ms": Number(balances.wallMs.toFixed(1)),
    "check, CPU s": Number(check.cpuSec.toFixed(2)),
    "checked per CPU s": Math.round(size / check.cpuSec),
    "close a month, CPU s": close === undefined ? "" : Number(close.cpuSec.toFixed(2)),
  });
}
await store.close();
await rm(dataDir, { recursive: true });
const columns = Object.keys(rows[0]);
process.stdout.write(`${columns.join(" | ")}\n`);
for (const row of rows) process.stdout.write(`${columns.map((name) => row[name]).join(" | ")}\n`);
process.stdout.write(`${JSON.stringify({ database: process.env.DATABASE_URL ? "postgres" : "sqlite", rows })}\n`);
