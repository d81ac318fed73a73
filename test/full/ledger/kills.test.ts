import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { seededRandom } from "../../../src/base/random.ts";
import { formatMoney } from "../../../src/base/money.ts";
import { balanceOf } from "../../../src/ledger/post.ts";
import { verifyLedger } from "../../../src/ledger/verify.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { MAIN } from "../../cli/run-cli.ts";

/** Processes that are killed, each at a moment of its own. */
const ROUNDS = Number(process.env["TUNEWRIGHT_KILLS"] ?? "12");

/** Longest life of a process before it is killed, ms. */
const LONGEST_MS = 1_500;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-kills-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command line; kills it after some time. True where it ended by itself, without a failure. */
function run(words: readonly string[], killAfterMs: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, stdio: "ignore" });
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
  const store = await openStore({ dataDir: dataFolder(folder) }, () => new Date());
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
    for (const words of lines) {
      killed += Number(!(await run(words, Math.round(200 + random() * LONGEST_MS))));
      expect(await run(words, undefined)).toBe(true); // sent again, as by who did not hear the answer
    }
  }
  await inStore(async (store) => {
    expect(formatMoney(await balanceOf(store.db, "committed"))).toBe(`-${7 * ROUNDS}.00`);
    expect(formatMoney(await balanceOf(store.db, "spent:data"))).toBe(`${3 * ROUNDS}.00`);
    expect(formatMoney(await balanceOf(store.db, "leak:no-run"))).toBe(formatMoney(BigInt(ROUNDS) * 500_000_000_000n));
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, size: 3 * ROUNDS });
  });
  expect(killed).toBeGreaterThan(0);
}, 600_000);
