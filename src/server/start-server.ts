import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { type ServerType, serve } from "@hono/node-server";

import type { Clock } from "../base/clock.ts";
import { Failure, isSystemError } from "../base/failure.ts";
import { allPrices } from "../catalog/prices.ts";
import type { GpuPrice } from "../domain/price.ts";
import { ENGINES } from "../launch/engines/engines.ts";
import { probeServer } from "../programme/state/server-client.ts";
import { supervise } from "../programme/training/supervise.ts";
import { ownInstance } from "../programme/training/supervision-lease.ts";
import { releaseLease, takeLease, updateLease } from "../store/lease.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { ArtifactFiles } from "../track/artifact-files.ts";
import { PollActivity } from "../track/poll-activity.ts";
import { createApp } from "./app.ts";
import { RunEvents } from "./run-events.ts";

/** What a server is started with. */
export type ServerOptions = {
  dataDir: string;
  /** PostgreSQL; default: a SQLite file in `dataDir`. */
  databaseUrl: string | undefined;
  /** Names of the programmes. */
  programmes: readonly string[];
  /** Price book of a programme; default: the catalogue's. */
  pricesOf?: (programme: string) => readonly GpuPrice[];
  /** Their folders, in the same order; default: none, and no run can be started. */
  programmeDirs?: readonly string[];
  host: string;
  /** 0: any free port. */
  port: number;
  version: string;
  now: Clock;
  log: (line: string) => void;
  /** Built web application; default: the one of this build. */
  webFolder?: string;
};

/** A server that listens. */
export type RunningServer = {
  url: string;
  store: Store;
  /** Answers what has come, writes what was gathered, gives the folder back. */
  stop: () => Promise<void>;
};

/** Connections that are still busy are cut so long after a stop was asked for, ms. */
const GRACE_MS = 3000;

/**
 * Starts the server: takes the data folder, brings the schema up to date, listens.
 *
 * @throws Failure bad_input for an address other than this machine's; outside where another server owns the folder, the
 *   port is taken or the database cannot be opened
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, host, now } = options;
  if (!["127.0.0.1", "localhost", "::1"].includes(host)) {
    throw new Failure("bad_input", `${host} is an address that others can reach, and this version has no accounts`, {
      hint: "serve on 127.0.0.1, and reach it through an SSH tunnel or a proxy that checks who comes",
    });
  }
  const instance = randomUUID();
  const lease = { pid: process.pid, url: null, instance };
  await mkdir(dataDir, { recursive: true });
  await takeLease(dataDir, lease, probeServer);
  let store: Store | undefined;
  try {
    store = await openStore({ dataDir, url: options.databaseUrl }, now);
    const polls = new PollActivity(store);
    const context = {
      store,
      polls,
      instance,
      artifacts: new ArtifactFiles(dataDir),
      events: new RunEvents(),
      now,
      programmes: options.programmes,
      pricesOf: options.pricesOf ?? (() => allPrices()),
      programmeDirs: options.programmeDirs ?? [],
      version: options.version,
      hosts: [],
      log: options.log,
    };
    const app = createApp(context, options.webFolder ?? fileURLToPath(new URL("../web", import.meta.url)));
    const server = await listen(app.fetch, { host, port: options.port });
    const { port } = server.address() as AddressInfo;
    const url = `http://${host === "::1" ? "[::1]" : host}:${port}`;
    await updateLease(dataDir, { ...lease, url });
    const opened = store;
    const ending = new AbortController();
    const supervising = supervise(
      { store, instance: ownInstance(), engines: ENGINES, trackerUrl: url, now, log: options.log },
      { signal: ending.signal },
    );
    const stop = async (): Promise<void> => {
      ending.abort();
      await supervising;
      await closeServer(server);
      await polls.flush();
      await opened.close();
      await releaseLease(dataDir, lease);
    };
    return { url, store, stop };
  } catch (error) {
    await store?.close();
    await releaseLease(dataDir, lease);
    throw error;
  }
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: { host: string; port: number },
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, () => resolve(server));
    server.once("error", (error) => {
      const isTaken = isSystemError(error, "EADDRINUSE");
      reject(
        isTaken
          ? new Failure("outside", `port ${port} is taken`, {
              hint: "add --port with another one, or --port 0 for any",
            })
          : error,
      );
    });
  });
}

function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const cut = "closeAllConnections" in server ? () => server.closeAllConnections() : () => undefined;
    const timer = setTimeout(cut, GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}
