import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";

import type { RunningServer } from "../../src/server/start-server.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { ROOT } from "../cli/run-cli.ts";
import { startBrowser } from "./browser.ts";
import { startWebServer } from "./start-web-server.ts";
import { type Mlflow, mlflowOf } from "./logged-runs.ts";

/** A server with the built pages, and a browser that looks at them. */
export type WebPages = {
  server: RunningServer;
  mlflow: Mlflow;
  /** Opens a page of a width in pixels. */
  open: (path: string, width?: number) => Promise<Page>;
  end: () => Promise<void>;
};

/**
 * Starts a server for the example `contracts` on a free port, and a browser.
 *
 * @param prepare  writes what the database holds before the server starts; default: nothing
 */
export async function startWebPages(prepare?: (store: Store) => Promise<void>): Promise<WebPages> {
  const dataDir = await mkdtemp(join(tmpdir(), "tunewright-web-"));
  if (prepare !== undefined) {
    const store = await openStore({ dataDir }, () => new Date());
    await prepare(store);
    await store.close();
  }
  const server = await startWebServer({
    dataDir,
    programmes: ["contracts"],
    programmeDirs: [join(ROOT, "examples/contracts")],
  });
  const browser = await startBrowser();
  return {
    server,
    mlflow: mlflowOf(server.url),
    open: async (path, width = 1280) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(`${server.url}${path}`);
      return page;
    },
    end: async () => {
      await browser.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
