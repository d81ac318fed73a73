import { join } from "node:path";

import * as fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../src/base/money.ts";
import { entryHash, type NewEntry } from "../../src/ledger/entry.ts";
import { balanceOf, post } from "../../src/ledger/post.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { checkedLedger } from "../../src/programme/money/checked-ledger.ts";
import { DATABASE_FILE, type Store } from "../../src/store/open-store.ts";
import { openSqlite } from "../../src/store/sqlite-dialect.ts";
import { openTestStore } from "../store/open-test-store.ts";

const NOW = Date.UTC(2026, 10, 29);
const HOUR_OF_TEN = new Date(NOW).toISOString();

function spend(key: string, amount: string, account = "spent:hours"): NewEntry {
  return {
    idempotencyKey: key,
    kind: "spend",
    currency: "USD",
    effectiveMs: NOW,
    runId: null,
    memo: `hours ${key}`,
    lines: [
      { account, amount },
      { account: "clearing:manual", amount: formatMoney(-parseMoney(amount)) },
    ],
  };
}

let store: Store;
let keys = 0;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
});
afterEach(() => end());

async function postAll(...drafts: NewEntry[]): Promise<void> {
  for (const draft of drafts) await store.write((db) => post(db, draft, NOW));
}

describe("the ledger", () => {
  test("balances an account to the last digit, and never with a float", async () => {
    await postAll(spend("a", "0.1"), spend("b", "0.2"), spend("c", "0.000000000001"), spend("d", "9007199254740993"));
    expect(formatMoney(await balanceOf(store.db, "spent:hours"))).toBe("9007199254740993.300000000001");
  });

  test("refuses an entry that does not balance, and writes nothing of it", async () => {
    const crooked = {
      ...spend("a", "5"),
      lines: [
        { account: "x", amount: "5" },
        { account: "y", amount: "-4" },
      ],
    };
    await expect(postAll(crooked)).rejects.toMatchObject({
      kind: "bad_input",
      message: 'the lines of "hours a" do not balance: debits and credits must be equal',
      hint: "make the amounts of the lines sum to zero",
    });
    expect(await verifyLedger(store)).toMatchObject({ size: 0, isIntact: true });
  });

  test("refuses a line without an amount, and an entry of no line or one", async () => {
    const lines = [...spend("a", "5").lines, { account: "fees", amount: "0.00" }];
    await expect(postAll({ ...spend("a", "5"), lines })).rejects.toMatchObject({
      kind: "bad_input",
      message: 'the line fees of "hours a" has no amount',
      hint: "remove the line, or give it an amount",
    });
    for (const few of [[], [{ account: "fees", amount: "0" }]])
      await expect(postAll({ ...spend("a", "5"), lines: few })).rejects.toThrow("do not balance");
    expect(await verifyLedger(store)).toMatchObject({ size: 0, hash: "0".repeat(64) });
  });

  test("writes a repeated entry once, and refuses its key for another content", async () => {
    await postAll(spend("a", "5"), spend("a", "5"), spend("a", "5.00"));
    expect(await balanceOf(store.db, "spent:hours")).toBe(parseMoney("5"));
    await expect(postAll(spend("a", "6"))).rejects.toMatchObject({
      kind: "bad_input",
      message: 'the idempotency key "a" was used for another entry (number 1)',
      hint: "send the same content again, or use another key",
    });
    const again = await store.write((db) => post(db, spend("a", "5"), NOW));
    const other = await store.write((db) => post(db, spend("b", "5"), NOW));
    expect([again.isRepeat, again.entry.seq, other.isRepeat, other.entry.seq]).toEqual([true, 1, false, 2]);
    expect(await balanceOf(store.db, "nothing:here")).toBe(0n);
  });

  test("keeps debits equal to credits over any entries, and the balances are what the entries say", async () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 20n }).map((pico) => formatMoney(pico));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(amount, fc.constantFrom("spent:a", "spent:b")), { maxLength: 8 }),
        async (rows) => {
          const key = keys++;
          await postAll(...rows.map(([money, account], i) => spend(`${key}-${i}`, money, account)));
          const { rows: sums } = await sql<{ amount: string }>`select amount from ledger_balances`.execute(store.db);
          expect(sums.reduce((sum, row) => sum + parseMoney(row.amount), 0n)).toBe(0n);
          expect((await verifyLedger(store)).findings).toEqual([]);
        },
      ),
      { seed: 16, numRuns: 25 },
    );
  });
});

/** Changes the body of entry 5 and writes every hash from there on anew, as somebody who knows the program can. */
async function rewrite(change: (body: string) => string): Promise<void> {
  await store.write(async (db) => {
    const rows = await db.selectFrom("ledger_entries").selectAll().where("seq", ">=", 5).orderBy("seq").execute();
    let previous = rows[0]!.previous_hash;
    for (const row of rows) {
      const body = row.seq === 5 ? change(row.body) : row.body;
      const hash = entryHash(previous, body);
      await db
        .updateTable("ledger_entries")
        .set({ body, previous_hash: previous, hash })
        .where("seq", "=", row.seq)
        .execute();
      previous = hash;
    }
  });
}

/** Runs a statement without the checks of the database, as somebody who edits its file does. */
async function changeRows(statement: string): Promise<void> {
  if (store.kind === "postgres") {
    await store.write((db) => sql.raw(statement).execute(db));
    return;
  }
  const { writer, reader } = await openSqlite(join(store.dataDir, DATABASE_FILE));
  await sql`pragma foreign_keys = off`.execute(writer);
  await sql.raw(statement.replaceAll("chr(", "char(")).execute(writer);
  await Promise.all([writer.destroy(), reader.destroy()]);
}

describe("verify", () => {
  const ten = Array.from({ length: 10 }, (_, i) => spend(`k${i}`, String(i + 1)));

  test.each([
    [
      "a flipped bit in a body",
      "update ledger_entries set body = replace(body, 'hours k4', 'hours k5') where seq = 5",
      { seq: 5, kind: "changed", text: "entry 5 was changed: its hash does not match its content" },
    ],
    [
      "a changed idempotency key, with which a repeated call would be posted again",
      "update ledger_entries set idempotency_key = 'unused' where seq = 5",
      {
        seq: 5,
        kind: "changed",
        text: "entry 5 was changed: its idempotency key is not the one in its content, so a repeated call would post it again",
      },
    ],
    [
      "a changed hash",
      `update ledger_entries set hash = '${"a".repeat(64)}' where seq = 5`,
      { seq: 5, kind: "changed" },
    ],
    [
      "a deleted entry",
      "delete from ledger_entries where seq = 5",
      { seq: 5, kind: "missing", text: "entry 5 is missing" },
    ],
    [
      "three deleted entries",
      "delete from ledger_entries where seq between 5 and 7",
      { seq: 5, kind: "missing", text: "entries 5 to 7 are missing" },
    ],
    [
      "a changed amount of a line",
      "update ledger_lines set amount = '500.00' where seq = 5 and line_no = 1",
      { seq: 5, kind: "lines", text: "the lines of entry 5 differ from its content" },
    ],
    [
      "a line that was moved to another time",
      "update ledger_lines set effective_ms = effective_ms - 1 where seq = 5",
      { seq: 5, kind: "lines", text: "the lines of entry 5 differ from its content" },
    ],
    [
      "a changed count of a balance",
      "update ledger_balances set lines = 9 where account = 'spent:hours'",
      { seq: null, kind: "balance", text: "the balance of USD spent:hours counts 9 lines, but its entries have 10" },
    ],
    [
      "a balance that was removed",
      "delete from ledger_balances where account = 'spent:hours'",
      { seq: null, kind: "balance", text: "the balance of USD spent:hours is missing, but its entries sum to 55.00" },
    ],
    [
      "a balance that is no amount",
      "update ledger_balances set amount = '55.00x' where account = 'spent:hours'",
      { seq: null, kind: "balance", text: "the balance of USD spent:hours is 55.00x, but its entries sum to 55.00" },
    ],
    [
      "a changed balance",
      "update ledger_balances set amount = '1.00' where account = 'spent:hours'",
      {
        seq: null,
        kind: "balance",
        text: "the balance of USD spent:hours is 1.00, but its entries sum to 55.00",
      },
    ],
    ...["amount = '54.00'", "lines = 9", "amount = 'much'"].map((change): [string, string, object] => [
      `a stored sum of entered costs with ${change}`,
      `update entered_hours set ${change}`,
      {
        seq: null,
        kind: "balance",
        text: `the sum of spent:hours in the hour from ${HOUR_OF_TEN} differs from its entries`,
      },
    ]),
    [
      "a stored sum of entered costs that was removed",
      "delete from entered_hours",
      {
        seq: null,
        kind: "balance",
        text: `the sum of spent:hours in the hour from ${HOUR_OF_TEN} differs from its entries`,
      },
    ],
    [
      "a stored sum of entered costs that was added",
      "insert into entered_hours values ('spent:hours', 'r', 0, 0, 0, '1.00', 1)",
      {
        seq: null,
        kind: "balance",
        text: "the sum of spent:hours, run r, in the hour from 1970-01-01T00:00:00.000Z differs from its entries",
      },
    ],
    [
      "lines of a number that no entry has",
      "insert into ledger_lines values (999, 1, 'spent:data', 'USD', '5.00', null, 0)",
      { seq: 999, kind: "added", text: "there are lines with the number 999, but no such entry" },
    ],
    [
      "a line added to an entry",
      "insert into ledger_lines values (5, 3, 'spent:data', 'USD', '5.00', null, 0)",
      { seq: 5, kind: "lines", text: "the lines of entry 5 differ from its content" },
    ],
    [
      "a field of a line moved into another one",
      "update ledger_lines set account = 'spent:data' || chr(9) || 'USD', currency = '' where seq = 5 and line_no = 1",
      { seq: 5, kind: "lines", text: "the lines of entry 5 differ from its content" },
    ],
    [
      "an entry before the first",
      "insert into ledger_entries values (0, 'x', '{}', '', '')",
      { seq: 0, kind: "added", text: "entry 0 was added: numbers begin at 1" },
    ],
    [
      "an entry behind the last",
      "insert into ledger_entries values (11, 'x', '{}', '', '')",
      { seq: 11, kind: "changed", text: "entry 11 was changed: its hash does not match its content" },
    ],
  ])("finds and names %s", async (_, statement, finding) => {
    await postAll(...ten);
    if (statement.startsWith("delete from ledger_entries"))
      await changeRows(statement.replace("ledger_entries", "ledger_lines"));
    await changeRows(statement);
    const check = await verifyLedger(store);
    expect(check.isIntact).toBe(false);
    expect(check.findings).toContainEqual(expect.objectContaining(finding));
  });

  test("verifies entries of version 1, which do not contain their key, and continues their chain", async () => {
    // As version 1 wrote it, with the hash that it stored.
    const body =
      '{"currency":"USD","effectiveAt":"2026-11-29T00:00:00.000Z","kind":"spend","lines":[{"account":"spent:hours","amount":"5.00"},{"account":"clearing:manual","amount":"-5.00"}],"memo":"hours old","recordedAt":"2026-11-29T00:00:00.000Z","runId":null,"seq":1,"version":1}';
    const hash = "11b96e33d4f28f0c60b1ee5da7b63af48024d4d966f5702b88f3ee3f24eaabca";
    await postAll(spend("old", "5"));
    await store.write((db) => db.updateTable("ledger_entries").set({ body, hash }).execute());
    await postAll(spend("old", "5"), spend("new", "6"));
    expect(await verifyLedger(store)).toMatchObject({ size: 2, isIntact: true });
    await store.write((db) =>
      db.updateTable("ledger_entries").set({ idempotency_key: "x" }).where("seq", "=", 2).execute(),
    );
    expect((await verifyLedger(store)).findings).toMatchObject([{ seq: 2, kind: "changed" }]);
  });

  test("finds two entries that were swapped", async () => {
    await postAll(...ten);
    await store.write(async (db) => {
      const rows = await db
        .selectFrom("ledger_entries")
        .selectAll()
        .where("seq", "in", [4, 5])
        .orderBy("seq")
        .execute();
      const [a, b] = rows as [(typeof rows)[0], (typeof rows)[0]];
      const swap = { body: b.body, hash: b.hash, previous_hash: b.previous_hash, idempotency_key: "x" };
      await db.updateTable("ledger_entries").set(swap).where("seq", "=", 4).execute();
      const back = { body: a.body, hash: a.hash, previous_hash: a.previous_hash };
      await db.updateTable("ledger_entries").set(back).where("seq", "=", 5).execute();
    });
    expect((await verifyLedger(store)).findings).toContainEqual({
      seq: 4,
      kind: "swapped",
      text: "entry 4 does not follow entry 3: it links to another entry",
    });
  });

  test("needs a head that was kept elsewhere to see a tail that was cut off", async () => {
    await postAll(...ten);
    const head = await verifyLedger(store);
    await store.write(async (db) => {
      await db.deleteFrom("ledger_lines").where("seq", ">", 8).execute();
      await db.deleteFrom("ledger_entries").where("seq", ">", 8).execute();
      await sql`update ledger_balances set amount = '36.00', lines = 8 where account = 'spent:hours'`.execute(db);
      await sql`update ledger_balances set amount = '-36.00', lines = 8 where account = 'clearing:manual'`.execute(db);
      await sql`update entered_hours set amount = '36.00', lines = 8`.execute(db);
    });
    expect((await verifyLedger(store)).isIntact).toBe(true);
    expect((await verifyLedger(store, head)).findings).toEqual([
      {
        seq: null,
        kind: "head",
        text: "the ledger has 8 entries, but the stored head has 10: its end was truncated",
      },
    ]);
  });

  test("needs a head that was kept elsewhere to see that all of it was written anew", async () => {
    await postAll(...ten);
    const head = await verifyLedger(store);
    await rewrite((body) => body.replace("hours k4", "hours of a friend"));
    expect(await verifyLedger(store)).toMatchObject({ isIntact: true, limits: expect.stringContaining("--head FILE") });
    expect((await verifyLedger(store, head)).findings).toEqual([
      {
        seq: null,
        kind: "head",
        text: "the first 10 entries differ from those of the stored head: the ledger was rewritten",
      },
    ]);
  });

  test.each([
    ["another number", (body: string) => body.replace('"seq":5', '"seq":6'), "changed"],
    ["another version", (body: string) => body.replace('"version":2', '"version":3'), "changed"],
    ["lines that do not balance", (body: string) => body.replace('"amount":"5.00"', '"amount":"500.00"'), "unbalanced"],
  ])("finds an entry with %s, though its hash is right", async (_, change, kind) => {
    await postAll(...ten);
    await rewrite(change);
    const text =
      kind === "changed" ? "entry 5 does not have this version and number" : "entry 5 does not balance: off by 495.00";
    expect((await verifyLedger(store)).findings).toContainEqual({ seq: 5, kind, text });
  });

  test("accepts the head of the empty ledger, and no other of that size", async () => {
    const head = await verifyLedger(store);
    await postAll(...ten);
    expect((await verifyLedger(store, head)).findings).toEqual([]);
    const { root } = await verifyLedger(store);
    expect((await verifyLedger(store, { ...head, root })).findings).toMatchObject([{ kind: "head" }]);
  });

  test("accepts an earlier head of the same ledger", async () => {
    await postAll(...ten.slice(0, 6));
    const head = await verifyLedger(store);
    await postAll(...ten.slice(6));
    expect((await verifyLedger(store, head)).findings).toEqual([]);
  });
});

test("the ledger is checked again where an entry came, and after ten minutes, and not for each page", async () => {
  await postAll(spend("a", "10"));
  const first = await checkedLedger(store, NOW);
  expect(first).toMatchObject({ size: 1, isIntact: true });
  expect(await checkedLedger(store, NOW + 60_000)).toBe(first);
  await postAll(spend("b", "11"));
  const second = await checkedLedger(store, NOW + 60_000);
  expect(second).toMatchObject({ size: 2, isIntact: true });
  await store.write((db) =>
    db
      .updateTable("ledger_entries")
      .set((eb) => ({ body: eb.fn<string>("replace", ["body", eb.val("hours"), eb.val("Hours")]) }))
      .where("seq", "=", 1)
      .execute(),
  );
  expect(await checkedLedger(store, NOW + 11 * 60_000)).toMatchObject({ size: 2, isIntact: false });
});
