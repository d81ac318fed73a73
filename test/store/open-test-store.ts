import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openStore, type Store } from "../../src/store/open-store.ts";
import { freshDatabase } from "./fresh-database.ts";

/** An empty store in a folder of its own: SQLite, or PostgreSQL where DATABASE_URL is set. */
export async function openTestStore(now: () => Date): Promise<{ store: Store; end: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "tunewright-store-"));
  const given = process.env["DATABASE_URL"];
  const database = given === undefined ? undefined : await freshDatabase(given);
  const store = await openStore({ dataDir, url: database?.url }, now);
  return {
    store,
    end: async () => {
      await store.close();
      await database?.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}
