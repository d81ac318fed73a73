import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { axe, CHROMIUM, PATIENCE_MS } from "./browser.ts";
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

    test("the range of a chart is typed, refused where it is none, kept in the address, and says what it hides", async () => {
      const page = await web.open(`/runs/${ids[0]}`, 360);
      await page.locator(".chart canvas").first().waitFor();
      await page.getByRole("button", { name: "Menu of eval/loss" }).press("Enter");
      await page.getByRole("menuitem", { name: "Range of axes" }).press("Enter");
      const form = page.getByRole("dialog", { name: "Range of eval/loss" });
      await form.waitFor();
      await page.keyboard.type("0.5");
      await page.keyboard.press("Tab");
      await page.keyboard.type("0.2");
      await page.keyboard.press("Enter");
      await form.getByRole("alert").getByText("The lowest must be below the highest.").waitFor();
      expect(await axe(page)).toEqual([]);
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("2");
      await page.keyboard.press("Enter");
      await form.waitFor({ state: "detached" });
      await page.waitForURL((url) => url.searchParams.get("y:eval/loss") === "0.5..2");
      await page.getByText("8 of 10 chart points outside the range").waitFor();
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
      await page.reload();
      await page.getByText("8 of 10 chart points outside the range").waitFor();
      await page.getByRole("button", { name: "Reset the range of eval/loss" }).press("Enter");
      await page.getByText("outside the range").waitFor({ state: "detached" });
      await page.waitForURL((url) => url.search === "");
      await page.close();
    });

    test("a log scale refuses a limit of 0 in the form, and says that one from the address does not apply", async () => {
      const page = await web.open(`/runs/${ids[0]}?log=1&y%3Aeval%2Floss=0..0.3`);
      await page.getByText("3 of 10 chart points outside the range; a log scale has no limit 0").waitFor();
      await page.getByRole("button", { name: "Menu of eval/loss" }).click();
      await page.getByRole("menuitem", { name: "Range of axes" }).click();
      await page.getByRole("button", { name: "Apply" }).click();
      await page.getByRole("alert").getByText("A log scale has only values above 0").waitFor();
      await page.close();
    });

    test("a drag zooms the steps of all charts and the height of its own; a new point keeps that, a double click ends it", async () => {
      const page = await web.open(`/runs/${ids[0]}`);
      await page.getByRole("button", { name: /System metrics/ }).click();
      const [loss, cpu] = [page.locator(".chart").nth(0), page.locator(".chart").nth(1)];
      await cpu.locator(".u-over").waitFor();
      const drag = async ([fromX, fromY]: [number, number], [toX, toY]: [number, number]): Promise<void> => {
        const { x, y, width, height } = (await loss.locator(".u-over").boundingBox())!;
        await page.mouse.move(x + fromX * width, y + fromY * height);
        await page.mouse.down();
        await page.mouse.move(x + toX * width, y + toY * height, { steps: 3 });
        await page.mouse.up();
      };
      await drag([0.3, 0.5], [0.7, 0.52]); // steps 2.7 to 6.3
      await loss.getByText("6 of 10 chart points outside the range").waitFor();
      await cpu.getByText("6 of 10 chart points outside the range").waitFor();
      await page.waitForURL((url) => /^2\.\d+\.\.6\.\d+$/.test(url.searchParams.get("x:") ?? ""));
      await drag([0.01, 0.05], [0.95, 0.6]);
      await page.waitForURL((url) => url.searchParams.has("y:eval/loss") && !url.searchParams.has("y:system/cpu"));
      await logCourses(web.mlflow, ids[0]!, { courses: { "system/cpu": () => 4 }, from: 10, to: 11 });
      await cpu.getByText(/of 11 chart points outside the range/).waitFor();
      await loss.locator(".u-over").dblclick();
      await page.getByText("outside the range").first().waitFor({ state: "detached" });
      await page.waitForURL((url) => url.search === "");
      await page.close();
    });

    test("a metric is the horizontal axis: points are paired by step, and those without a partner are counted", async () => {
      const experimentId = await createExperiment(web.mlflow, "epochs");
      const runId = await createRun(web.mlflow, { experimentId, name: "epochs", startMs: Date.now() });
      await logCourses(web.mlflow, runId, { courses: { loss: (step) => 1 / (1 + step) }, from: 0, to: 10 });
      await logCourses(web.mlflow, runId, { courses: { epoch: (step) => step / 4 }, from: 0, to: 8 });
      const page = await web.open(`/runs/${runId}`, 360);
      await page.getByRole("button", { name: /or by/ }).press("Enter");
      await page.getByRole("option", { name: "epoch" }).press("Enter");
      await page.getByText("2 of 10 chart points have no epoch at their step").waitFor();
      await page.waitForURL((url) => url.searchParams.get("x") === "metric:epoch");
      await logCourses(web.mlflow, runId, { courses: { epoch: (step) => step / 4 }, from: 8, to: 9 });
      await page.getByText("1 of 10 chart points have no epoch at their step").waitFor();
      expect(await axe(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
      await page.getByRole("radio", { name: "Step" }).click();
      await page.waitForURL((url) => url.search === "");
      await page.close();
      const compared = await web.open(`/compare?run=${runId}&run=${ids[0]}&x=metric%3Aepoch`);
      await compared.getByText("1 of 10 chart points have no epoch at their step").waitFor();
      await compared.close();
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

    test("a range on an axis of parallel coordinates fades the runs outside, by a drag and by the keyboard", async () => {
      const other = await createRun(web.mlflow, {
        experimentId: await createExperiment(web.mlflow, "ranges"),
        name: "no loss",
        startMs: Date.now(),
        params: { rank: "32", seed: "32" },
      });
      const query = [...ids, other].map((id) => `run=${id}`).join("&");
      const page = await web.open(`/compare?${query}&tab=parallel`);
      const axis = page.locator(".brush-axis");
      await axis.first().waitFor();
      const { x, y, width, height } = (await axis.first().boundingBox())!;
      await page.mouse.move(x + width / 2, y + height * 0.5);
      await page.mouse.down();
      await page.mouse.move(x + width / 2, y + height * 0.03, { steps: 3 });
      const expectOutside = (runs: number): Promise<void> =>
        expect.poll(() => page.locator("g.run-line.outside").count(), { timeout: PATIENCE_MS }).toBe(runs);
      await expectOutside(2); // while it is dragged, too
      await page.mouse.move(x + width / 2, y + height * 0.99, { steps: 3 });
      await page.mouse.up();
      await page.getByRole("status").getByText("2 of 3 runs inside").waitFor();
      await page.waitForURL((url) => url.searchParams.has("only:rank"));
      await expectOutside(1);
      await page.reload();
      await page.getByRole("status").getByText("2 of 3 runs inside").waitFor();
      await page.getByRole("button", { name: /^Ranges/ }).press("Enter");
      await page.getByRole("dialog", { name: "Range of an axis" }).waitFor();
      for (let presses = 0; presses < 2; presses++) await page.keyboard.press("Tab"); // the axis, then its lowest
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("16");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("8");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("The lowest must be below the highest.").waitFor();
      expect(await axe(page)).toEqual([]);
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("40");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.searchParams.get("only:rank") === "16..40");
      await page.getByRole("button", { name: "Reset rank 16 to 40" }).press("Enter");
      await page.waitForURL((url) => !url.searchParams.has("only:rank"));
      await expectOutside(0);
      await page.close();
      const narrow = await web.open(`/compare?${query}&tab=parallel&only%3Aseed=20..`, 360);
      await narrow.getByRole("status").getByText("1 of 3 runs inside").waitFor();
      expect(await axe(narrow)).toEqual([]);
      expect(await narrow.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
      await narrow.close();
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
