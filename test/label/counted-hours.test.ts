import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { accountOf } from "../../src/accounts/accounts.ts";
import { enterSpend } from "../../src/programme/money/enter-spend.ts";
import { dataFolder, openStore, type Store } from "../../src/store/open-store.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { storedTask } from "./stored-task.ts";

const NOW = new Date("2026-11-25T12:00:00Z");

let dir: string;
let store: Store;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-hours-"));
  await storedTask(dir); // a task "tone" with one row
  store = await openStore({ dataDir: dataFolder(dir) }, () => NOW);
  await store.write(async (db) => {
    const { accountNo } = await accountOf(db, "Ada", NOW.getTime());
    const { item_no } = await db.selectFrom("label_items").select("item_no").executeTakeFirstOrThrow();
    const answer = { item_no, account_no: accountNo, version: 1, answer: '"calm"', reason: null };
    await db
      .insertInto("label_answers")
      .values({
        ...answer,
        idempotency_key: "a",
        active_ms: 25 * 60_000,
        given_ms: NOW.getTime(),
        cost_day: "2026-11-24",
        is_extra: 0,
        is_suggested: 0,
        undone_ms: null,
      })
      .execute();
  });
});
afterAll(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const enter = (more: object) =>
  enterSpend(store, { activity: "data", hours: "3", usdPerHour: "40", memo: "work", payee: "Ada", ...more }, NOW);

test("hours of somebody on a day that a labelling task counts are refused, with the task and its minutes", async () => {
  expect(await catchFailureAsync(() => enter({ on: "2026-11-24" }))).toMatchObject({
    kind: "bad_input",
    message: "the work of Ada on 2026-11-24 is already counted: 25 min of the labelling task tone",
  });
});

test("hours whose description names the labelling task are refused for anybody", async () => {
  const failure = await catchFailureAsync(() => enter({ payee: "Bo", memo: "Labelling tone, second week" }));
  expect(failure.message).toBe("hours of the labelling task tone are already counted: its page measures them");
});

test("other days, other people, amounts, and words that only look alike are entered", async () => {
  expect((await enter({ on: "2026-11-23" })).usd).toBe("120.00");
  expect((await enter({ on: "2026-11-24", payee: "Bo" })).usd).toBe("120.00");
  expect((await enter({ on: "2026-11-24", hours: undefined, usdPerHour: undefined, usd: "7" })).usd).toBe("7.00");
  expect((await enter({ payee: "Bo", memo: "the tone of the guideline" })).usd).toBe("120.00");
});
