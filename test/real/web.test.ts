import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { axe, CHROMIUM } from "./browser.ts";
import { createExperiment, createRun, logCourses, type Mlflow } from "./logged-runs.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

let web: WebPages;
let runId: string;
let mlflow: Mlflow;

async function logSteps(from: number, to: number): Promise<void> {
  const loss = (step: number): number => (step === 7 ? Number.NaN : 5 / (1 + step));
  await logCourses(mlflow, runId, { courses: { loss }, from, to });
}

async function open(path: string, width = 1280): Promise<Page> {
  return web.open(path, width);
}

describe.skipIf(CHROMIUM === undefined)("the web pages in Chromium (install chromium where this is skipped)", () => {
  beforeAll(async () => {
    web = await startWebPages();
    mlflow = web.mlflow;
    const experimentId = await createExperiment(mlflow, "extraction");
    const start = Date.now();
    for (let i = 0; i < 30; i++) {
      await createRun(mlflow, { experimentId, name: `trial-${i}`, startMs: start + i });
    }
    runId = await createRun(mlflow, {
      experimentId,
      name: "live <b>run</b>",
      startMs: start + 100,
      params: { learning_rate: "0.0005" },
    });
    await logSteps(0, 20);
  });
  afterAll(async () => web.end());

  test("lists runs, sorts by a metric, filters by a parameter, and opens one", async () => {
    const page = await open("/runs");
    await page.getByRole("link", { name: "live <b>run</b>" }).waitFor();
    await page.getByRole("button", { name: "loss", exact: true }).click();
    await page.waitForURL(/sort=/);
    await page.getByRole("combobox", { name: "Filter" }).fill("params.learning_rate = '0.0005'");
    await page.keyboard.press("Enter");
    await page.getByText("1 run", { exact: true }).waitFor();
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
    for (const path of ["/", "/runs", `/runs/${runId}`, "/money", "/comply", "/nowhere"]) {
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
    await page.getByRole("cell", { name: "Bound by the GDPR for the training data" }).waitFor();
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
    const page = await open("/runs");
    await page.getByText("31 runs").waitFor();
    await page.route("**/api/v1/runs/**", (route) => route.abort());
    await page.getByRole("alert").first().waitFor();
    await page.unroute("**/api/v1/runs/**");
    await page.getByRole("alert").first().waitFor({ state: "detached" });
    await page.close();
  });
});
