import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { axe, CHROMIUM } from "./browser.ts";
import { createExperiment, createRun, logCourses } from "./logged-runs.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

/** Curves of a run: its loss, and a figure of its machine. */
const COURSES = { "eval/loss": (step: number) => 1 / (1 + step), "system/cpu": (step: number) => step };

let web: WebPages;
let ids: string[];

describe.skipIf(CHROMIUM === undefined)(
  "columns and charts in Chromium (install chromium where this is skipped)",
  () => {
    beforeAll(async () => {
      web = await startWebPages();
      const experimentId = await createExperiment(web.mlflow, "charts");
      ids = [];
      for (const rank of ["8", "16"]) {
        const run = { experimentId, name: `rank ${rank}`, startMs: Date.now(), params: { rank, seed: rank } };
        const runId = await createRun(web.mlflow, run);
        await logCourses(web.mlflow, runId, { courses: COURSES, from: 0, to: 10 });
        ids.push(runId);
      }
    });
    afterAll(async () => web.end());

    test("a column is chosen and taken away, and the address keeps it", async () => {
      const page = await web.open("/runs");
      const head = page.getByRole("columnheader", { name: "system/cpu" });
      await page.getByRole("columnheader", { name: "eval/loss" }).waitFor();
      expect(await head.count()).toBe(0);
      await page.getByRole("button", { name: /^Columns/ }).click();
      await page.getByText("metrics.system/cpu").click();
      await page.keyboard.press("Escape");
      await head.waitFor();
      await page.reload();
      await head.waitFor();
      await page.getByRole("button", { name: /^Columns/ }).click();
      await page.getByRole("button", { name: "Usual columns" }).click();
      await head.waitFor({ state: "detached" });
      await page.close();
    });

    test("figures of the machine are shown on demand", async () => {
      const page = await web.open(`/runs/${ids[0]}`);
      await page.getByRole("heading", { name: "eval/loss" }).waitFor();
      expect(await page.getByRole("heading", { name: "system/cpu" }).count()).toBe(0);
      await page.getByRole("button", { name: /System metrics/ }).click();
      await page.getByRole("img", { name: "system/cpu: 9 at step 9" }).waitFor();
      await page.close();
    });

    test("runs are compared without one that is gone, which is named", async () => {
      const gone = "f".repeat(12);
      const page = await web.open(`/compare?${[ids[0], gone, ids[1]].map((id) => `run=${id}`).join("&")}`);
      await page.getByRole("heading", { name: "Compare 2 runs" }).waitFor();
      await page.getByText(`1 run not on this server: ${gone}`).waitFor();
      await page.getByRole("img", { name: /^eval\/loss: rank 8: .*; rank 16: / }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("overlaid curves of compared runs grow while one of them logs, and a value that is not finite names its run", async () => {
      const page = await web.open(`/compare?${ids.map((id) => `run=${id}`).join("&")}`);
      await page.getByRole("img", { name: /^eval\/loss: rank 8: 0.1 at step 9; rank 16: 0.1 at step 9$/ }).waitFor();
      await logCourses(web.mlflow, ids[1]!, { courses: { "eval/loss": () => Number.NaN }, from: 10, to: 12 });
      await page.getByRole("img", { name: /^eval\/loss: rank 8: 0.1 at step 9; rank 16: NaN at step 11$/ }).waitFor();
      await page.getByText("2 not finite in rank 16").waitFor();
      expect(await axe(page)).toEqual([]);
      await page.close();
    });
  },
);
