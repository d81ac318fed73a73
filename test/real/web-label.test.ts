import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { LabelReport } from "../../src/domain/label-report.ts";
import type { Invitation } from "../../src/domain/label-work.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { runCli } from "../cli/run-cli.ts";
import { labelProgramme } from "../label/label-programme.ts";
import { axe, CHROMIUM, PATIENCE_MS, startBrowser } from "./browser.ts";
import { freePort } from "./free-port.ts";
import { startWebServer } from "./start-web-server.ts";

/** Folder that pages are photographed into, for people to look at. */
const SHOTS = process.env["TUNEWRIGHT_SCREENSHOTS"];

let dir: string;
let dataDir: string;
let server: RunningServer;
let browser: Browser;

async function serve(port: number): Promise<RunningServer> {
  return startWebServer({
    dataDir,
    programmes: ["tickets"],
    port,
  });
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

const env = (): Record<string, string> => ({ TUNEWRIGHT_URL: server.url });

async function report(): Promise<LabelReport> {
  return (await (await fetch(`${server.url}/api/v1/labels/tone`)).json()) as LabelReport;
}

/** Somebody in a browser of their own, who has opened the link of an invitation. */
async function person(
  name: string,
  role: string,
  { width = 1280, dark = false } = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const invited = await runCli(
    ["-C", dir, "data", "label", "invite", "tone", "--name", name, "--role", role, "--json"],
    {
      env: env(),
    },
  );
  const { path } = JSON.parse(invited.stdout) as Invitation;
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: dark ? "dark" : "light",
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(server.url + path);
  return { page, context };
}

/** Final state of a value: the server and the page need some time on a busy machine. */
function eventually<T>(value: () => Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(value, { timeout: PATIENCE_MS });
}

async function rowNumber(page: Page, number: number): Promise<void> {
  await page.getByRole("heading", { level: 1, name: `Row ${number}`, exact: true }).waitFor();
}

describe.skipIf(CHROMIUM === undefined)("labelling in Chromium (install chromium where this is skipped)", () => {
  beforeAll(async () => {
    dir = await labelProgramme({ rows: 50, task: "doubleShare: 1\n" });
    dataDir = await mkdtemp(join(tmpdir(), "tunewright-web-label-"));
    server = await serve(await freePort()); // on which it is started again
    browser = await startBrowser();
    const created = await runCli(["-C", dir, "data", "label", "create", "tone.yaml"], { env: env() });
    expect(created.code).toBe(0);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20 });
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  });

  test("an annotator labels 50 rows with the keyboard, and markup in a row is text", async () => {
    const { page } = await person("Ada", "annotator");
    await rowNumber(page, 1);
    expect(page.url()).not.toContain("#"); // the token is out of the address
    await shot(page, "label-desktop");
    expect(await axe(page)).toEqual([]);
    for (let row = 1; row <= 50; row++) {
      await rowNumber(page, row);
      if (row === 4) {
        await page.getByText('<img src=x onerror="alert(1)">').waitFor();
        expect(await page.locator("main img").count()).toBe(0);
        const direction = page.locator(".row-panel .row-text").first();
        expect(await direction.evaluate((element) => element.matches(":dir(rtl)"))).toBe(true);
      }
      await page.keyboard.press("1");
    }
    await page.getByRole("heading", { name: "No rows to label" }).waitFor();
    await eventually(async () => (await report()).members[0]?.answers).toBe(50);
    await shot(page, "label-done");
    await page.close();
  });

  test("undo takes an answer back, a skip asks for its reason, and the page fits 360 px", async () => {
    const { page } = await person("Ben", "annotator", { width: 360 });
    await rowNumber(page, 1);
    await shot(page, "label-360");
    const wide = await page.locator("html").evaluate((element) => element.scrollWidth);
    expect(wide).toBeLessThanOrEqual(360);
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("3");
    await rowNumber(page, 2);
    await page.keyboard.press("u");
    await rowNumber(page, 1);
    await page.keyboard.press("2");
    await rowNumber(page, 2);
    await page.keyboard.press("s");
    await page.getByLabel("Why is this row skipped?").fill("cut off");
    await shot(page, "label-skip-360");
    await page.keyboard.press("Enter");
    await rowNumber(page, 3);
    await eventually(async () => (await report()).members.find(({ name }) => name === "Ben")?.skips).toBe(1);
    await page.close();
  });

  test("answers that are given while the server restarts are kept in the browser and sent when it is back", async () => {
    const { page, context } = await person("Ben", "annotator", { dark: true });
    await rowNumber(page, 3);
    await shot(page, "label-dark");
    expect(await axe(page)).toEqual([]);
    const { port } = new URL(server.url);
    await server.stop();
    for (let row = 3; row <= 7; row++) {
      await rowNumber(page, row);
      await page.keyboard.press("1");
    }
    await page.getByText("5 kept in this browser").waitFor();
    await shot(page, "label-offline-dark");
    await page.close(); // what waits is in the browser's storage, not in the page
    server = await serve(Number(port));
    expect((await report()).members.find(({ name }) => name === "Ben")?.answers).toBe(1);
    const later = await context.newPage();
    await later.goto(`${server.url}/label`);
    await eventually(async () => (await report()).members.find(({ name }) => name === "Ben")?.answers).toBe(6);
    await later.reload();
    for (let row = 8; row <= 50; row++) {
      await rowNumber(later, row);
      await later.keyboard.press(row <= 12 ? "3" : "1");
    }
    await eventually(async () => (await report()).counts.open).toBe(1); // the row that was skipped
    await later.close();
  });

  test("an annotator's browser sees no other page and no other route", async () => {
    const { page } = await person("Cem", "annotator");
    await rowNumber(page, 1);
    await page.goto(`${server.url}/money`);
    expect(new URL(page.url()).pathname).toBe("/label");
    expect(await page.evaluate(async () => (await fetch("/api/v1/money")).status)).toBe(403);
    await rowNumber(page, 1);
    await page.keyboard.press("2"); // labels the row that was skipped
    await eventually(async () => (await report()).counts.open).toBe(0);
    await page.close();
  });

  test("a third decides with a reason, without seeing who answered", async () => {
    const { page } = await person("Eve", "adjudicator");
    const heading = page.getByRole("heading", { level: 1, name: /^Decide row/ });
    await heading.waitFor();
    await shot(page, "adjudicate-desktop");
    expect(await axe(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await shot(page, `adjudicate-360-${colorScheme}`);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
      expect(await axe(page)).toEqual([]);
    }
    expect(await page.locator("main").innerText()).not.toMatch(/Ada|Ben|Cem/);
    const { disputed } = (await report()).counts;
    expect(disputed).toBe(7); // row 1, the one that was skipped, and five
    for (let decided = 1; decided <= disputed; decided++) {
      const title = await heading.innerText();
      await page.keyboard.press("3");
      await page.getByLabel("Reason").fill(`the stronger tone, ${decided}`);
      if (decided === disputed) await page.getByRole("button", { name: "Leave unresolved" }).click();
      else await page.keyboard.press("Enter");
      await eventually(async () => (await page.locator("h1").first().innerText()) === title).toBe(false);
    }
    await page.getByRole("heading", { name: "No rows to decide" }).waitFor();
    await eventually(async () => (await report()).counts).toMatchObject({ agreed: 43, decided: 6, unresolved: 1 });
    await page.close();
  });

  test("the labels are sealed, and data run joins them", async () => {
    const sealed = await runCli(["-C", dir, "data", "label", "seal", "tone", "--by", "QA", "--json"], { env: env() });
    const seal = JSON.parse(sealed.stdout) as { sha256: string; labelled: number; totalUsd: string };
    expect(seal.labelled).toBe(49);
    expect(Number(seal.totalUsd)).toBeGreaterThan(0);
    const run = await runCli(["data", "run", dir, "--json"]);
    const { stages } = JSON.parse(run.stdout) as { stages: unknown[] };
    expect(stages.at(-1)).toMatchObject({ stage: "labels", dropped: [{ reason: "unresolved", rows: 1 }] });
    const rows = (await readFile(join(dir, "curated.jsonl"), "utf8")).trim().split("\n");
    expect(rows).toHaveLength(49);
    const lineage = await runCli(["data", "lineage", dir, "--json"]);
    expect(lineage.stdout).toContain(seal.sha256);
  });

  test.each([
    [360, "light"],
    [360, "dark"],
    [1280, "light"],
    [1280, "dark"],
  ] as const)("shows the task to those who run it, at %i px, %s, and axe finds nothing", async (width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page.goto(`${server.url}/tasks`);
    await page.getByRole("heading", { name: "tone", exact: true }).waitFor();
    const people = page.getByRole("region", { name: "Table: People of tone" });
    const { members, counts } = await report();
    await people
      .getByRole("row")
      .nth(members.length - 1) // a narrow screen shows no row of heads
      .waitFor();
    for (const { name } of members) expect(await people.getByText(name, { exact: true }).count()).toBeGreaterThan(0);
    await page
      .getByRole("region", { name: "Table: Agreement of tone" })
      .getByText("Krippendorff's alpha nominal")
      .waitFor();
    await page.getByText(`of ${counts.rows} rows, guideline version 1`).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await axe(page)).toEqual([]);
    await shot(page, `tasks-${width}-${colorScheme}`);
    await page.close();
  });
});
