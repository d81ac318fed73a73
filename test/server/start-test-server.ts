import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

/** Starts a server for a test; `DATABASE_URL` chooses PostgreSQL where a test passes it on. */
export async function startTestServer(
  dataDir?: string,
  { databaseUrl, now = () => new Date() }: { databaseUrl?: string; now?: () => Date } = {},
): Promise<TestServer> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "tunewright-server-")));
  const log: string[] = [];
  const server = await startServer({
    dataDir: folder,
    databaseUrl,
    programmes: ["first"],
    host: "127.0.0.1",
    port: 0,
    version: "0.0.0",
    now,
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
      return startTestServer(folder, { ...(databaseUrl === undefined ? {} : { databaseUrl }), now });
    },
    end: async () => {
      await server.stop();
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
