import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { logBatch } from "../../src/track/log-batch.ts";
import { axe, CHROMIUM, PATIENCE_MS } from "./browser.ts";
import { createExperiment, createRun, logCourses, putArtifact } from "./logged-runs.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

let web: WebPages;
let experimentId: string;
let parent: string;
const ids: string[] = [];

describe.skipIf(CHROMIUM === undefined)(
  "runs, compared and edited, in Chromium (install chromium where this is skipped)",
  () => {
    beforeAll(async () => {
      web = await startWebPages();
      const { mlflow, server } = web;
      experimentId = await createExperiment(mlflow, "sweep");
      parent = await createRun(mlflow, { experimentId, name: "parent", startMs: Date.now() });
      for (const rate of ["0.1", "0.01", "0.001"]) {
        const runId = await createRun(mlflow, {
          experimentId,
          name: `rate ${rate}`,
          startMs: Date.now() + ids.length,
          params: { rate, optimiser: "adam" },
          tags: { "mlflow.parentRunId": parent },
        });
        await logCourses(mlflow, runId, {
          courses: { "eval/loss": (step) => Number(rate) + 1 / (1 + step) },
          from: 0,
          to: 30,
        });
        ids.push(runId);
      }
      const content = "<h1>hi</h1><script>document.title = 'owned'</script>";
      await putArtifact(server.url, { experimentId, runId: ids[0]!, path: "report.html", content });
      await putArtifact(server.url, { experimentId, runId: ids[0]!, path: "sub/rows.csv", content: "a,b\n1,x\n" });
    });
    afterAll(async () => web.end());

    test("filters with completion, says what is wrong with a filter, and keeps it in the address", async () => {
      const page = await web.open("/runs");
      const filter = page.getByRole("combobox", { name: "Filter" });
      await filter.fill("params.ra");
      await page.getByRole("option", { name: /params\.rate/ }).click();
      await filter.press("End");
      await filter.pressSequentially("= '0.01'");
      await filter.press("Enter");
      await page.getByText("1 run", { exact: true }).waitFor();
      await page.waitForURL(/filter=/);
      await filter.fill("params.rate < 1");
      await filter.press("Enter");
      await page.getByText(/Invalid comparator|Expected a quoted/).waitFor();
      expect(await page.getByRole("link", { name: "rate 0.01", exact: true }).count()).toBe(1); // rows of the last filter
      await filter.fill("RATE 0");
      await filter.press("Enter");
      await page.getByRole("link", { name: "Compare all 3" }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("nests runs below their parent, deletes some and takes that back", async () => {
      const page = await web.open("/runs?nested=1");
      await page.getByRole("button", { name: "Close parent" }).click();
      await page.getByRole("link", { name: "rate 0.1", exact: true }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Open parent" }).click();
      await page
        .getByText("Choose rate 0.001")
        .or(page.getByRole("checkbox", { name: "Choose rate 0.001" }))
        .first()
        .click({ force: true });
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.getByText("3 runs", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("4 runs", { exact: true }).waitFor();
      await page.close();
    });

    test("groups runs in the table: the group opens and closes, is sorted by its mean, and is in the address", async () => {
      const [first] = ids;
      const dataset = { name: "rows", digest: "3fa9c1d2e4f5a6b7c8d9", source_type: "local", source: "rows.jsonl" };
      await web.mlflow("runs/log-inputs", { run_id: parent, datasets: [{ dataset }] });
      const at = { timestamp: 1_790_000_100_000, step: 99 };
      await web.mlflow("runs/log-metric", { run_id: ids[2], key: "eval/extra", value: "NaN", ...at });
      await web.mlflow("runs/log-metric", { run_id: ids[1], key: "eval/extra", value: 2, ...at });
      await web.mlflow("runs/log-metric", { run_id: first, key: "eval/extra", value: 4, ...at });
      const page = await web.open("/runs");
      await page.getByRole("columnheader", { name: "Dataset" }).waitFor(); // shown although nobody chose it, because a run has one
      await page.getByRole("cell", { name: "rows 3fa9c1d2e4f5", exact: true }).waitFor();
      await page.getByRole("button", { name: /^Group by/ }).click();
      await page.getByText("params.optimiser").click();
      await page.waitForURL(/group=params\.optimiser/);
      await page.keyboard.press("Escape");
      await page.getByText("4 runs in 2 groups").waitFor();
      const adam = page.getByRole("row", { name: /optimiser adam/ });
      const shown = await adam.innerText();
      expect(shown).toContain("3 runs");
      expect(shown).toMatch(/1 NaN\s*3\s*2 to 4 · 2 of 3/);
      await adam.getByRole("button", { name: /adam/ }).click();
      await page.getByRole("link", { name: "rate 0.001", exact: true }).waitFor();
      await page.getByRole("button", { name: /adam/, expanded: true }).click();
      await page.getByRole("link", { name: "rate 0.001", exact: true }).waitFor({ state: "detached" });
      await adam.getByRole("checkbox").focus();
      await page.keyboard.press("Space");
      await page.getByText("3 chosen").waitFor();
      expect(await axe(page)).toEqual([]);

      await page.goto(`${web.server.url}/runs?group=params.rate&sort=metrics.eval%2Floss`);
      const names = async (): Promise<string[]> => {
        await page.getByText("4 runs in 4 groups").waitFor();
        const buttons = await page.locator("tr.group .group-values").allInnerTexts();
        return buttons.map((text) => text.replace(/^rate\s*/, "").trim());
      };
      await expect.poll(names, { timeout: PATIENCE_MS }).toEqual(["0.001", "0.01", "0.1", "not set"]);
      const head = page.getByRole("columnheader", { name: "eval/loss" }).getByRole("button");
      await head.click(); // ascending, none, descending
      await page.waitForURL((url) => !url.searchParams.has("sort"));
      await head.click();
      await page.waitForURL(/sort=-metrics/);
      await expect.poll(names, { timeout: PATIENCE_MS }).toEqual(["0.1", "0.01", "0.001", "not set"]);
      const [csv] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "CSV" }).click(),
      ]);
      const lines = (await readFile(await csv.path(), "utf8")).trimEnd().split("\n");
      expect(lines).toHaveLength(1 + 4); // one for each run, not for each group
      expect(lines[0]).toContain(",dataset,");
      expect(lines.join("\n")).toContain("rows 3fa9c1d2e4f5a6b7c8d9");
      await page.close();
    });

    test("counts in groups the runs that were not loaded, says so, and leads to all runs of a group", async () => {
      const page = await web.open("/health");
      // As if the page could load two runs only.
      await page.route("**/runs/table?*groupBy=*", (route) =>
        route.continue({ url: `${route.request().url()}&limit=2` }),
      );
      await page.goto(`${web.server.url}/runs?group=params.optimiser`);
      await page.getByText("4 runs in 2 groups, of which the newest 2 can be opened here").waitFor();
      const adam = page.getByRole("row", { name: /3 runs, newest 2 here/ });
      expect(await axe(page)).toEqual([]);
      await adam.getByRole("link", { name: "all", exact: true }).click();
      await page.getByText("3 runs", { exact: true }).waitFor();
      expect(new URL(page.url()).searchParams.get("filter")).toBe("params.optimiser = 'adam'");
      await page.close();
    });

    test("announces an action that failed, and says nothing of success", async () => {
      const page = await web.open(`/runs/${ids[2]}`);
      await page.route("**/runs/delete", (route) => route.abort());
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      const toast = page.getByRole("alertdialog");
      await toast.waitFor();
      expect(await toast.innerText()).not.toContain("Run deleted");
      expect(await toast.getAttribute("class")).toContain("bad");
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("saves a view and opens it again", async () => {
      const page = await web.open("/runs?sort=metrics.eval%2Floss");
      await page.getByRole("button", { name: /^Views/ }).click();
      await page.getByRole("textbox", { name: "Name of this view" }).fill("by loss");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("link", { name: "by loss" }).waitFor();
      await page.goto(`${web.server.url}/runs`);
      await page.getByRole("button", { name: /^Views/ }).click();
      await page.getByRole("link", { name: "by loss" }).click();
      await page.waitForURL(/sort=metrics\.eval%2Floss/);
      await page.close();
    });

    test("groups compared runs by a param, with a band; finds charts by a pattern; saves a chart", async () => {
      const query = ids.map((id) => `run=${id}`).join("&");
      const page = await web.open(`/compare?${query}`);
      await page.getByRole("button", { name: /Group by/ }).click();
      await page.getByRole("option", { name: "rate" }).click();
      await page.waitForURL(/group=rate/);
      await page.getByRole("list", { name: "Groups" }).getByText("rate = 0.01").waitFor();
      await page.getByText("The line is the mean").waitFor();
      await page.getByRole("img", { name: /^eval\/loss: rate = 0.1 \(1 run\)/ }).waitFor();
      await page.getByRole("button", { name: "Menu of eval/loss" }).click();
      const [csv] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: "Download CSV" }).click(),
      ]);
      expect(csv.suggestedFilename()).toBe("eval-loss.csv");
      const lines = (await readFile(await csv.path(), "utf8")).trimEnd().split("\n");
      expect(lines[0]).toBe("run,step,time,eval/loss,lowest,highest");
      expect(lines).toHaveLength(1 + 3 * 30);
      await page.getByRole("button", { name: "Menu of eval/loss" }).click();
      const [png] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: "Download PNG" }).click(),
      ]);
      expect((await readFile(await png.path())).subarray(1, 4).toString()).toBe("PNG");
      await page.getByRole("button", { name: "Menu of eval/loss" }).click();
      await page.getByRole("menuitem", { name: "Enlarge" }).click();
      await page.locator(".chart.large").waitFor();
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("finds charts of a run by a pattern that the key / leads to, and sums up its metrics", async () => {
      const runId = await createRun(web.mlflow, { experimentId, name: "wide", startMs: Date.now() });
      const courses = Object.fromEntries(
        ["train/loss", "train/accuracy", "eval/loss", "eval/accuracy", "lr"].map((key) => [
          key,
          (step: number) => (step - 10) ** 2,
        ]),
      );
      await logCourses(web.mlflow, runId, { courses, from: 0, to: 30 });
      const page = await web.open(`/runs/${runId}`);
      await page.getByRole("heading", { name: "train/loss" }).waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type("^eval/.*loss$");
      await page.waitForURL(/charts=/);
      await page.getByRole("heading", { name: "train/loss" }).waitFor({ state: "detached" });
      expect(await page.locator(".chart h2").allTextContents()).toEqual(["eval/loss"]);
      await page.keyboard.type("(");
      await page.getByText("Not a valid regular expression").waitFor();
      await page.getByRole("tab", { name: "Overview" }).click();
      const row = page.getByRole("row", { name: /^eval\/loss/ });
      await row.waitFor();
      expect(await row.getByRole("cell").allTextContents()).toEqual(["361 at 29", "0 at 10", "361 at 29"]);
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("in a narrow window the first chart of a run is in sight, and it is the loss", async () => {
      const page = await web.open(`/runs/${ids[0]}`, 360);
      const chart = page.locator(".chart").first();
      await chart.waitFor();
      expect((await chart.boundingBox())!.y).toBeLessThan(600);
      expect(await chart.getByRole("heading").textContent()).toBe("eval/loss");
      await page.close();
    });

    test("keeps every setting of the charts, however fast they follow each other on a slow machine", async () => {
      const page = await web.open(`/runs/${ids[0]}`);
      await page.locator(".chart canvas").first().waitFor();
      const client = await page.context().newCDPSession(page);
      await client.send("Emulation.setCPUThrottlingRate", { rate: 20 });
      await page.evaluate(`{
        const press = (label) => [...document.querySelectorAll(".toolbar .button")]
          .find((button) => button.textContent === label).click();
        press("Wall clock");
        press("Log scale");
      }`);
      await page.getByRole("slider").focus();
      for (let press = 0; press < 3; press++) await page.keyboard.press("PageUp");
      await page.waitForURL((url) => url.search === "?x=clock&log=1&smooth=0.3");
      await page.close();
    });

    test("compares runs: curves over each other, parallel coordinates, and the params that differ", async () => {
      const query = ids.map((id) => `run=${id.slice(0, 12)}`).join("&");
      const page = await web.open(`/compare?${query}`);
      await page.getByRole("img", { name: /^eval\/loss: rate 0\.1: .*rate 0\.01: .*rate 0\.001: / }).waitFor();
      await page.getByRole("tab", { name: "Parallel coordinates" }).click();
      await page.getByRole("img", { name: /3 runs over .*rate/ }).waitFor();
      await page.getByRole("button", { name: /Colour by/ }).click();
      await page.getByRole("option", { name: "eval/loss" }).click();
      await page.getByRole("img", { name: "Colours of eval/loss, from low to high" }).waitFor();
      await page.getByRole("tab", { name: "Scatter" }).click();
      await page.getByRole("img", { name: "eval/loss over rate of 3 runs" }).waitFor();
      await page.getByRole("button", { name: "rate 1.00, 3 runs" }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.getByRole("tab", { name: "Metrics" }).click();
      const loss = page.getByRole("row", { name: /^eval\/loss/ }).getByRole("cell");
      await loss.first().waitFor();
      expect((await loss.allInnerTexts()).slice(0, 2)).toEqual(["rate 0.001", "rate 0.1"]);
      await page.getByRole("button", { name: "Take out rate 0.01", exact: true }).click();
      await page.getByRole("heading", { name: "Compare 2 runs" }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("heading", { name: "Compare 3 runs" }).waitFor();
      await page.getByRole("tab", { name: "Params" }).click();
      await page.getByText("1 of 2 differ").waitFor();
      expect(await page.getByRole("rowheader", { name: "optimiser" }).count()).toBe(0);
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("edits the note and a tag in place, and takes a removed tag back", async () => {
      const page = await web.open(`/runs/${ids[1]}?tab=overview`);
      await page.getByRole("button", { name: "Write one" }).click();
      await page.getByRole("textbox", { name: "Note" }).fill("Falls too slowly.");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Falls too slowly.").waitFor();
      await page.getByRole("button", { name: "Add a tag" }).click();
      await page.getByRole("textbox", { name: "Key" }).fill("team");
      await page.getByRole("textbox", { name: "Value" }).fill("legal");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Remove team" }).click();
      await page.getByRole("button", { name: "Remove team" }).waitFor({ state: "detached" });
      // three messages are shown: the one that says what was removed
      const removed = page.getByRole("alertdialog").filter({ hasText: "team removed" });
      await removed.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Remove team" }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("shows artifacts without running them", async () => {
      const page = await web.open(`/runs/${ids[0]}?tab=artifacts`);
      await page.getByRole("button", { name: /report\.html/ }).click();
      await page.getByText("document.title = 'owned'").waitFor();
      expect(await page.title()).not.toBe("owned");
      await page.getByRole("button", { name: /^sub/ }).click();
      await page.getByRole("button", { name: /rows\.csv/ }).click();
      await page.getByRole("cell", { name: "x", exact: true }).waitFor();
      await page.close();
    });

    test.each([360, 1280])("is nowhere wider than a window of %i px", async (width) => {
      const query = ids.map((id) => `run=${id.slice(0, 12)}`).join("&");
      const grouped = "/runs?group=dataset,params.rate";
      for (const path of [
        "/",
        "/runs",
        grouped,
        `/compare?${query}`,
        `/runs/${ids[0]}?tab=overview`,
        "/models",
        "/import",
      ]) {
        const page = await web.open(path, width);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle");
        expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(width);
        expect(await axe(page), path).toEqual([]);
        await page.close();
      }
    });

    test("paints 35 curves of 100,000 points, and says how long it took", async () => {
      const { server, mlflow } = web;
      const runId = await createRun(mlflow, { experimentId, name: "long", startMs: Date.now() });
      for (let start = 0; start < 100_000; start += 2_000) {
        const metrics = Array.from({ length: 2_000 }, (_, i) => start + i).flatMap((step) =>
          Array.from({ length: 35 }, (_, key) => ({
            key: `metric-${key}`,
            value: Math.sin(step / (500 + key)) + (step % 97) / 970,
            timestamp: 1_790_000_000_000 + step,
            step,
          })),
        );
        await logBatch(server.store, runId, { metrics, params: [], tags: [], nowMs: Date.now() });
      }
      const page = await web.open("/runs");
      await page.getByRole("heading", { level: 1 }).waitFor();
      const began = Date.now();
      await page.goto(`${server.url}/runs/${runId}`);
      await page.locator(".chart canvas").first().waitFor();
      const paintedMs = Date.now() - began;
      await page.getByRole("img", { name: /^metric-34: .* at step 99999$/ }).waitFor();
      process.stderr.write(`35 curves of 100,000 points: first painted after ${paintedMs} ms\n`);
      expect(await page.locator(".chart").count()).toBe(35);
      await page.close();
    });
  },
);
