import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type RunningServer, startServer } from "../../src/server/start-server.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
import { ROOT } from "../cli/run-cli.ts";

const WEB = fileURLToPath(new URL("../../dist/web", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Chromium's own traffic is switched off: on a closed network it only fails. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let dir: string;
let server: RunningServer;
let browser: Browser;
let runId: string;

/** Calls MLflow's API as its client does. */
async function mlflow<T = object>(path: string, body: object): Promise<T> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function logSteps(from: number, to: number): Promise<void> {
  const metrics = Array.from({ length: to - from }, (_, i) => ({
    key: "loss",
    value: from + i === 7 ? "NaN" : 5 / (1 + from + i),
    timestamp: 1_790_000_000_000 + (from + i) * 1_000,
    step: from + i,
  }));
  await mlflow("runs/log-batch", { run_id: runId, metrics, params: [], tags: [] });
}

async function open(path: string, width = 1280): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  await page.goto(`${server.url}${path}`);
  return page;
}

/** What axe finds wrong, as rule and element. */
async function axe(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the content security policy of the pages refuses inline ones.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

describe.skipIf(CHROMIUM === undefined)("the web pages in Chromium (install chromium where this is skipped)", () => {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-web-"));
    server = await startServer({
      dataDir: dir,
      databaseUrl: undefined,
      programmes: ["contracts"],
      programmeDirs: [join(ROOT, "examples/contracts")],
      host: "127.0.0.1",
      port: 0,
      version: "test",
      now: () => new Date(),
      log: () => undefined,
      webFolder: WEB,
    });
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: FLAGS });
    const { experiment_id: experimentId } = await mlflow<{ experiment_id: string }>("experiments/create", {
      name: "extraction",
    });
    const start = Date.now();
    for (let i = 0; i < 30; i++) {
      await mlflow("runs/create", {
        experiment_id: experimentId,
        run_name: `trial-${i}`,
        start_time: start + i,
        tags: [],
      });
    }
    const created = await mlflow<{ run: { info: { run_id: string } } }>("runs/create", {
      experiment_id: experimentId,
      run_name: "live <b>run</b>",
      start_time: start + 100,
      tags: [],
    });
    runId = created.run.info.run_id;
    await mlflow("runs/log-batch", {
      run_id: runId,
      metrics: [],
      params: [{ key: "learning_rate", value: "0.0005" }],
      tags: [],
    });
    await logSteps(0, 20);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test("lists runs, sorts by a metric, filters by a parameter, and opens one", async () => {
    const page = await open("/");
    await page.getByRole("link", { name: "live <b>run</b>" }).waitFor();
    await page.getByRole("button", { name: "loss" }).click();
    await page.waitForURL(/sort=/);
    await page.getByRole("searchbox").fill("learning_rate=0.0005");
    await page.getByText("1 of 31 runs").waitFor();
    await page.getByRole("link", { name: "live <b>run</b>" }).click();
    await page.getByRole("heading", { level: 1, name: /live <b>run<\/b>/ }).waitFor();
    await page.close();
  });

  test("draws a curve that grows while the run logs, and tells of a value that is not finite", async () => {
    const page = await open(`/runs/${runId}`);
    await page.getByRole("img", { name: /^loss: .* at step 19$/ }).waitFor();
    await page.getByText("1 not finite").waitFor();
    await logSteps(20, 41);
    await page.getByRole("img", { name: /^loss: .* at step 40$/ }).waitFor();
    await page.close();
  });

  test("keeps a run's page where MLflow's client says it is", async () => {
    const page = await open(`/#/experiments/1/runs/${runId}`);
    await page.waitForURL(`**/runs/${runId}`);
    await page.close();
  });

  test.each([360, 1280])("is nowhere wider than a window of %i px, and axe finds nothing", async (width) => {
    for (const path of ["/", `/runs/${runId}`, "/money", "/comply", "/nowhere"]) {
      const page = await open(path, width);
      await page.getByRole("heading").first().waitFor();
      await page.waitForLoadState("load");
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(width);
      expect(await axe(page), path).toEqual([]);
      await page.close();
    }
  });

  test("shows roles, duties by their day and what is missing, with how far each was checked", async () => {
    const page = await open("/comply", 360);
    // The first answer loads the plan and estimates the compute.
    await page.getByRole("cell", { name: "Bound by the GDPR for the training data" }).waitFor({ timeout: 120_000 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    expect(await axe(page)).toEqual([]);
    await page.getByRole("heading", { name: /^Duties by day/ }).waitFor();
    await page.getByText("Not legal advice.").waitFor();
    await page.getByRole("cell", { name: /Article 50\(2\) marking/ }).waitFor();
    await page.close();
  });

  test("works in the dark", async () => {
    const page = await open(`/runs/${runId}`);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.close();
  });

  test("says so where the server is gone, and comes back with it", async () => {
    const page = await open("/");
    await page.getByText("31 runs").waitFor();
    await page.route("**/api/v1/runs*", (route) => route.abort());
    await page.getByRole("alert").first().waitFor({ timeout: 60_000 });
    await page.unroute("**/api/v1/runs*");
    await page.getByRole("alert").first().waitFor({ state: "detached", timeout: 60_000 });
    await page.close();
  });
});
