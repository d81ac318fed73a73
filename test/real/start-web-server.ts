import { fileURLToPath } from "node:url";

import { type RunningServer, type ServerOptions, startServer } from "../../src/server/start-server.ts";

const WEB = fileURLToPath(new URL("../../dist/web", import.meta.url));

/** Starts a server on SQLite with the built pages, by default on a free port of this machine. */
export function startWebServer(
  given: Pick<ServerOptions, "dataDir" | "programmes"> & Partial<Pick<ServerOptions, "programmeDirs" | "port" | "now">>,
): Promise<RunningServer> {
  return startServer({
    databaseUrl: undefined,
    host: "127.0.0.1",
    port: 0,
    version: "test",
    now: () => new Date(),
    env: process.env,
    log: () => undefined,
    webFolder: WEB,
    ...given,
  });
}
