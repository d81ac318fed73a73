import { type Kysely, sql } from "kysely";

import { Failure } from "../base/failure.ts";
import type { Database } from "./database.ts";
import { type Migration, sqlWords } from "./migration.ts";

/** Options of a migration. */
export type Migrating = {
  kind: "sqlite" | "postgres";
  migrations: readonly Migration[];
  nowMs: number;
  /** Called before the first change to a database that already has a schema. */
  backUp: (lastApplied: string) => Promise<void>;
};

/** PostgreSQL advisory lock for migrations; an arbitrary number. */
const MIGRATION_LOCK = 7_245_309_118;

/**
 * Applies missing migrations in order, all or none.
 *
 * @returns names of the applied migrations
 * @throws Failure check_failed if the database was written by a newer version of Tunewright
 */
export async function migrate(db: Kysely<Database>, migrating: Migrating): Promise<string[]> {
  const { kind, migrations, nowMs, backUp } = migrating;
  const before = await appliedNames(db, kind);
  const newest = before.filter((name) => migrations.every((known) => known.name !== name));
  if (newest.length > 0) {
    throw new Failure("check_failed", `the database has a newer schema than this version knows: ${newest.join(", ")}`, {
      hint: "update Tunewright, or restore the backup that was made before the migration",
    });
  }
  if (migrations.every(({ name }) => before.includes(name))) return [];
  const last = before.at(-1);
  if (last !== undefined) await backUp(last);
  return db.connection().execute(async (connection) => {
    await sql.raw(kind === "sqlite" ? "begin immediate" : "begin").execute(connection);
    try {
      if (kind === "postgres") await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(connection);
      const done = await applyMissing(connection, migrating);
      await sql.raw("commit").execute(connection);
      return done;
    } catch (error) {
      await sql.raw("rollback").execute(connection);
      throw error;
    }
  });

  async function applyMissing(connection: Kysely<Database>, { migrations }: Migrating): Promise<string[]> {
    const words = sqlWords(kind, nowMs);
    await sql
      .raw(
        `create table if not exists schema_migrations (
          rank ${words.id}, name ${words.text} not null unique, applied_ms ${words.int64} not null
        ) ${words.strict}`,
      )
      .execute(connection);
    const applied = await appliedNames(connection, kind); // another process may have migrated while this one waited
    const missing = migrations.filter(({ name }) => !applied.includes(name));
    for (const { name, statements } of missing) {
      for (const statement of statements(words)) await sql.raw(statement).execute(connection);
      await connection.insertInto("schema_migrations").values({ name, applied_ms: nowMs }).execute();
    }
    return missing.map(({ name }) => name);
  }
}

/** Names of the applied migrations, in order. */
async function appliedNames(db: Kysely<Database>, kind: Migrating["kind"]): Promise<string[]> {
  const tables = await (
    kind === "sqlite"
      ? sql`select name from sqlite_schema where type = 'table' and name = 'schema_migrations'`
      : sql`select 1 from pg_tables where schemaname = current_schema() and tablename = 'schema_migrations'`
  ).execute(db);
  if (tables.rows.length === 0) return [];
  const rows = await db.selectFrom("schema_migrations").select("name").orderBy("rank").execute();
  return rows.map(({ name }) => name);
}
