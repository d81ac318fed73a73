import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";

import { narrowInt64 } from "../base/int64.ts";
import { RowBatch } from "./row-batch.ts";

/** Number of prepared statements kept per connection; beyond it, the oldest is discarded. */
const STATEMENTS = 400;

type Prepared = { statement: StatementSyncInstance; columns: readonly string[]; isRead: boolean };
type Parameter = null | number | bigint | string | Uint8Array;

/** If queries have run for this long in one turn of the event loop, the next query waits for another turn, ms. */
const TURN_MS = 2;

/** One SQLite connection as Kysely expects it: one user at a time, every statement prepared once. */
export class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection;
  #last: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;

  /**
   * @param isReader long reads yield between two queries, so that logging a metric meanwhile does not wait for a
   * complete search
   */
  constructor(database: DatabaseSyncInstance, { isReader }: { isReader: boolean }) {
    this.#connection = new SqliteConnection(database, isReader);
  }

  async init(): Promise<void> {
    // the file is opened, with its settings, before Kysely uses it
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    let release = (): void => undefined;
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.#release = release;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(): Promise<void> {
    this.#connection.run("begin");
  }

  async commitTransaction(): Promise<void> {
    this.#connection.run("commit");
  }

  async rollbackTransaction(): Promise<void> {
    this.#connection.run("rollback");
  }

  async destroy(): Promise<void> {
    this.#connection.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSyncInstance;
  readonly #prepared = new Map<string, Prepared>();
  readonly #isReader: boolean;
  #busyMs = 0;

  constructor(database: DatabaseSyncInstance, isReader: boolean) {
    this.#database = database;
    this.#isReader = isReader;
  }

  /** Runs a statement without parameters or result. */
  run(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  // async, so that a SQLite error becomes a rejection
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (!this.#isReader) return this.#execute(query);
    if (this.#busyMs > TURN_MS) {
      this.#busyMs = 0;
      await nextTurn();
    }
    const started = performance.now();
    const result = this.#execute<Row>(query);
    this.#busyMs += performance.now() - started;
    return result;
  }

  #execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const prepared = this.#prepare(sql);
    const [first] = parameters;
    if (first instanceof RowBatch) return { rows: [], numAffectedRows: runEach(prepared.statement, first) };
    const bound = asBound(parameters as Parameter[]);
    if (prepared.columns.length > 0) return { rows: readRows(prepared, bound) as Row[] };
    const { changes, lastInsertRowid } = prepared.statement.run(...bound);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("rows are read whole, page by page; nothing streams from SQLite");
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const columns = statement.columns().map(({ name }) => name);
    if (columns.length > 0) statement.setReturnArrays(true);
    const isRead = /^\s*(select|with|pragma)\b/i.test(sql);
    if (this.#prepared.size >= STATEMENTS) this.#prepared.delete(this.#prepared.keys().next().value!);
    const prepared = { statement, columns, isRead };
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Parameters as they are bound. The package binds a positive number below 2.2e-16 as 0, so such a number is bound as
 * text, which SQLite reads exactly where it is stored in, or compared with, a column of numbers.
 *
 * @source @photostructure/sqlite 1.2.1 src/sqlite_impl.cpp, `BindSingleParameter`
 */
function asBound(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.some(isTiny) ? parameters.map((value) => (isTiny(value) ? String(value) : value)) : parameters;
}

function isTiny(value: Parameter): boolean {
  return typeof value === "number" && value > 0 && value < Number.EPSILON;
}

function runEach(statement: StatementSyncInstance, { rows }: RowBatch): bigint {
  let changed = 0;
  for (const row of rows) changed += statement.run(...asBound(row as Parameter[])).changes;
  return BigInt(changed);
}

/**
 * Rows as objects. Integers are read as numbers; only if one is too large for that is the statement run again with
 * bigints. A statement that writes is never run twice: it reads bigints from the start.
 */
function readRows(prepared: Prepared, parameters: readonly Parameter[]): Record<string, unknown>[] {
  const { statement, columns, isRead } = prepared;
  let arrays: unknown[][];
  let hasBigInts = !isRead;
  const read = (bigInts: boolean): unknown[][] => {
    statement.setReadBigInts(bigInts);
    return statement.all(...parameters);
  };
  try {
    arrays = read(hasBigInts);
  } catch (error) {
    if (hasBigInts || !(error instanceof Error) || !/too large to be represented/.test(error.message)) throw error;
    hasBigInts = true;
    arrays = read(true);
  }
  return arrays.map((cells) => {
    const row: Record<string, unknown> = {};
    for (const [index, name] of columns.entries()) {
      const cell = cells[index];
      row[name] = hasBigInts && typeof cell === "bigint" ? narrowInt64(cell) : cell;
    }
    return row;
  });
}
