import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { formatMoney } from "../../src/base/money.ts";
import { consistencyProof, isConsistent, merkleRoot } from "../../src/ledger/merkle.ts";
import type { NewEntry } from "../../src/ledger/entry.ts";
import { balanceOf, post } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { accountsView } from "../../src/programme/money/accounts-view.ts";
import { setBudget } from "../../src/programme/money/budgets.ts";
import { chargeback } from "../../src/programme/money/chargeback.ts";
import { closedPeriods, closePeriod } from "../../src/programme/money/close-period.ts";
import { enterSpend } from "../../src/programme/money/enter-spend.ts";
import { readHead, tagHead } from "../../src/programme/money/keep-head.ts";
import { ledgerHead } from "../../src/programme/money/keep-head.ts";
import { monthPack } from "../../src/programme/money/month-pack.ts";
import { checkProof, proveLedger } from "../../src/programme/money/prove.ts";
import { settleAccruals } from "../../src/programme/money/settle-accruals.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun } from "./made-run.ts";
import { lawRuns } from "../law-runs.ts";

const NOW = Date.UTC(2026, 10, 3);
const HOUR = 3_600_000;
const A = "a".repeat(32);
const B = "b".repeat(32);
const PRICING = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(NOW) };

let store: Store;
let end: () => Promise<void>;
let folder: string;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
  folder = await mkdtemp(join(tmpdir(), "tunewright-periods-"));
});
afterEach(async () => {
  await end();
  await rm(folder, { recursive: true });
});

const close = (period: string): ReturnType<typeof closePeriod> =>
  closePeriod(store, { period, by: "finance" }, PRICING);

function spend(
  memo: string,
  rest: { on?: string; activity?: string; usd?: string } = {},
): ReturnType<typeof enterSpend> {
  return enterSpend(store, { activity: "data", usd: "10", memo, payee: "Ada", ...rest }, new Date(NOW));
}

describe("closing a month", () => {
  test("posts what runs accrued in it, suspends silent ones, and records size and root once", async () => {
    const start = Date.UTC(2026, 9, 31, 12);
    await makeRun(store, { id: A, tags: hourly("2"), intervals: [[start, Date.UTC(2026, 10, 1, 6), true]] });
    await makeRun(store, { id: B, tags: hourly("1"), intervals: [[start, start + HOUR / 2, false]] });
    const [first, second] = await Promise.all([close("2026-10"), close("2026-10")]);
    expect(first.isRepeat).not.toBe(second.isRepeat);
    expect((await closedPeriods(store)).map(({ period, size }) => [period, size])).toEqual([["2026-10", 3]]);
    expect(formatMoney(await balanceOf(store.db, `accrued:${A}`))).toBe("36.00");
    expect(formatMoney(await balanceOf(store.db, "suspense:stale"))).toBe("11.50");
    const october = await store.db
      .selectFrom("ledger_lines")
      .select("amount")
      .where("account", "=", `accrued:${A}`)
      .where("effective_ms", "<=", Date.UTC(2026, 10, 1))
      .execute();
    expect(october.map(({ amount }) => amount)).toEqual(["24.00"]);
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true });
  });

  test("refuses a month that goes on, one before a closed one, and a day in it", async () => {
    await expect(close("2026-11")).rejects.toThrow("2026-11 has not ended yet");
    await close("2026-10");
    await expect(close("2026-09")).rejects.toThrow("2026-09 is before 2026-10, which is already closed");
    await expect(spend("late", { on: "2026-10-30" })).rejects.toThrow("2026-10-30 is in a closed month");
  });

  test("is refused for a month before one that another process closed since the closing began", async () => {
    await makeRun(store, { id: A, tags: hourly("2"), intervals: [[Date.UTC(2026, 8, 5), Date.UTC(2026, 9, 5), true]] });
    let october: Promise<unknown> | undefined;
    const slow: Store = {
      ...store,
      write: async (work) => (october ??= close("2026-10")).then(() => store.write(work)),
    };
    const september = closePeriod(slow, { period: "2026-09", by: "finance" }, PRICING);
    await expect(september).rejects.toThrow("2026-09 is before 2026-10, which is already closed");
    expect((await closedPeriods(store)).map(({ period }) => period)).toEqual(["2026-10"]);
  });

  test("lets what comes late take effect in the first open month, once, and say so", async () => {
    await makeRun(store, { id: A, intervals: [[Date.UTC(2026, 9, 5), Date.UTC(2026, 9, 5, 2), true]] });
    await close("2026-10");
    await store.write((db) =>
      db.insertInto("run_tags").values({ run_no: 1, key: "tunewright.usd_per_hour", value: "5" }).execute(),
    );
    await settleAccruals(store, PRICING, { all: true });
    await settleAccruals(store, PRICING, { all: true });
    const rows = await store.db.selectFrom("ledger_entries").select("body").execute();
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0]!.body)).toMatchObject({
      effectiveAt: "2026-11-01T00:00:00.000Z",
      memo: expect.stringContaining("; of 2026-10-05T02:00:00.000Z, in a closed month") as string,
    });
  });

  test("takes an entry for it again as the same one, and refuses its key for another memo, time or amount", async () => {
    await close("2026-10");
    const late = (rest: { memo?: string; effectiveMs?: number; usd?: string }): NewEntry => ({
      idempotencyKey: "late",
      kind: "spend",
      currency: "USD",
      effectiveMs: rest.effectiveMs ?? Date.UTC(2026, 9, 20),
      runId: null,
      memo: rest.memo ?? "hours",
      lines: [
        { account: "spent:data", amount: rest.usd ?? "10" },
        { account: "payable:Ada", amount: `-${rest.usd ?? "10"}` },
      ],
    });
    const send = (entry: NewEntry): ReturnType<typeof post> => store.write((db) => post(db, entry, NOW));
    const first = await send(late({}));
    expect(first).toMatchObject({ isRepeat: false, entry: { effectiveAt: "2026-11-01T00:00:00.000Z" } });
    expect(await send(late({}))).toEqual({ ...first, isRepeat: true });
    const onTime = Date.UTC(2026, 10, 1);
    expect((await send({ ...late({ effectiveMs: onTime }), idempotencyKey: "on time" })).entry.memo).toBe("hours");
    for (const other of [
      { memo: "days" },
      { effectiveMs: Date.UTC(2026, 9, 21) },
      { effectiveMs: onTime },
      { usd: "11" },
    ])
      await expect(send(late(other))).rejects.toThrow(
        'the idempotency key "late" was used for another entry (number 1)',
      );
    for (const other of [{ memo: "days" }, { effectiveMs: onTime + 1 }])
      await expect(send({ ...late({ effectiveMs: onTime, ...other }), idempotencyKey: "on time" })).rejects.toThrow(
        'the idempotency key "on time" was used for another entry (number 2)',
      );
  });

  test("is found out where the ledger before it was written anew", async () => {
    await spend("a");
    await spend("b");
    await close("2026-10");
    await store.write((db) =>
      db
        .updateTable("ledger_periods")
        .set({ root: "f".repeat(64) })
        .execute(),
    );
    expect((await verifyLedger(store)).findings).toMatchObject([
      { kind: "period", text: "the first 2 entries differ from those with which 2026-10 was closed" },
    ]);
  });
});

describe("heads and proofs", () => {
  test("of an entry and of an earlier size hold by themselves, and not once a byte is changed", async () => {
    for (const memo of ["a", "b", "c", "d", "e", "f", "g"]) await spend(memo);
    for (const question of [{ seq: 3 }, { seq: 7, size: 7 }, { fromSize: 4 }, { fromSize: 5 }, { fromSize: 7 }]) {
      const proof = await proveLedger(store, question);
      const path = join(folder, "proof.json");
      await writeFile(path, JSON.stringify(proof));
      expect(await checkProof(path)).toMatchObject({ holds: true, size: 7 });
      await writeFile(
        path,
        JSON.stringify(proof).replace(/"root":"./, (word) => word.slice(0, -1) + (word.endsWith("0") ? "1" : "0")),
      );
      expect((await checkProof(path)).holds).toBe(false);
    }
    await expect(proveLedger(store, { seq: 8 })).rejects.toThrow("the ledger has 7 entries");
    await expect(proveLedger(store, {})).rejects.toThrow("either of one entry or from an earlier size");
    await writeFile(join(folder, "x.json"), "{}");
    await expect(checkProof(join(folder, "x.json"))).rejects.toThrow("is not the proof of a ledger");
  });

  test("between any two sizes of any tree hold, and not with another root", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, pick) => {
        const leaves = Array.from({ length: size }, (_, i) => Buffer.from(String(i)));
        const from = 1 + (pick % size);
        const [earlier, later] = [leaves.slice(0, from), leaves].map((all) => ({
          size: all.length,
          root: merkleRoot(all),
        }));
        const proof = consistencyProof(leaves, from);
        expect(isConsistent(proof, earlier!, later!)).toBe(true);
        expect(isConsistent(proof, { ...earlier!, root: "0".repeat(64) }, later!)).toBe(false);
        expect(isConsistent(proof, earlier!, { ...later!, root: "0".repeat(64) })).toBe(false);
      }),
      { seed: 6962, numRuns: lawRuns(200) },
    );
  });

  test("are kept as a git tag, against which a cut tail shows", async () => {
    const git = (...words: string[]): void => void execFileSync("git", words, { cwd: folder, stdio: "ignore" });
    git("init", "-q");
    git("-c", "user.name=a", "-c", "user.email=a@b.org", "commit", "-q", "--allow-empty", "-m", "x");
    git("config", "user.name", "a");
    git("config", "user.email", "a@b.org");
    await spend("a");
    await spend("b");
    await tagHead(folder, "ledger-2026-10", await ledgerHead(store));
    const head = await readHead(folder, "git:ledger-2026-10");
    expect((await verifyLedger(store, head)).isIntact).toBe(true);
    await store.write(async (db) => {
      await db.deleteFrom("ledger_lines").where("seq", "=", 2).execute();
      await db.deleteFrom("ledger_entries").where("seq", "=", 2).execute();
    });
    expect((await verifyLedger(store, head)).findings.map(({ kind }) => kind)).toContain("head");
    await expect(tagHead(folder, "ledger-2026-10", head)).rejects.toThrow("git could not create the tag");
    await expect(readHead(folder, "git:none")).rejects.toThrow("is not the head of a ledger");
  });
});

describe("the accounts of a month", () => {
  beforeEach(async () => {
    await makeRun(store, {
      id: A,
      tags: { ...hourly("10"), team: "legal", "gpu.count": "8" },
      intervals: [[Date.UTC(2026, 9, 31, 22), Date.UTC(2026, 10, 1, 3), true]],
    });
    await makeRun(store, { id: B, intervals: [[NOW - HOUR, NOW, true]] });
    const budget = { scope: "activity", period: "total", setBy: "finance", sourceSha256: "c".repeat(64) } as const;
    await setBudget(store, { ...budget, key: "training", capUsd: "100" }, NOW);
    await setBudget(store, { ...budget, key: "data", capUsd: "500" }, NOW);
    await spend("review", { usd: "150" });
    await spend("legal advice", { activity: "compliance", usd: "50" });
    await settleAccruals(store, PRICING, { all: false });
  });

  test("show plan, accrual and what is left by activity, the shape, and what is not known", async () => {
    const view = await accountsView(store, PRICING, 4);
    expect(
      view.activities.map(({ activity, planUsd, accruedUsd, leftUsd }) => [activity, planUsd, accruedUsd, leftUsd]),
    ).toEqual([
      ["data", "500.00", "150.00", "350.00"],
      ["compliance", null, "50.00", null],
      ["training", "100.00", "50.00", "50.00"],
    ]);
    expect(view.shape).toMatchObject([
      { part: "data", share: 0.6, isInside: true },
      { part: "compute", share: 0.2, isInside: false },
      { part: "rest", isInside: null },
    ]);
    expect(view.units.map(({ unit, usd }) => [unit, usd])).toEqual([
      ["token", null],
      ["point", "62.50"],
      ["label", null],
    ]);
  });

  test("charge each team with the hours that lie in the month, and name what has no price", async () => {
    const october = await chargeback(store, PRICING, { month: "2026-10", tag: "team" });
    expect(october.teams).toEqual([
      { team: "legal", runs: 1, gpuHours: 16, accruedUsd: "20.00", billedUsd: "0.00", unpriced: 0 },
    ]);
    const november = await chargeback(store, PRICING, { month: "2026-11", tag: "team" });
    expect(november.csv).toBe(
      "month,team,runs,gpu_hours,accrued_usd,billed_usd,unpriced_runs\n2026-11,legal,1,24,30.00,0.00,0\n2026-11,not tagged,1,unknown,0.00,0.00,1\n",
    );
  });

  test("are written as a pack with the check of the ledger and its head", async () => {
    const pack = await monthPack(store, PRICING, { month: "2026-11", tag: "team" });
    expect(pack).toMatchObject({ accruedUsd: "230.00", isClosed: false, isIntact: true });
    expect(pack.files.map(({ name }) => name)).toEqual([
      "money-2026-11.html",
      "chargeback-2026-11.csv",
      "focus-2026-11.csv",
      "head-2026-11.json",
      "money-2026-11.json",
    ]);
    expect(pack.files[0]!.content).toContain("The month is not closed");
    expect(JSON.parse(pack.files[3]!.content)).toEqual(await ledgerHead(store));
  });
});
