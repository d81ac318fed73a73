import { existsSync, statSync } from "node:fs";

import type { Context } from "../base/context.ts";
import { Failure } from "../base/failure.ts";
import { allPrices } from "../catalog/prices.ts";
import type { GpuPrice } from "../domain/price.ts";
import type { Served } from "../domain/served.ts";
import type { MailSetting } from "../programme/money/budget-alerts.ts";
import { readPriceBook } from "../programme/prices/price-book.ts";
import { programmeName } from "../programme/state/with-state.ts";
import { dataFolder } from "../store/open-store.ts";
import { trainerUrl } from "./server-url.ts";
import { startServer } from "./start-server.ts";

/** Request of `serve`. */
export type ServeRequest = {
  /** Programme folders, absolute. */
  folders: readonly string[];
  /** Folder of the state; default: that of the only programme. */
  data: string | undefined;
  databaseUrl: string | undefined;
  mail: MailSetting;
  host: string;
  port: number;
  /** Additional host names in requests. */
  allowedHosts: readonly string[];
};

/** Context of a server. */
export type ServeProcess = Pick<Context, "env" | "now" | "note"> & { signal: AbortSignal; version: string };

/**
 * Serves programmes until the signal.
 *
 * @throws Failure bad_input, not_found, outside: before it listens
 */
export async function serveFolders(request: ServeRequest, process: ServeProcess): Promise<Served> {
  const { folders, data, databaseUrl, mail, host, port, allowedHosts } = request;
  for (const folder of folders) {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      throw new Failure("not_found", `${folder} is not a folder`, {
        hint: "create a programme folder: tunewright init",
      });
    }
  }
  const programmes = folders.map(programmeName);
  if (new Set(programmes).size < programmes.length) {
    throw new Failure("bad_input", "two programme folders have the same name", { hint: "rename one of them" });
  }
  if (data === undefined && folders.length > 1) {
    throw new Failure("bad_input", "several programmes require a shared folder for their state", {
      hint: "add --data DIR",
    });
  }
  const dataDir = data ?? dataFolder(folders[0]!);
  const { env, now, version, note, signal } = process;
  const books = new Map<string, readonly GpuPrice[]>();
  for (const folder of folders) books.set(programmeName(folder), (await readPriceBook(folder)).prices);
  const pricesOf = (programme: string): readonly GpuPrice[] => books.get(programme) ?? allPrices();
  const server = await startServer({
    dataDir,
    databaseUrl,
    mail,
    programmes,
    programmeDirs: folders,
    pricesOf,
    host,
    port,
    allowedHosts,
    version,
    now,
    env,
    log: note,
    hasThreads: true,
  });
  note(`listening on ${server.url}`);
  note(`trainers: export MLFLOW_TRACKING_URI=${trainerUrl(server.url, allowedHosts)}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.stop();
  return { url: server.url, dataDir, database: server.store.kind, programmes };
}
