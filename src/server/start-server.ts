import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { fileURLToPath } from "node:url";

import { type ServerType, serve } from "@hono/node-server";

import { newToken } from "../accounts/tokens.ts";
import type { Clock } from "../base/clock.ts";
import { commandLine } from "../base/command-line.ts";
import type { Context } from "../base/context.ts";
import { Failure, isSystemError } from "../base/failure.ts";
import { maskedLine } from "./masked-line.ts";
import { allPrices } from "../catalog/prices.ts";
import type { GpuPrice } from "../domain/price.ts";
import { ENGINES } from "../launch/engines/engines.ts";
import { canSignIn } from "../programme/accounts/sign-in.ts";
import type { MailSetting } from "../programme/money/budget-alerts.ts";
import { settleInTurns } from "../programme/money/settling-loop.ts";
import { probeServer } from "../programme/state/server-client.ts";
import { superviseAll } from "../programme/sweep/run-sweep.ts";
import { ownInstance } from "../programme/training/supervision-lease.ts";
import { releaseLease, takeLease, updateLease } from "../store/lease.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { keepOwnerToken } from "../store/owner-token.ts";
import { ArtifactFiles } from "../track/artifact-files.ts";
import { PollActivity } from "../track/poll-activity.ts";
import { AccessLog } from "./access/access-log.ts";
import { Access } from "./access/access.ts";
import { createApp } from "./app.ts";
import type { ServerContext } from "./context.ts";
import { ReadThreads } from "./reading/read-threads.ts";
import { Redactor } from "./redacting/redactor.ts";
import { RunEvents } from "./run-events.ts";
import { inUrl, serverUrl } from "./server-url.ts";

/** Options of a server. */
export type ServerOptions = {
  dataDir: string;
  /** PostgreSQL; default: a SQLite file in `dataDir`. */
  databaseUrl: string | undefined;
  /** Names of the programmes. */
  programmes: readonly string[];
  /** Price book of a programme; default: the catalogue's. */
  pricesOf?: (programme: string) => readonly GpuPrice[];
  /** Mail settings for alerts; default: none are sent. */
  mail?: MailSetting;
  /** Folders of the programmes, in the same order; default: none, so that no run can be started. */
  programmeDirs?: readonly string[];
  host: string;
  /** 0: any free port. */
  port: number;
  /** Additional host names in requests, under which other machines reach the server; default: none. */
  allowedHosts?: readonly string[];
  version: string;
  now: Clock;
  /** Environment of this process, for what its routes start. */
  env: Context["env"];
  /** Called with lines of the log, with secrets masked. */
  log: (line: string) => void;
  /** Built web application; default: the one of this build. */
  webFolder?: string;
  /** Whether threads answer requests that read a lot of data, and redact long traces; default: false. */
  hasThreads?: boolean;
};

/** A listening server. */
export type RunningServer = {
  url: string;
  store: Store;
  /** Answers pending requests, writes buffered data, releases the folder. */
  stop: () => Promise<void>;
};

/** Time for the head of a request, ms; that for its body depends on the body, see `slow-bodies.ts`. */
const TIMEOUTS = { headersTimeout: 60_000, requestTimeout: 0 };

/** Time after which busy connections are closed when the server stops, ms. */
const GRACE_MS = 3000;

/**
 * Starts the server: locks the data folder, migrates the schema, listens.
 *
 * @throws Failure bad_input if other machines can reach it and there are no accounts; outside if another server owns the folder, the
 *   port is taken or the database cannot be opened
 */
export async function startServer(given: ServerOptions): Promise<RunningServer> {
  const options = { ...given, log: (line: string) => given.log(maskedLine(line)) };
  const { dataDir, host, now, env } = options;
  const isPrivate = isThisMachine(host) && (options.allowedHosts ?? []).every(isThisMachine);
  const instance = randomUUID();
  const lease = { pid: process.pid, url: null, instance };
  await mkdir(dataDir, { recursive: true });
  await takeLease(dataDir, lease, probeServer);
  let store: Store | undefined;
  try {
    store = await openStore({ dataDir, url: options.databaseUrl, fillsLog: options.hasThreads === true }, now);
    if (!isPrivate) await mustHaveAccounts(store, options);
    const ownerToken = await keepOwnerToken(dataDir, newToken());
    const polls = new PollActivity(store);
    const ending = new AbortController();
    const context: ServerContext = {
      store,
      polls,
      instance,
      artifacts: new ArtifactFiles(dataDir),
      events: new RunEvents(),
      redactor: new Redactor({ hasThread: options.hasThreads === true }),
      now,
      env,
      access: new Access(store, { now, ownerToken, isPrivate }),
      programmes: options.programmes,
      pricesOf: options.pricesOf ?? (() => allPrices()),
      mail: options.mail ?? { smtpUrl: undefined, from: "" },
      programmeDirs: options.programmeDirs ?? [],
      version: options.version,
      hosts: isPrivate ? [] : hostNames(options),
      ending: ending.signal,
      log: options.log,
    };
    const webFolder = options.webFolder ?? fileURLToPath(new URL("../web", import.meta.url));
    const threads = options.hasThreads === true ? readThreads(options, context) : undefined;
    const accessLog = new AccessLog(dataDir, { now, log: options.log });
    await context.artifacts.removeLeft(now().getTime());
    const app = createApp(context, { webFolder, threads, accessLog });
    const server = await listen(app.fetch, { host, port: options.port });
    const { port } = server.address() as AddressInfo;
    const url = serverUrl(host, port);
    await updateLease(dataDir, { ...lease, url });
    const opened = store;
    const supervising = supervise(context, { url, ownerToken, signal: ending.signal });
    const settling = settleInTurns(opened, context, { signal: ending.signal, log: options.log });
    const stop = async (): Promise<void> => {
      ending.abort();
      await Promise.all([supervising, settling]);
      await closeServer(server);
      await threads?.close();
      await context.redactor.close();
      await accessLog.close();
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

/** Supervises the jobs of the programmes until the signal. */
function supervise(
  { store, env, now, log, programmes, pricesOf }: ServerContext,
  { url, ownerToken, signal }: { url: string; ownerToken: string; signal: AbortSignal },
): Promise<void> {
  const supervisor = { store, instance: ownInstance(), env, engines: ENGINES, now, log };
  return superviseAll(
    { ...supervisor, trackerUrl: url, trackerToken: ownerToken },
    { pricing: { programmes, pricesOf, now }, signal },
  );
}

function readThreads({ dataDir, databaseUrl: url }: ServerOptions, context: ServerContext): ReadThreads {
  const { programmes, programmeDirs, instance, version, log } = context;
  const prices = Object.fromEntries(programmes.map((name) => [name, context.pricesOf(name)]));
  return new ReadThreads({ location: { dataDir, url }, prices, programmes, programmeDirs, instance, version }, log);
}

/** Whether a name or an address is that of this machine for itself. */
function isThisMachine(name: string): boolean {
  return ["127.0.0.1", "localhost", "::1"].includes(name.toLowerCase());
}

/** @throws Failure bad_input if nobody could sign in */
async function mustHaveAccounts(store: Store, { dataDir, host, allowedHosts, now }: ServerOptions): Promise<void> {
  if (await canSignIn(store, now().getTime())) return;
  const other = isThisMachine(host) ? allowedHosts?.find((name) => !isThisMachine(name)) : undefined;
  throw new Failure("bad_input", `other machines can reach ${other ?? host}, and no accounts exist`, {
    hint: `${commandLine(["accounts", "create", "NAME", "--role", "admin", "--data", dataDir])}; or serve ${
      other === undefined ? "on 127.0.0.1" : "without --allow-host"
    }`,
  });
}

/**
 * Names of the server for other machines: those given, and unless only a proxy on this machine can reach it, its
 * address, or all of its addresses if it listens on all, and its host name.
 */
function hostNames({ host, allowedHosts = [] }: ServerOptions): string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const names = isThisMachine(host) ? [] : [host, hostname(), ...own.map(({ address }) => address)];
  return [...names, ...allowedHosts].map((name) => inUrl(name).toLowerCase());
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: { host: string; port: number },
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port, serverOptions: TIMEOUTS }, () => resolve(server));
    server.once("error", (error) => {
      const isTaken = isSystemError(error, "EADDRINUSE");
      reject(
        isTaken
          ? new Failure("outside", `port ${port} is taken`, {
              hint: "choose another port with --port, or pass --port 0 for any free port",
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
