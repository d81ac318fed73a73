import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { freshDatabase } from "../store/fresh-database.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";

/** A server on a free port with a data folder of its own. */
export type TestServer = RunningServer & {
  dataDir: string;
  /** Lines of its log: bugs. */
  log: string[];
  /** Sends JSON; the answer with its status. */
  call: (route: string, body?: unknown, headers?: Record<string, string>) => Promise<{ status: number; json: unknown }>;
  /** Stops it, starts another one on the same data. */
  restart: () => Promise<TestServer>;
  end: () => Promise<void>;
};

/** Starts a server for a test: on SQLite, or in a schema of its own of PostgreSQL where DATABASE_URL is set. */
export async function startTestServer(
  dataDir?: string,
  {
    databaseUrl,
    drop: dropOf,
    now = () => new Date(),
    programmeDirs = [],
  }: {
    databaseUrl?: string;
    drop?: (() => Promise<void>) | undefined;
    now?: () => Date;
    programmeDirs?: readonly string[];
  } = {},
): Promise<TestServer> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "tunewright-server-")));
  const log: string[] = [];
  const given = process.env["DATABASE_URL"];
  const fresh = databaseUrl === undefined && given !== undefined ? await freshDatabase(given) : undefined;
  const url = databaseUrl ?? fresh?.url;
  const drop = dropOf ?? fresh?.drop;
  const server = await startServer({
    dataDir: folder,
    databaseUrl: url,
    programmes: programmeDirs.length === 0 ? ["first"] : programmeDirs.map((dir) => basename(dir)),
    programmeDirs,
    host: "127.0.0.1",
    port: 0,
    version: "0.0.0",
    now,
    env: process.env,
    log: (line) => log.push(line),
    webFolder: join(folder, "web"),
  });
  return {
    ...server,
    dataDir: folder,
    log,
    call: async (route, body, headers = {}) => {
      const [method, path] = route.split(" ") as [string, string];
      const response = await fetch(server.url + path, {
        method,
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, json: parsed(text) };
    },
    restart: async () => {
      await server.stop();
      return startTestServer(folder, { ...(url === undefined ? {} : { databaseUrl: url, drop }), now, programmeDirs });
    },
    end: async () => {
      await server.stop();
      await drop?.();
      await rm(folder, { recursive: true });
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
