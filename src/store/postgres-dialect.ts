import {
  Kysely,
  PostgresDialect,
  type PostgresCursor,
  type PostgresDialectConfig,
  PostgresDriver,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from "kysely";
import pg from "pg";

import { Failure } from "../base/failure.ts";
import { narrowInt64 } from "../base/int64.ts";
import type { Work } from "./commit-queue.ts";
import type { Database } from "./database.ts";
import { transact } from "./postgres-transaction.ts";
import { nameOf } from "./statement.ts";

/** Maximum number of connections of one process. */
const CONNECTIONS = 10;

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, (text) => narrowInt64(BigInt(text)));

/** A PostgreSQL database, and a way to change it. */
export type Postgres = {
  db: Kysely<Database>;
  /** Does work in one transaction, whose statements may be in flight concurrently. */
  transact: <Result>(work: Work<Result>) => Promise<Result>;
};

/**
 * Opens a PostgreSQL database by its URL. 64-bit integers are returned as numbers if that is exact.
 *
 * @param connections  maximum number of open connections; default: 10
 * @throws Failure bad_input for the URL of another kind of database
 */
export function openPostgres(url: string, connections = CONNECTIONS): Postgres {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(url)?.[1];
  if (scheme !== undefined && !/^(?:postgres|postgresql|socket)$/i.test(scheme)) {
    throw new Failure("bad_input", `DATABASE_URL names a database of the kind ${scheme}, not PostgreSQL`, {
      hint: "set it to postgres://USER:PASSWORD@HOST:5432/DATABASE, or unset it to use SQLite",
    });
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: "tunewright",
    types,
    pipeline: true,
  });
  pool.on("error", () => undefined); // the next query replaces a broken idle connection, or reports the error
  const dialect = new OneDriverDialect({ pool: preparing(pool) });
  const db = new Kysely<Database>({ dialect });
  const { driver } = dialect;
  return {
    db,
    transact: (work) => transact({ executor: db.getExecutor(), driver, dialect, config: { dialect } }, work),
  };
}

/** A pool whose connections prepare the statements of `preparedOnce` as named statements. */
function preparing(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PreparingClient>();
  return {
    connect: async () => {
      const client = await pool.connect();
      const known = clients.get(client) ?? new PreparingClient(client);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

class PreparingClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== "string") throw new TypeError("a cursor cannot share a connection that is pipelined");
    return this.#client.query({ text, values: [...values], name: nameOf(text) });
  }

  release(mustClose?: boolean): void {
    this.#client.release(mustClose);
  }
}

/** PostgreSQL dialect with an accessible driver, so that our transactions can run alongside Kysely's. */
class OneDriverDialect extends PostgresDialect {
  readonly driver: PostgresDriver;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.driver = new PostgresDriver(config);
  }

  override createDriver(): PostgresDriver {
    return this.driver;
  }
}

/** The URL without its password, for messages. */
export function shownUrl(url: string): string {
  return URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname}` : "DATABASE_URL";
}
