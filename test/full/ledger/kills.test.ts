import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { seededRandom } from "../../../src/base/random.ts";
import { formatMoney } from "../../../src/base/money.ts";
import { balanceOf } from "../../../src/ledger/post.ts";
import { verifyLedger } from "../../../src/ledger/verify.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { MAIN } from "../../cli/run-cli.ts";
import { hourly, makeRun } from "../../ledger/made-run.ts";
import { type FreshDatabase, freshDatabase } from "../../store/fresh-database.ts";

/** Processes that are killed, each at a moment of its own. */
const ROUNDS = Number(process.env["TUNEWRIGHT_KILLS"] ?? "12");

/** Longest life of the first process of a kind before it is killed, ms; later, as long as the one before took. */
const FIRST_MS = 1_500;

let folder: string;
let database: FreshDatabase | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-kills-"));
  const given = process.env["DATABASE_URL"];
  database = given === undefined ? undefined : await freshDatabase(given);
});
afterEach(async () => {
  await database?.drop();
  await rm(folder, { recursive: true });
});

/** Runs a command line; kills it after some time. True where it ended by itself, without a failure. */
function run(words: readonly string[], killAfterMs: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const env = database === undefined ? process.env : { ...process.env, DATABASE_URL: database.url };
    const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, env, stdio: "ignore" });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

async function inStore<Result>(
  look: (store: Awaited<ReturnType<typeof openStore>>) => Promise<Result>,
): Promise<Result> {
  const store = await openStore({ dataDir: dataFolder(folder), url: database?.url }, () => new Date());
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

test("reservations, entries and bills survive kill -9 at any moment: nothing is lost, nothing is twice", async () => {
  const random = seededRandom(16);
  expect(await run(["budget", "set", "--cap-usd", "1000000", "--set-by", "finance"], undefined)).toBe(true);
  const header = "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ResourceId";
  let killed = 0;
  const longestMs = [FIRST_MS, FIRST_MS, FIRST_MS];
  for (let round = 0; round < ROUNDS; round++) {
    const rows = Array.from(
      { length: 5_000 },
      (_, i) => `0.0001,0.0001,2026-11-02T00:00:00Z,2026-11-03T00:00:00Z,Usage,Compute,r-${round}-${i}`,
    );
    await writeFile(join(folder, `bill-${round}.csv`), [header, ...rows].join("\n"));
    const lines = [
      ["budget", "reserve", `run-${round}`, "--usd", "7"],
      ["ledger", "add", "--activity", "data", "--usd", "3", "--memo", "hours", "--reference", `T-${round}`],
      ["ledger", "import", `bill-${round}.csv`],
    ];
    for (const [kind, words] of lines.entries()) {
      killed += Number(!(await run(words, Math.round(200 + random() * (longestMs[kind]! - 200)))));
      const startMs = performance.now();
      expect(await run(words, undefined)).toBe(true); // sent again, as by who did not hear the answer
      longestMs[kind] = performance.now() - startMs;
    }
  }
  await inStore(async (store) => {
    expect(formatMoney(await balanceOf(store.db, "committed"))).toBe(`-${7 * ROUNDS}.00`);
    expect(formatMoney(await balanceOf(store.db, "spent:data"))).toBe(`${3 * ROUNDS}.00`);
    expect(formatMoney(await balanceOf(store.db, "leak:no-run"))).toBe(formatMoney(BigInt(ROUNDS) * 500_000_000_000n));
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 3 * ROUNDS });
  });
  process.stdout.write(`${killed} of ${3 * ROUNDS} commands killed\n`);
  expect(killed).toBeGreaterThan(0);
});

/** Runs of each month: more than one transaction of postings. */
const MONTH_RUNS = 600;

test("a month closed by two processes at once, one of them killed, is posted once and recorded once", async () => {
  const random = seededRandom(61);
  const months = Array.from({ length: Math.min(12, Math.ceil(ROUNDS / 2)) }, (_, index) => index);
  let killed = 0;
  let longestMs = 2 * FIRST_MS;
  for (const month of months) {
    const startMs = Date.UTC(2025, month, 10);
    await inStore((store) =>
      Promise.all(
        Array.from({ length: MONTH_RUNS }, async (_, index) => {
          const id = (month * MONTH_RUNS + index).toString(16).padStart(32, "0");
          return makeRun(store, { id, tags: hourly("2"), intervals: [[startMs, startMs + 7_200_000, true]] });
        }),
      ),
    );
    const words = ["ledger", "close", `2025-${String(month + 1).padStart(2, "0")}`, "--by", "finance"];
    const cost = ["ledger", "add", "--activity", "data", "--usd", "3", "--memo", "hours", "--reference", `M-${month}`];
    const fromMs = performance.now();
    const [first, second, added] = await Promise.all([
      run(words, Math.round(200 + random() * (longestMs - 200))),
      run(words, undefined),
      run(cost, undefined),
    ]);
    longestMs = performance.now() - fromMs;
    killed += Number(!first);
    expect([second, added, await run(words, undefined)]).toEqual([true, true, true]);
  }
  await inStore(async (store) => {
    const periods = await store.db.selectFrom("ledger_periods").select("size").orderBy("period").execute();
    expect(periods).toHaveLength(months.length);
    const accrued = await store.db
      .selectFrom("ledger_balances")
      .selectAll()
      .where("account", "like", "accrued:%")
      .execute();
    expect(accrued).toHaveLength(months.length * MONTH_RUNS);
    expect(new Set(accrued.map(({ amount, lines }) => `${amount} in ${lines}`))).toEqual(new Set(["4.00 in 1"]));
    expect(formatMoney(await balanceOf(store.db, "spent:data"))).toBe(`${3 * months.length}.00`);
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: months.length * (MONTH_RUNS + 1) });
  });
  process.stdout.write(`${killed} of ${months.length} closings killed\n`);
  expect(killed).toBeGreaterThan(0);
});
