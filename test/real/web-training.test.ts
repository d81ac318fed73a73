import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Sweep } from "../../src/domain/sweep.ts";
import type { JobList, TrainingJob } from "../../src/domain/training-job.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { dataFolder } from "../../src/store/open-store.ts";
import { fakePython } from "../launch/fake-python.ts";
import { trainingFolder, writeTrainingFile } from "../launch/training-folder.ts";
import { axe, CHROMIUM, startBrowser } from "./browser.ts";
import { startWebServer } from "./start-web-server.ts";

/** Folder that pages are photographed into, for people to look at. */
const SHOTS = process.env["TUNEWRIGHT_SCREENSHOTS"];

let dir: string;
let server: RunningServer;
let browser: Browser;
let programme: string;

async function open(path: string, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.goto(`${server.url}${path}`);
  return page;
}

async function post<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

const start = (file: string, python: string): Promise<TrainingJob> =>
  post("/training/jobs", { programme, file, python });

/** A job outlives its server: those of a test are ended before their folder is removed. */
async function endJobs(): Promise<void> {
  for (;;) {
    const answer = await fetch(`${server.url}/api/v1/training/jobs`);
    const open = ((await answer.json()) as JobList).jobs.filter(({ endedAt }) => endedAt === null);
    if (open.length === 0) return;
    // one may end before it is asked to
    for (const { id } of open) await post(`/training/jobs/${id}/stop`, {}).catch(() => undefined);
    await sleep(300);
  }
}

describe.skipIf(CHROMIUM === undefined)("the pages of training (install chromium where this is skipped)", () => {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-web-training-"));
    programme = dir.split("/").at(-1)!;
    await trainingFolder(dir);
    await writeTrainingFile(dir, "long.yaml", {
      name: "night-run",
      maxSteps: 1_000_000,
      usdPerHour: "0.90",
      maxUsd: "2.00",
    });
    server = await startWebServer({
      dataDir: dataFolder(dir),
      programmes: [programme],
      programmeDirs: [dir],
    });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await endJobs();
    await server?.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  });

  test("say how to begin where nothing was trained", async () => {
    const page = await open("/training");
    await page.getByText("No training jobs yet").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.close();
  });

  test("show what runs with its cap, and stop and resume it by the keyboard after a question", async () => {
    const job = await start("long.yaml", await fakePython(dir, "good"));
    await start("training.yaml", await fakePython(dir, "early"));
    const page = await open("/training");
    const running = page.getByRole("region", { name: /^Running \d+$/ });
    await running.getByRole("link", { name: "night-run" }).waitFor();
    await running.getByText("of 2.00 USD").waitFor();
    await page
      .getByRole("region", { name: /^Ended \d+$/ })
      .getByText("not verified")
      .waitFor();
    await running.getByRole("button", { name: "Stop night-run" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog", { name: "Stop night-run?" }).waitFor();
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "training-stop.png"), fullPage: true });
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Stop night-run" }).and(page.locator(":focus")).waitFor(); // the focus returns
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Stop" }).press("Enter");
    await page.getByRole("button", { name: "Resume night-run" }).waitFor();
    await page.getByRole("button", { name: "Resume night-run" }).click();
    await page.getByRole("textbox", { name: /New cap in USD/ }).fill("1.00");
    await page.getByRole("alertdialog").getByRole("button", { name: "Resume" }).click();
    await page.getByRole("alertdialog").getByText("is lower than the current").waitFor();
    await page.getByRole("textbox", { name: /New cap in USD/ }).fill("3.00");
    await page.getByRole("alertdialog").getByRole("button", { name: "Resume" }).click();
    await running.getByText("of 3.00 USD").waitFor();
    await running.getByRole("link", { name: "night-run" }).click();
    await page.waitForURL(`**/training/${job.id}`);
    await page.getByRole("cell", { name: /checkpoint-\d+/ }).waitFor();
    await page.getByRole("radio", { name: "Attempt 1" }).waitFor();
    await page.getByText(/; forecast: [\d.]+ USD at the next checkpoint, [\d.]+ at the end/).waitFor();
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "training-job.png"), fullPage: true });
    await page.close();
  });

  test("show a sweep as a table, as parallel coordinates, and as curves with its rungs", async () => {
    const sweep = {
      version: 1,
      name: "rate-search",
      metric: "loss",
      space: { learningRate: { min: 1e-4, max: 1e-2, scale: "log" }, loraRank: { values: [4, 8] } },
      search: { method: "random", seed: 1 },
      stopping: { rule: "promote", minSteps: 3, eta: 3 },
      trials: 4,
      workers: 4,
    };
    await writeFile(join(dir, "sweep.yaml"), JSON.stringify(sweep));
    const python = await fakePython(dir, "rated");
    const { id } = await post<Sweep>("/sweeps", { programme, file: "sweep.yaml", python });
    const page = await open(`/sweeps/${id}`);
    await page.getByText("done", { exact: true }).first().waitFor();
    await page.getByText("best", { exact: true }).waitFor();
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "sweep-trials.png"), fullPage: true });
    await page.getByRole("tab", { name: "Parallel coordinates" }).click();
    await page.getByRole("img", { name: /^4 trials over .*learningRate.*loss/ }).waitFor();
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "sweep-parallel.png"), fullPage: true });
    await page.getByRole("tab", { name: "Curves" }).click();
    await page.getByText(/^Trials are compared at steps? 3/).waitFor();
    await page.getByRole("img", { name: /^loss: .*trial 1: / }).waitFor();
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, "sweep-curves.png"), fullPage: true });
    await page.close();
    for (const [width, scheme] of [
      [360, "light"],
      [1280, "dark"],
    ] as const) {
      for (const path of ["/training", `/sweeps/${id}`, `/sweeps/${id}?tab=parallel`, `/sweeps/${id}?tab=curves`]) {
        const narrow = await open(path, width, scheme);
        await narrow.getByRole("heading", { level: 1 }).waitFor();
        await narrow.getByText("rate-search").first().waitFor();
        await narrow.waitForLoadState("networkidle");
        expect(await narrow.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(width);
        expect(await axe(narrow), `${path} ${scheme}`).toEqual([]);
        const shot = `${path.replaceAll(/[/?=]+/g, "-").slice(1)}-${width}-${scheme}.png`;
        if (SHOTS !== undefined) await narrow.screenshot({ path: join(SHOTS, shot), fullPage: true });
        await narrow.close();
      }
    }
  });

  test("approve a job that waits, in the name that is given", async () => {
    await writeFile(
      join(dir, "programme.yaml"),
      'version: 1\nname: p\ntask: { kind: classification, goals: [format], classes: 3 }\nmodel: { base: Qwen3-8B }\ndata: { files: [], plannedRows: 10 }\ntraining: { approveAboveUsd: "1" }\n',
    );
    const { id } = await start("long.yaml", await fakePython(dir, "good"));
    const page = await open("/training");
    await page.getByRole("button", { name: "Approve night-run" }).click();
    await page.getByRole("textbox", { name: "Person who approves" }).fill("Ada");
    expect(await axe(page)).toEqual([]);
    await page.getByRole("alertdialog").getByRole("button", { name: "Approve" }).click();
    await page
      .getByRole("region", { name: /^Running \d+$/ })
      .getByRole("link", { name: "night-run" })
      .waitFor();
    await writeTrainingFile(dir, "priced.yaml", { usdPerHour: "0.90" });
    const sweep = { version: 1, name: "dear-search", run: "priced.yaml", metric: "loss", trials: 1, maxUsd: "5" };
    await writeFile(join(dir, "dear.yaml"), JSON.stringify({ ...sweep, space: { loraRank: { values: [4, 8] } } }));
    const waiting = await post<Sweep>("/sweeps", {
      programme,
      file: "dear.yaml",
      python: await fakePython(dir, "good"),
    });
    expect(waiting).toMatchObject({ state: "awaiting-approval", reason: "a sweep above 1 USD requires approval" });
    await page.getByRole("button", { name: "Approve dear-search" }).click();
    await page.getByRole("textbox", { name: "Person who approves" }).fill("Ada");
    await page.getByRole("alertdialog").getByText("It may cost up to 5 USD.").waitFor();
    await page.getByRole("alertdialog").getByRole("button", { name: "Approve" }).click();
    await page.getByRole("button", { name: "Approve dear-search" }).waitFor({ state: "detached" });
    const approved = await fetch(`${server.url}/api/v1/sweeps/${waiting.id}`);
    expect(await approved.json()).toMatchObject({ approvedBy: "Ada" });
    const { approvedBy } = (await (await fetch(`${server.url}/api/v1/training/jobs/${id}`)).json()) as TrainingJob;
    expect(approvedBy).toBe("Ada");
    await page.close();
  });
});
