import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { sendWithCommit } from "../../src/store/last-statements.ts";
import type { Store } from "../../src/store/open-store.ts";
import { run } from "../../src/store/statement.ts";
import { openTestStore } from "./open-test-store.ts";

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date("2026-11-25T12:00:00Z")));
});
afterEach(() => end());

const ADD =
  "insert into experiments (name, artifact_location, lifecycle_stage, created_ms, updated_ms) values (?, 'x', 'active', 1, 1)";
const names = async (): Promise<string[]> => {
  const rows = await store.db.selectFrom("experiments").select("name").orderBy("experiment_id").execute();
  return rows.map(({ name }) => name).filter((name) => name !== "Default");
};

describe("statements that are sent with the commit", () => {
  test("are stored when the write is acknowledged", async () => {
    await store.write(async (db) => {
      await sendWithCommit(db, run(db, ADD, ["one"]), run(db, ADD, ["two"]));
    });
    expect(await names()).toEqual(["one", "two"]);
  });

  test("are seen by the statements that follow", async () => {
    const seen = await store.write(async (db) => {
      await sendWithCommit(db, run(db, ADD, ["one"]));
      return run<{ name: string }>(db, "select name from experiments where name = ?", ["one"]);
    });
    expect(seen).toEqual([{ name: "one" }]);
  });

  test("undo the whole write if one of them fails, and its error is the one reported", async () => {
    const write = store.write(async (db) => {
      await run(db, ADD, ["before"]);
      await sendWithCommit(db, run(db, ADD, ["one"]));
      await sendWithCommit(db, run(db, ADD, ["one"]));
      await sendWithCommit(db, run(db, ADD, ["after"]));
      return "acknowledged";
    });
    await expect(write).rejects.toThrow(/unique|UNIQUE/);
    expect(await names()).toEqual([]);
  });

  test("are undone if the work throws after they were sent", async () => {
    const write = store.write(async (db) => {
      await sendWithCommit(db, run(db, ADD, ["one"]));
      throw new Error("changed its mind");
    });
    await expect(write).rejects.toThrow("changed its mind");
    expect(await names()).toEqual([]);
  });

  test("leave the connection usable after a failure", async () => {
    const failed = Array.from({ length: 20 }, () =>
      store.write((db) => sendWithCommit(db, run(db, ADD, ["one"]), run(db, ADD, ["one"]))).catch(() => undefined),
    );
    await Promise.all(failed);
    await store.write((db) => sendWithCommit(db, run(db, ADD, ["last"])));
    expect(await names()).toEqual(["last"]);
  });
});
