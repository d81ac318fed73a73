import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { DatabaseSync } from "@photostructure/sqlite";

import { MLRUNS_RUN as RUN } from "./foreign-trackers.ts";

/** Writes the SQLite file of an old MLflow with one run and one registered model, and what more statements add. */
export function oldMlflowSqlite(path: string, more: string): string {
  const database = new DatabaseSync(path);
  // source: schema of mlflow 1.30, without workspaces, aliases, storage locations and logged models
  database.exec(`
    create table experiments (experiment_id integer primary key, name text);
    create table runs (run_uuid text, name text, user_id text, status text, start_time bigint, end_time bigint,
      lifecycle_stage text, artifact_uri text, experiment_id integer);
    create table metrics (key text, value float, timestamp bigint, run_uuid text, step bigint, is_nan boolean);
    create table params (key text, value text, run_uuid text);
    create table tags (key text, value text, run_uuid text);
    create table registered_models (name text, creation_time bigint, last_updated_time bigint, description text);
    create table model_versions (name text, version integer, creation_time bigint, last_updated_time bigint,
      description text, user_id text, current_stage text, source text, run_id text, status text, run_link text);
    insert into experiments values (1, 'tune');
    insert into runs values ('${RUN}', 'a', 'ada', 'FINISHED', 5, 9, 'active', '/nowhere', 1);
    insert into registered_models values ('old', 1, 2, null);
    insert into model_versions values ('old', 1, 3, 4, '', 'ada', 'Archived', 'dbfs:/x', '${RUN}', 'READY', 'http://r');
  `);
  database.exec(more);
  database.close();
  return path;
}

/** A server with one run, whose other answers are given. */
export async function fakeMlflowServer(
  answer: (path: string) => { status: number; json: object } | undefined,
): Promise<{
  url: string;
  end: () => void;
}> {
  const info = { run_id: RUN, experiment_id: "1", status: "FINISHED" };
  const fake = createServer((request, response) => {
    const path = request.url ?? "";
    const given = path.includes("experiments/search")
      ? { status: 200, json: { experiments: [{ experiment_id: "1", name: "e" }] } }
      : path.includes("runs/search")
        ? { status: 200, json: { runs: [{ info }] } }
        : answer(path);
    if (given !== undefined) response.writeHead(given.status).end(JSON.stringify(given.json));
  });
  await new Promise<void>((resolve) => void fake.listen(0, "127.0.0.1", resolve));
  const end = (): void => {
    fake.closeAllConnections();
    fake.close();
  };
  return { url: `http://127.0.0.1:${(fake.address() as AddressInfo).port}`, end };
}
