import { randomUUID } from "node:crypto";

/** A schema of its own in a PostgreSQL database, for one test server. */
export type FreshDatabase = { url: string; drop: () => Promise<void> };

/** Makes an empty schema in the database of a URL; what connects by the URL that is returned sees only that. */
export async function freshDatabase(databaseUrl: string): Promise<FreshDatabase> {
  const { default: pg } = await import("pg");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create schema ${name}`);
  const url = new URL(databaseUrl);
  url.searchParams.set("options", `-c search_path=${name}`);
  return { url: url.href, drop: () => run(`drop schema ${name} cascade`) };
}
