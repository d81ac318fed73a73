import type { Generated, Kysely, Selectable } from "kysely";

import type { AccountTables } from "./tables/accounts.ts";
import type { LabelTables } from "./tables/label.ts";
import type { LaunchTables } from "./tables/launch.ts";
import type { LedgerTables } from "./tables/ledger.ts";
import type { ModelTables } from "./tables/models.ts";
import type { TraceTables } from "./tables/traces.ts";
import type { TrackTables } from "./tables/track.ts";
import type { WatchTables } from "./tables/watch.ts";

/** Every table of the database: one interface per stage, joined here. */
export interface Database
  extends TrackTables, ModelTables, TraceTables, AccountTables, LedgerTables, LaunchTables, LabelTables, WatchTables {
  /** Migrations that were applied. */
  schema_migrations: { name: string; applied_ms: number; rank: Generated<number> };
}

/** A database, or the transaction in which a unit of work runs. */
export type Db = Kysely<Database>;

/** A row of a table as read. */
export type Row<Name extends keyof Database> = Selectable<Database[Name]>;
