import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { axe, CHROMIUM } from "./browser.ts";
import { createExperiment, createRun, logCourses, putArtifact } from "./logged-runs.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

let web: WebPages;
const ids: string[] = [];

describe.skipIf(CHROMIUM === undefined)(
  "registered models in Chromium (install chromium where this is skipped)",
  () => {
    beforeAll(async () => {
      web = await startWebPages();
      const { mlflow, server } = web;
      const experimentId = await createExperiment(mlflow, "extraction");
      await mlflow("registered-models/create", { name: "extractor", description: "Reads contracts." });
      for (const [i, digest] of ["d1", "d2"].entries()) {
        const runId = await createRun(mlflow, { experimentId, name: `training ${i + 1}`, startMs: Date.now() + i });
        await logCourses(mlflow, runId, { courses: { "eval/loss": (step) => i + 1 / (1 + step) }, from: 0, to: 3 });
        const dataset = { name: "contracts", digest, source_type: "local", source: "{}" };
        await mlflow("runs/log-inputs", { run_id: runId, datasets: [{ tags: [], dataset }] });
        await putArtifact(server.url, { experimentId, runId, path: "model/config.json", content: "{}" });
        await mlflow("model-versions/create", { name: "extractor", source: `runs:/${runId}/model`, run_id: runId });
        ids.push(runId);
      }
      await mlflow("registered-models/alias", { name: "extractor", alias: "champion", version: "1" });
    });
    afterAll(async () => web.end());

    test("say which run and which data made the version in use, with its results", async () => {
      const page = await web.open("/models");
      const row = page.getByRole("row").filter({ hasText: "champion" });
      await row.waitFor();
      expect((await row.getByRole("cell").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim())).toEqual([
        "v1",
        "champion Promote",
        expect.stringMatching(/^training 1/),
        "0.333333",
        "contracts d1",
        expect.stringMatching(/ago|just now/),
      ]);
      await row.getByRole("link", { name: "files" }).click();
      await page.getByRole("button", { name: /config\.json/ }).waitFor();
      await page.close();
    });

    test("are promoted in two clicks, which can be undone", async () => {
      const page = await web.open("/models");
      const holder = page.getByRole("row").filter({ has: page.getByRole("button", { name: "Remove alias champion" }) });
      await page.getByRole("button", { name: "Promote version 2" }).click();
      await page.getByRole("button", { name: "Move champion here from v1" }).click();
      await holder.filter({ hasText: "v2" }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await holder.filter({ hasText: "v1" }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("are described in place, which can be undone, and compared", async () => {
      const page = await web.open("/models");
      await page.getByRole("button", { name: "Edit the description of extractor" }).click();
      await page.getByRole("textbox", { name: "Description of extractor" }).fill("Reads leases.");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Reads leases.").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("Reads contracts.").waitFor();
      await page.getByRole("link", { name: "Compare the runs" }).click();
      await page.getByRole("heading", { name: "Compare 2 runs" }).waitFor();
      await page.getByRole("tab", { name: "Params" }).click();
      await page.getByRole("rowheader", { name: "dataset contracts" }).waitFor();
      await page.close();
    });

    test("are named on the page of their run", async () => {
      const page = await web.open(`/runs/${ids[0]}?tab=overview`);
      await page.getByRole("heading", { name: "Registered as" }).waitFor();
      await page.getByRole("link", { name: "extractor", exact: true }).click();
      await page.waitForURL(/models\?search=extractor/);
      await page.close();
    });

    test("fit into a narrow window, in the dark too", async () => {
      const page = await web.open("/models", 360);
      await page.emulateMedia({ colorScheme: "dark" });
      await page.getByRole("heading", { name: "extractor" }).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
      expect(await page.getByRole("link", { name: /contracts d1/ }).isVisible()).toBe(true);
      expect(await axe(page)).toEqual([]);
      await page.close();
    });
  },
);
