import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Failure } from "../../../src/base/failure.ts";
import { seededRandom } from "../../../src/base/random.ts";
import type { LedgerHead } from "../../../src/domain/ledger.ts";
import { postAll } from "../../../src/ledger/post.ts";
import { verifyLedger } from "../../../src/ledger/verify.ts";
import { closePeriod } from "../../../src/programme/money/close-period.ts";
import { openSqlite } from "../../../src/store/sqlite-dialect.ts";
import { sql } from "../../../src/store/sql.ts";
import { DATABASE_FILE, openStore, type Store } from "../../../src/store/open-store.ts";

const NOW = Date.UTC(2026, 10, 29);
const ROUNDS = 300;
const SEED = 20261129;

let folder: string;
let whole: string;
/** Kept elsewhere: a flip in the list of tables can make SQLite see an empty database, which is a ledger without entries. */
let head: LedgerHead;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-damage-"));
  const store = await openStore({ dataDir: folder }, () => new Date(NOW));
  const drafts = Array.from({ length: 400 }, (_, index) => ({
    idempotencyKey: `cost:${index}`,
    kind: "spend" as const,
    currency: "USD",
    effectiveMs: Date.UTC(2026, 9, 1 + (index % 30)),
    runId: null,
    memo: `hours of week ${index}`,
    lines: [
      { account: `spent:activity-${index % 20}`, amount: `${index + 1}.25` },
      { account: "payable:manual", amount: `-${index + 1}.25` },
    ],
  }));
  await store.write((db) => postAll(db, drafts, NOW));
  await closePeriod(
    store,
    { period: "2026-10", by: "finance" },
    { programmes: ["x"], pricesOf: () => [], now: () => new Date(NOW) },
  );
  const { size, hash, root } = await verifyLedger(store);
  head = { size, hash, root };
  whole = JSON.stringify(await content(store));
  await store.close();
  const { writer, reader } = await openSqlite(join(folder, DATABASE_FILE));
  await sql`vacuum into ${join(folder, "whole.db")}`.execute(writer);
  await Promise.all([writer.destroy(), reader.destroy()]);
});
afterAll(() => rm(folder, { recursive: true }));

/** All that the ledger holds, but who closed a month and when, which nothing is computed from. */
async function content({ db }: Store): Promise<unknown[][]> {
  const tables: object[][] = [
    await db.selectFrom("ledger_entries").selectAll().orderBy("seq").execute(),
    await db.selectFrom("ledger_lines").selectAll().orderBy("seq").orderBy("line_no").execute(),
    await db.selectFrom("ledger_balances").selectAll().orderBy("account").execute(),
    await db.selectFrom("ledger_periods").select(["size", "hash", "root"]).orderBy("size").execute(),
  ];
  return tables.flat().map((row) => Object.values(row) as unknown[]);
}

/** Content of a damaged file: its ledger and the check, or that it was rejected. */
async function look(dataDir: string): Promise<{ shown: string; isIntact: boolean } | "refused"> {
  let store: Store | undefined;
  try {
    store = await openStore({ dataDir }, () => new Date(NOW));
    const { isIntact } = await verifyLedger(store, head);
    return { shown: JSON.stringify(await content(store).catch(() => "cannot be read")), isIntact };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return "refused";
  } finally {
    await store?.close();
  }
}

describe(`a database file with one flipped bit, ${ROUNDS} times (seed ${SEED})`, () => {
  test("is named by verify or refused, wherever the ledger reads differently", async () => {
    const bytes = await readFile(join(folder, "whole.db"));
    const random = seededRandom(SEED);
    const counts = { named: 0, refused: 0, elsewhere: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const offset = Math.floor(random() * bytes.length);
      const damaged = Buffer.from(bytes);
      damaged[offset]! ^= 1 << Math.floor(random() * 8);
      const dataDir = join(folder, String(round));
      await mkdir(dataDir);
      await writeFile(join(dataDir, DATABASE_FILE), damaged);
      const seen = await look(dataDir);
      await rm(dataDir, { recursive: true });
      if (seen === "refused") counts.refused += 1;
      else if (!seen.isIntact) counts.named += 1;
      else {
        expect(seen.shown === whole, `a flip at byte ${offset} went unseen`).toBe(true);
        counts.elsewhere += 1;
      }
    }
    process.stdout.write(`flipped bits: ${JSON.stringify(counts)}\n`);
    expect(counts.named).toBeGreaterThan(20);
  });
});
