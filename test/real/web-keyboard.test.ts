import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CHROMIUM } from "./browser.ts";
import { createExperiment, createRun, logCourses } from "./logged-runs.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

/** Presses of Tab after which a control counts as out of reach. */
const MOST_TABS = 150;

/** A page may move by so much while it loads: the sum of its layout shifts. @source web.dev/cls: 0.1 is good, 0.02 is ours */
const MOST_SHIFT = 0.02;

/** Adds up the shifts of a page, in the page. */
const WATCH_SHIFTS = `
  globalThis.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
`;

let web: WebPages;
const ids: string[] = [];

/** Moves the focus by the Tab key alone until a control has it. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let press = 0; press < MOST_TABS; press++) {
    // An open list of completions hides the rest of the page from roles, until the next Tab closes it.
    const isFocused = control
      .first()
      .evaluate((element) => element.matches(":focus, :focus-within"), undefined, { timeout: 1000 });
    if (await isFocused.catch(() => false)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${MOST_TABS} presses of Tab did not reach ${String(control)}`);
}

describe.skipIf(CHROMIUM === undefined)(
  "the keyboard alone, and a page that stays still (install chromium where this is skipped)",
  () => {
    beforeAll(async () => {
      web = await startWebPages();
      const experimentId = await createExperiment(web.mlflow, "sweep");
      for (const rate of ["0.1", "0.01", "0.001"]) {
        const startMs = Date.UTC(2026, 10, 29) + ids.length;
        const params = { rate, optimiser: rate === "0.001" ? "sgd" : "adam" };
        const runId = await createRun(web.mlflow, { experimentId, name: `rate ${rate}`, startMs, params });
        const courses = { "eval/loss": (step: number) => Number(rate) + 1 / (1 + step) };
        await logCourses(web.mlflow, runId, { courses, from: 0, to: 30 });
        ids.push(runId);
      }
    });
    afterAll(async () => web.end());

    test("runs are filtered, compared, opened, annotated, deleted and restored without a mouse", async () => {
      const page = await web.open("/");
      const link = (name: string): Locator => page.getByRole("link", { name, exact: true });
      await tabTo(page, page.getByRole("navigation").getByRole("link", { name: "Runs" }));
      await page.keyboard.press("Enter");
      await page.getByText("3 runs", { exact: true }).waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type("params.optimiser = 'adam'");
      await page.keyboard.press("Enter");
      await page.getByText("2 runs", { exact: true }).waitFor();
      await tabTo(page, page.getByRole("button", { name: /^Group by/ }));
      await page.keyboard.press("Enter");
      await tabTo(page, page.getByRole("checkbox", { name: "params.rate" }));
      await page.keyboard.press("Space");
      await page.keyboard.press("Escape");
      await page.getByText("2 runs in 2 groups").waitFor();
      await tabTo(page, page.getByRole("button", { name: /^rate 0\.1/ }));
      await page.keyboard.press("Enter");
      await link("rate 0.1").waitFor();
      await page.keyboard.press("Enter");
      await link("rate 0.1").waitFor({ state: "detached" });
      for (const name of ["rate 0.01", "rate 0.1"]) {
        await tabTo(page, page.getByRole("checkbox", { name: `Choose 1 run of ${name}`, exact: true }));
        await page.keyboard.press("Space");
      }
      await tabTo(page, link("Compare"));
      await page.keyboard.press("Enter");
      await page.getByRole("img", { name: /^eval\/loss: / }).waitFor();
      await tabTo(page, page.getByRole("tab", { name: "Curves" }));
      await page.keyboard.press("ArrowRight");
      await page.waitForURL(/tab=/);
      await tabTo(page, link("rate 0.01"));
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
      await tabTo(page, page.getByRole("tab", { name: "Charts" }));
      await page.keyboard.press("ArrowRight");
      await tabTo(page, page.getByRole("button", { name: "Write one" }));
      await page.keyboard.press("Enter");
      await page.keyboard.type("Falls too slowly.");
      await tabTo(page, page.getByRole("button", { name: "Save" }));
      await page.keyboard.press("Enter");
      await page.getByText("Falls too slowly.").waitFor();
      await tabTo(page, page.getByRole("button", { name: "Add a tag" }));
      await page.keyboard.press("Enter");
      await page.keyboard.type("team");
      await page.keyboard.press("Tab");
      await page.keyboard.type("legal");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Remove team" }).waitFor();

      await page.goBack();
      await tabTo(page, page.getByRole("navigation").getByRole("link", { name: "Runs" }));
      await page.keyboard.press("Enter");
      await page.getByText("3 runs", { exact: true }).waitFor();
      await tabTo(page, page.getByRole("checkbox", { name: "Choose rate 0.001", exact: true }));
      await page.keyboard.press("Space");
      await tabTo(page, page.getByRole("button", { name: "Delete", exact: true }));
      await page.keyboard.press("Enter");
      await page.getByText("2 runs", { exact: true }).waitFor();
      await page.keyboard.press("F6"); // to the message, as React Aria's landmarks go
      await tabTo(page, page.getByRole("button", { name: "Undo" }));
      await page.keyboard.press("Enter");
      await page.getByText("3 runs", { exact: true }).waitFor();
      await page.close();
    });

    test("a link opens what its sender saw: filter, order, tab, smoothing", async () => {
      const page = await web.open(`/runs?filter=${encodeURIComponent("params.optimiser = 'adam'")}`);
      await page.getByText("2 runs", { exact: true }).waitFor();
      await page.goto(`${web.server.url}/runs/${ids[1]}?tab=overview`);
      await page.getByRole("tab", { name: "Overview", selected: true }).waitFor();
      await page.goto(`${web.server.url}/compare?${ids.map((id) => `run=${id.slice(0, 12)}`).join("&")}&tab=params`);
      await page.getByRole("tab", { name: "Params", selected: true }).waitFor();
      await page.close();
    });

    test("no page moves what it shows while it loads", async () => {
      const compared = `/compare?run=${ids[0]?.slice(0, 12)}&run=${ids[1]?.slice(0, 12)}`;
      const run = `/runs/${ids[0]}`;
      const paths = [
        "/",
        "/runs",
        compared,
        run,
        `${run}?tab=overview`,
        "/models",
        "/import",
        "/money",
        "/watch",
        "/comply",
      ];
      const shifts: Record<string, number> = {};
      for (const width of [1280, 360]) {
        for (const path of paths) {
          const page = await web.open("/health", width);
          await page.addInitScript(WATCH_SHIFTS);
          await page.goto(`${web.server.url}${path}`, { waitUntil: "networkidle" });
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForTimeout(500);
          shifts[`${path.replaceAll(/[0-9a-f]{12,}/g, "ID")} at ${width}`] = await page.evaluate(
            () => (globalThis as unknown as { shift: number }).shift,
          );
          await page.close();
        }
      }
      expect(Object.entries(shifts).filter(([, shift]) => shift >= MOST_SHIFT)).toEqual([]);
    });

    test("each page says what to do where there is nothing yet, and what is wrong where the server fails", async () => {
      const empty = await startWebPages();
      const page = await empty.open("/runs");
      for (const path of ["/runs", "/models", "/watch", "/money"]) {
        await page.goto(`${empty.server.url}${path}`);
        await page.locator(".empty").first().waitFor();
      }
      await page.goto(`${empty.server.url}/runs/${"0".repeat(32)}`);
      await page.getByRole("alert").first().waitFor();
      await page.goto(`${empty.server.url}/compare?run=${"0".repeat(12)}&run=${"1".repeat(12)}`);
      await page.getByRole("alert").first().waitFor();
      await page.route("**/api/**", (route) => route.fulfill({ status: 503, body: "" }));
      for (const path of ["/", "/runs", "/models", "/watch", "/money", "/comply"]) {
        await page.goto(`${empty.server.url}${path}`);
        await page.getByRole("alert").first().waitFor();
      }
      await page.close();
      await empty.end();
    });
  },
);
