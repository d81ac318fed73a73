import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CHROMIUM } from "./browser.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasMlflow = existsSync(python) && spawnSync(python, ["-c", "import mlflow"]).status === 0;
const why = "needs chromium, and TUNEWRIGHT_PYTHON: a virtual environment with mlflow 3";

/** The official client, which logs one more step when it is told to. */
function startLogging(url: string): { next: (line?: string) => Promise<string>; end: () => Promise<number> } {
  const client = spawn(python, [join(import.meta.dirname, "log-slowly.py")], {
    env: { ...process.env, MLFLOW_TRACKING_URI: url },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(client, "exit") as Promise<[number]>;
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  return {
    next: async (line) => {
      if (line !== undefined) client.stdin.write(`${line}\n`);
      return (await lines.next()).value ?? "";
    },
    end: async () => {
      client.stdin.end();
      return (await ended)[0];
    },
  };
}

describe.skipIf(CHROMIUM === undefined || !hasMlflow)(`a page that is open while MLflow's client logs (${why})`, () => {
  let web: WebPages;
  beforeAll(async () => {
    web = await startWebPages();
  });
  afterAll(async () => web.end());

  test("shows each point without being loaded again, and the end of the run", async () => {
    const client = startLogging(web.server.url);
    const runId = await client.next();
    const page = await web.open(`/runs/${runId}`);
    await page.getByRole("img", { name: "loss: 4 at step 0" }).waitFor();
    await page.evaluate("globalThis.isFirstLoad = true");
    for (const [step, shown] of [
      ["1", "2 at step 1"],
      ["2", "1.33333 at step 2"],
      ["3", "1 at step 3"],
    ] as const) {
      expect(await client.next("next")).toBe(step);
      await page.getByRole("img", { name: `loss: ${shown}` }).waitFor();
    }
    await page.getByText("running").waitFor();
    expect(await client.end()).toBe(0);
    await page.getByText("finished").waitFor();
    expect(await page.evaluate("globalThis.isFirstLoad")).toBe(true);
    await page.close();
  });
});
