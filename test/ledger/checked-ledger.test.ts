import { expect, test } from "vitest";

import { checkedLedger } from "../../src/programme/money/checked-ledger.ts";
import { enterSpend } from "../../src/programme/money/enter-spend.ts";
import { openTestStore } from "../store/open-test-store.ts";

const NOW = Date.UTC(2026, 10, 29);

test("the ledger is checked again where an entry came, and after ten minutes, and not for each page", async () => {
  const { store, end } = await openTestStore(() => new Date(NOW));
  const enter = (usd: string): Promise<unknown> =>
    enterSpend(store, { activity: "data", usd, memo: "labels", payee: "Ada" }, new Date(NOW));
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
  await end();
});
