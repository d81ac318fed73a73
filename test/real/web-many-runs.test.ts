import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createRun } from "../../src/track/create-run.ts";
import { logBatch } from "../../src/track/log-batch.ts";
import { CHROMIUM } from "./browser.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

const RUNS = 10_000;

/** Scrolls of 100 px whose CPU time is reported. */
const SCROLLS = 100;

let web: WebPages;

/** A run with two metrics and a param. */
async function logRun(place: number): Promise<void> {
  const { store } = web.server;
  const nowMs = Date.UTC(2026, 10, 30) + place;
  const name = `run ${place}`;
  const { info } = await createRun(store, { experimentId: "0", userId: "me", name, startMs: nowMs, tags: [] }, nowMs);
  const metrics = ["eval/loss", "train/loss"].map((key) => ({ key, value: place % 97, timestamp: nowMs, step: 1 }));
  await logBatch(store, info.run_id, { metrics, params: [{ key: "seed", value: `${place % 7}` }], tags: [], nowMs });
}

/** CPU time of a scroll by 100 px in a table of runs, ms. */
async function scrollMs(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  const cpuSec = async (): Promise<number> => {
    const { metrics } = await client.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")!.value;
  };
  const before = await cpuSec();
  await page.evaluate(`(async () => {
  const table = document.querySelector(".run-table");
  for (let i = 0; i < ${SCROLLS}; i++) {
    table.scrollTop += 100;
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  }
})()`);
  return ((await cpuSec()) - before) * (1000 / SCROLLS);
}

describe.skipIf(CHROMIUM === undefined)(
  "ten thousand runs in Chromium (install chromium where this is skipped)",
  () => {
    beforeAll(async () => {
      web = await startWebPages();
      for (let start = 0; start < RUNS; start += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, i) => logRun(start + i)));
      }
    }, 1_800_000);
    afterAll(async () => web.end());

    test("scroll to the last one while only those in sight are in the page, and can be chosen there", async () => {
      const page = await web.open("/runs");
      await page.getByText("10,000 runs", { exact: true }).waitFor();
      const ms = await scrollMs(page);
      process.stderr.write(`10,000 runs: ${ms.toFixed(1)} CPU ms for each scroll by 100 px\n`);
      await page.evaluate(`document.querySelector(".run-table").scrollTop = 1e9`);
      await page.getByRole("link", { name: "run 0", exact: true }).waitFor();
      expect(await page.getByRole("row").count()).toBeLessThan(80);
      await page.getByRole("checkbox", { name: "Choose run 0", exact: true }).focus();
      await page.keyboard.press("Space");
      await page.getByText("1 chosen").waitFor();
      expect(await page.getByRole("checkbox", { name: "Choose run 0", exact: true }).isChecked()).toBe(true);
      await page.close();
    });

    test("are all in their groups, which scroll as smoothly when they are open, to the last run of the last group", async () => {
      const page = await web.open("/runs?group=params.seed");
      await page.getByText("10,000 runs in 7 groups", { exact: true }).waitFor();
      for (const place of [6, 0]) await page.locator(".group-toggle").nth(place).click();
      await page.getByRole("link", { name: "run 9996", exact: true }).waitFor();
      process.stderr.write(
        `10,000 runs in groups: ${(await scrollMs(page)).toFixed(1)} CPU ms for each scroll by 100 px\n`,
      );
      await page.evaluate(`document.querySelector(".run-table").scrollTop = 1e9`);
      await page.getByRole("link", { name: "run 6", exact: true }).waitFor();
      expect(await page.getByRole("row").count()).toBeLessThan(80);
      await page.close();
    });
  },
);
