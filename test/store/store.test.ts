import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CompiledQuery } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { liveLease, releaseLease, takeLease, updateLease } from "../../src/store/lease.ts";
import { migrate } from "../../src/store/migrate.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { RowBatch } from "../../src/store/row-batch.ts";
import { openSqlite } from "../../src/store/sqlite-dialect.ts";
import { catchFailureAsync } from "../catch-failure.ts";

const now = (): Date => new Date("2026-11-25T12:00:00Z");
const open: Store[] = [];

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tunewright-store-"));
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  await rm(dataDir, { recursive: true });
});

async function opened(): Promise<Store> {
  const store = await openStore({ dataDir }, now);
  open.push(store);
  return store;
}

const experiment = (name: string) => ({
  name,
  artifact_location: "x",
  lifecycle_stage: "active" as const,
  created_ms: 1,
  updated_ms: 1,
  programme: null,
});

const names = async ({ db }: Store): Promise<string[]> =>
  (await db.selectFrom("experiments").select("name").orderBy("experiment_id").execute()).map(({ name }) => name);

describe("a store in SQLite", () => {
  test("is durable in the way that it promises: write-ahead log, synchronous FULL, foreign keys", async () => {
    const store = await opened();
    await store.write(async (db) => {
      const pragma = async (name: string): Promise<unknown> =>
        Object.values((await db.executeQuery<object>({ sql: `pragma ${name}`, parameters: [] } as never)).rows[0]!)[0];
      expect([await pragma("journal_mode"), await pragma("synchronous"), await pragma("foreign_keys")]).toEqual([
        "wal",
        2,
        1,
      ]);
    });
  });

  test("of a server has a log of its final length from the start, and nothing of that is in the data", async () => {
    await (await opened()).write((db) => db.insertInto("experiments").values(experiment("before")).execute());
    await open.pop()!.close();
    const file = join(dataDir, "tunewright.db");
    const { size } = await stat(file);
    const store = await openStore({ dataDir, fillsLog: true }, now);
    open.push(store);
    const log = await stat(`${file}-wal`);
    expect(log.size).toBeGreaterThan(16_000_000);
    await store.write((db) => db.insertInto("experiments").values(experiment("after")).execute());
    expect(await names(store)).toEqual(["Default", "before", "after"]);
    expect((await stat(`${file}-wal`)).size).toBe(log.size);
    await open.pop()!.close();
    expect((await stat(file)).size).toBeLessThan(size + 100_000);
  });

  test("keeps every number, also the smallest, in a column of numbers and in a comparison", async () => {
    const store = await opened();
    const values = [5e-324, 1e-300, 2.5e-17, 2.2204460492503128e-16, 1e-15, -1e-20, 0, 1 + 2 ** -52, 1e300];
    const read = await store.write(async (db) => {
      const execute = (text: string, parameters: unknown[]) =>
        db.executeQuery<{ v: number }>(CompiledQuery.raw(text, parameters));
      await execute("create table numbers (no integer primary key, v real not null)", []);
      await execute("insert into numbers values (?, ?)", [0, values[0]]);
      await execute("insert into numbers values (?, ?)", [new RowBatch(values.slice(1).map((v, no) => [no + 1, v]))]);
      for (const v of values) {
        expect((await execute("select v from numbers where v = ?", [v])).rows).toEqual([{ v }]);
      }
      return (await execute("select v from numbers order by no", [])).rows.map(({ v }) => v);
    });
    expect(read).toEqual(values);
  });

  test("shows to readers what is committed, and no more", async () => {
    const store = await opened();
    let seen: string[] = [];
    await store.write(async (db) => {
      await db.insertInto("experiments").values(experiment("a")).execute();
      seen = await names(store);
    });
    expect(seen).toEqual(["Default"]);
    expect(await names(store)).toEqual(["Default", "a"]);
  });

  test("undoes a unit of work that fails, and only that one, although all share a commit", async () => {
    const store = await opened();
    const units = ["a", "b", "c", "d"].map((name) =>
      store.write(async (db) => {
        await db.insertInto("experiments").values(experiment(name)).execute();
        if (name === "b") throw new Error("b went wrong");
        return name;
      }),
    );
    const settled = await Promise.allSettled(units);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(await names(store)).toEqual(["Default", "a", "c", "d"]);
  });

  test("keeps 64-bit integers to the last digit, and small ones as numbers", async () => {
    const store = await opened();
    const large = 2n ** 63n - 1n;
    await store.write((db) =>
      db
        .insertInto("points")
        .values([
          { series_no: 1, timestamp: 1, step: large, value: 0.1, is_nan: 0 },
          { series_no: 1, timestamp: 2, step: -large, value: Number.POSITIVE_INFINITY, is_nan: 0 },
          { series_no: 1, timestamp: 3, step: 7, value: 0, is_nan: 1 },
        ])
        .execute(),
    );
    const rows = await store.db.selectFrom("points").select(["step", "value"]).orderBy("timestamp").execute();
    expect(rows).toEqual([
      { step: large, value: 0.1 },
      { step: -large, value: Number.POSITIVE_INFINITY },
      { step: 7, value: 0 },
    ]);
  });

  test("says what is wrong with a file that is not a database", async () => {
    await writeFile(join(dataDir, "tunewright.db"), "this is not a database, it is a text of some length".repeat(50));
    const { kind, message } = await catchFailureAsync(() => openStore({ dataDir }, now));
    expect([kind, message]).toEqual(["bad_input", `this is not a SQLite database: ${join(dataDir, "tunewright.db")}`]);
  });

  test("refuses the URL of another kind of database by its name, without its password", async () => {
    const { kind, message } = await catchFailureAsync(() => openStore({ dataDir, url: "mysql://ada:secret@db" }, now));
    expect([kind, message]).toEqual(["bad_input", "DATABASE_URL names a database of the kind mysql, not PostgreSQL"]);
  });
});

describe("migrations", () => {
  test("are numbered by stage and in order", () => {
    const listed = MIGRATIONS.map(({ name }) => name);
    expect(listed).toEqual(listed.toSorted());
    expect(listed.every((name) => /^\d{4}-[a-z-]+$/.test(name))).toBe(true);
  });

  test("run once, and a second opening finds nothing to do", async () => {
    const first = await opened();
    await first.write((db) => db.insertInto("experiments").values(experiment("kept")).execute());
    await open.pop()!.close();
    expect(await names(await opened())).toEqual(["Default", "kept"]);
    expect(existsSync(join(dataDir, "backups"))).toBe(false);
  });

  test("a database of a newer version is refused and not touched", async () => {
    const store = await opened();
    await store.write((db) =>
      db.insertInto("schema_migrations").values({ name: "9999-later", applied_ms: 1 }).execute(),
    );
    await open.pop()!.close();
    const { kind, message } = await catchFailureAsync(() => openStore({ dataDir }, now));
    expect([kind, message]).toEqual([
      "check_failed",
      "the database has a newer schema than this version knows: 9999-later",
    ]);
  });

  test("a database that is migrated is backed up first, and a step that fails undoes all of them", async () => {
    await (await opened()).write((db) => db.insertInto("experiments").values(experiment("kept")).execute());
    await open.pop()!.close();
    const { writer, reader } = await openSqlite(join(dataDir, "tunewright.db"));
    const backups: string[] = [];
    const more = (statements: string[]) => ({
      kind: "sqlite" as const,
      migrations: [...MIGRATIONS, { name: "9998-more", statements: () => statements }],
      nowMs: 1,
      backUp: async (last: string) => void backups.push(last),
    });
    await expect(migrate(writer, more(["create table more (a integer)", "create tabel"]))).rejects.toThrow("syntax");
    expect(await migrate(writer, more(["create table more (a integer)"]))).toEqual(["9998-more"]);
    expect(backups).toEqual([MIGRATIONS.at(-1)!.name, MIGRATIONS.at(-1)!.name]);
    await reader.destroy();
    await writer.destroy();
  });
});

test("a backup is a whole database of its own", async () => {
  const store = await opened();
  await store.write((db) => db.insertInto("experiments").values(experiment("kept")).execute());
  const { backUpSqlite } = await import("../../src/store/backup.ts");
  const { writer, reader } = await openSqlite(join(dataDir, "tunewright.db"));
  await backUpSqlite(writer, join(dataDir, "copy", "tunewright.db"));
  await reader.destroy();
  await writer.destroy();
  const copy = await openStore({ dataDir: join(dataDir, "copy") }, now);
  open.push(copy);
  expect(await names(copy)).toEqual(["Default", "kept"]);
});

describe("the lease of a data folder", () => {
  const mine = { pid: process.pid, url: "http://127.0.0.1:1", instance: "mine" };
  const answersAs = (instance: string | undefined) => async (): Promise<string | undefined> => instance;

  test("belongs to one server at a time", async () => {
    await takeLease(dataDir, mine, answersAs("mine"));
    const { kind, message } = await catchFailureAsync(() =>
      takeLease(dataDir, { ...mine, instance: "other" }, answersAs("mine")),
    );
    expect(kind).toBe("outside");
    expect(message).toContain("is in use by a running server");
    await releaseLease(dataDir, mine);
    expect(await readdir(dataDir)).toEqual([]);
  });

  test("of a process that is gone, or whose address answers as another, is taken over", async () => {
    await takeLease(dataDir, { ...mine, pid: 2 ** 22 + 1 }, answersAs("mine"));
    expect(await liveLease(dataDir, answersAs("mine"))).toBeUndefined();
    await takeLease(dataDir, { ...mine, instance: "second" }, answersAs("mine"));
    await takeLease(dataDir, { ...mine, instance: "third" }, answersAs(undefined));
    await updateLease(dataDir, { ...mine, instance: "third", url: "http://127.0.0.1:2" });
    expect(await liveLease(dataDir, answersAs("third"))).toMatchObject({ url: "http://127.0.0.1:2" });
    await releaseLease(dataDir, mine); // no longer ours
    expect(await liveLease(dataDir, answersAs("third"))).toMatchObject({ instance: "third" });
  });

  test("that was torn by a power cut does not count", async () => {
    await writeFile(join(dataDir, "server.json"), '{"pid": 12');
    await takeLease(dataDir, mine, answersAs(undefined));
    expect(await liveLease(dataDir, answersAs("mine"))).toMatchObject({ instance: "mine" });
  });
});
