import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
} from "kysely";
import pg from "pg";

import { narrowInt64 } from "../base/int64.ts";
import type { Database } from "./database.ts";

/** Maximum number of connections of one process. */
const CONNECTIONS = 10;

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, (text) => narrowInt64(BigInt(text)));

/**
 * Opens a PostgreSQL database by its URL. 64-bit integers come back as numbers if that is exact.
 *
 * @param connections  most connections that are open; default: 10
 */
export function openPostgres(url: string, connections = CONNECTIONS): Kysely<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: "tunewright",
    types,
    pipeline: true,
  });
  pool.on("error", () => undefined); // an idle connection that breaks is replaced by the next query, which reports it
  return new Kysely<Database>({ dialect: new PipelinedDialect({ pool }) });
}

/** PostgreSQL with pipelines: statements of one transaction that are asked for together are sent together. */
class PipelinedDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PipelinedDriver {
    return new PipelinedDriver(this.#config);
  }
}

class PipelinedDriver extends PostgresDriver {
  /** Sends `begin` without waiting for its answer: PostgreSQL runs it before the statement that follows. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    connection.executeQuery(CompiledQuery.raw("begin")).catch(() => undefined); // the next statement fails as well
  }
}

/** The URL without its password, for messages. */
export function shownUrl(url: string): string {
  return URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname}` : "DATABASE_URL";
}
