import { join } from "node:path";

import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";

import { checkedLedger } from "../../src/programme/money/checked-ledger.ts";
import { enterSpend } from "../../src/programme/money/enter-spend.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { DATABASE_FILE, type Store } from "../../src/store/open-store.ts";
import { openSqlite } from "../../src/store/sqlite-dialect.ts";
import { openTestStore } from "../store/open-test-store.ts";

const NOW = Date.UTC(2026, 10, 29);

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
});
afterEach(() => end());

const enter = (usd: string): Promise<unknown> =>
  enterSpend(store, { activity: "data", usd, memo: "labels", payee: "Ada" }, new Date(NOW));

test("the ledger is checked again where an entry came, and after ten minutes, and not for each page", async () => {
  await enter("10");
  const first = await checkedLedger(store, NOW);
  expect(first).toMatchObject({ size: 1, isIntact: true });
  expect(await checkedLedger(store, NOW + 60_000)).toBe(first);
  await enter("11");
  const second = await checkedLedger(store, NOW + 60_000);
  expect(second).toMatchObject({ size: 2, isIntact: true });
  await store.write((db) =>
    db
      .updateTable("ledger_entries")
      .set((eb) => ({ body: eb.fn<string>("replace", ["body", eb.val("labels"), eb.val("Labels")]) }))
      .where("seq", "=", 1)
      .execute(),
  );
  expect(await checkedLedger(store, NOW + 11 * 60_000)).toMatchObject({ size: 2, isIntact: false });
});

/** Runs a statement without the checks of the database, as somebody who adds rows to its file does. */
async function addRow(statement: string): Promise<void> {
  if (store.kind === "postgres") {
    await store.write((db) => sql.raw(statement).execute(db));
    return;
  }
  const { writer, reader } = await openSqlite(join(store.dataDir, DATABASE_FILE));
  await sql`pragma foreign_keys = off`.execute(writer);
  await sql.raw(statement.replaceAll("chr(", "char(")).execute(writer);
  await Promise.all([writer.destroy(), reader.destroy()]);
}

test.each([
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
])("verify finds and names %s", async (_, statement, finding) => {
  for (let usd = 1; usd <= 10; usd++) await enter(String(usd));
  await addRow(statement);
  expect((await verifyLedger(store)).findings).toContainEqual(finding);
});
