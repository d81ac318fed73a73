import { type Kysely, sql } from "kysely";

import type { Database } from "./database.ts";

/** A unit of work that is committed completely or not at all. */
export type Work<Result> = (db: Kysely<Database>) => Promise<Result>;

type Waiting = { work: Work<unknown>; resolve: (result: unknown) => void; reject: (reason: unknown) => void };

/** Maximum number of units per commit, which limits how long the first of them waits. */
const BATCH = 256;

/**
 * Group commit for one connection. A unit is committed immediately if no other write is in progress; units that arrive
 * during a commit share the next one. A promise resolves when its commit is on disk.
 */
export class CommitQueue {
  readonly #writer: Kysely<Database>;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(writer: Kysely<Database>) {
    this.#writer = writer;
  }

  /** Queues a unit. An error in it rolls back only this unit. */
  add<Result>(work: Work<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Waits until all queued units are committed. */
  async settle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextTurn(); // requests that have arrived at the socket are read first and share the commit
      await this.#commit(this.#waiting.splice(0, BATCH));
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const settle: (() => void)[] = [];
    try {
      await this.#writer.connection().execute(async (db) => {
        await sql.raw("begin immediate").execute(db);
        try {
          for (const unit of batch) settle.push(await this.#run(db, unit, batch.length > 1));
          await sql.raw("commit").execute(db);
        } catch (error) {
          await sql
            .raw("rollback")
            .execute(db)
            .catch(() => undefined); // SQLite may already have rolled back
          throw error;
        }
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const done of settle) done();
  }

  /** Runs one unit; returns a function that reports to the caller after the commit. */
  async #run(db: Kysely<Database>, { work, resolve, reject }: Waiting, isShared: boolean): Promise<() => void> {
    if (!isShared) {
      const result = await work(db);
      return () => resolve(result);
    }
    await sql.raw("savepoint unit").execute(db);
    try {
      const result = await work(db);
      await sql.raw("release unit").execute(db);
      return () => resolve(result);
    } catch (error) {
      await sql.raw("rollback to unit").execute(db);
      await sql.raw("release unit").execute(db);
      return () => reject(error);
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
