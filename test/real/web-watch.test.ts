import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkWatch } from "../../src/programme/watch/check-watch.ts";
import { importRequests } from "../../src/programme/watch/import-requests.ts";
import { queueCases } from "../../src/programme/watch/queue-cases.ts";
import { savePlan } from "../../src/programme/watch/saved-plan.ts";
import type { WatchPlan } from "../../src/domain/watch-plan.ts";
import { initWatch } from "../../src/programme/watch/init-watch.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { dataFolder } from "../../src/store/open-store.ts";
import { jsonl } from "../curate/pipeline/rows.ts";
import { evaluationFolder, ok, questions } from "../programme/evaluate/programme-folder.ts";
import { madeUpTraffic } from "../watch/made-up-traffic.ts";
import { axe, CHROMIUM, startBrowser } from "./browser.ts";
import { startWebServer } from "./start-web-server.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");

const QUEUE = {
  from: undefined,
  rows: 20,
  budgetUsd: undefined,
  usdPerRow: undefined,
  training: undefined,
  isRandom: false,
  out: undefined,
} as const;

const PLAN = {
  on: "2026-10-25",
  from: "2026-10-25",
  to: "2027-01-23",
  steps: [
    { kind: "drift", day: "2026-11-23", what: "check the traffic", command: "tunewright watch check answers" },
    { kind: "drift", day: "2026-12-28", what: "check the traffic", command: "tunewright watch check answers" },
    { kind: "migration", day: "2026-11-19", what: "choose the next base", command: null },
    { kind: "re-evaluation", day: "2026-11-20", what: "evaluate", command: "tunewright eval run NAME" },
    { kind: "data", day: "2026-11-27", what: "queue hard cases", command: "tunewright watch queue answers" },
    { kind: "retrain", day: "2027-01-15", what: "retrain", command: null },
  ],
} as unknown as WatchPlan;

/** Folder that pages are photographed into, for people to look at. */
const SHOTS = process.env["TUNEWRIGHT_SCREENSHOTS"];

let dir: string;
let server: RunningServer;
let browser: Browser;

async function open(width: number, colorScheme: "light" | "dark"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.goto(`${server.url}/watch`);
  return page;
}

/** Two evaluations of one target: 3 of 4 answers right, then 1 of 2. */
async function evaluateTwice(): Promise<void> {
  const items = questions(60);
  const yaml = `set: set
prompt: "{{question}}"
reference: answer
targets: { tuned: { answers: tuned.jsonl, model: small-tuned } }
scorers: [{ kind: exact, name: accuracy }]
`;
  const answers = (oneWrongIn: number): string =>
    jsonl(items.map(({ id, answer }, index) => ({ id, answer: index % oneWrongIn === 0 ? "no" : answer! })));
  const source = await evaluationFolder(items, { yaml, files: { "tuned.jsonl": answers(4) } });
  await ok(source, "eval run e");
  await writeFile(join(source, "tuned.jsonl"), answers(2));
  await ok(source, "eval run e");
  await cp(join(source, "evaluations"), join(dir, "evaluations"), { recursive: true });
}

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

describe.skipIf(CHROMIUM === undefined)(
  "the page of production traffic (install chromium where this is skipped)",
  () => {
    beforeAll(async () => {
      dir = join(await mkdtemp(join(tmpdir(), "tunewright-web-watch-")), "support");
      await mkdir(dir);
      const file = join(dir, "requests.jsonl");
      const refusals = { week: 16, share: 0.4 };
      await writeFile(file, madeUpTraffic({ from: "2026-07-13", weeks: 19, perWeek: 120, refusals }));
      await importRequests({
        programmeDir: dir,
        files: [{ path: file, shown: "requests.jsonl" }],
        sample: 1,
        sliceField: undefined,
        env: {},
        nowMs: NOW,
      });
      server = await startWebServer({
        dataDir: dataFolder(dir),
        programmes: ["support"],
        programmeDirs: [dir],
        now: () => new Date(NOW),
      });
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      await rm(dirname(dir), { recursive: true, force: true, maxRetries: 20 });
    });

    test("says what to do where nothing was checked", async () => {
      const page = await open(1280, "light");
      await page.getByText("No checks yet").waitFor();
      expect(await axe(page)).toEqual([]);
      await page.close();
    });

    test("shows each signal with its band, and the alarm with its examples and what was decided", async () => {
      await initWatch(dir, "answers", NOW);
      const { check } = await checkWatch(dir, "answers", NOW);
      await post("/watch/checks", { programme: "support", check });
      const alarm = check.alarms.find(({ signal }) => signal === "refusal")!;
      await post("/watch/marks", {
        programme: "support",
        kind: "acknowledge",
        alarm: alarm.id,
        reason: "looked at by the team",
        until: null,
      });
      await queueCases({ ...QUEUE, programmeDir: dir, name: "answers", nowMs: NOW });
      await savePlan(dir, PLAN);
      await evaluateTwice();
      const page = await open(1280, "light");
      await page.getByRole("heading", { name: /^refusal rate: .* →/ }).waitFor();
      await page.getByRole("img", { name: /^refusal rate: 19 batches, .* in alarm$/ }).waitFor();
      await page.getByText("change −0.250 (95 %: ").waitFor();
      expect(await page.getByRole("img").count()).toBe(check.signals.length + 1);
      await page.getByText("Examples of both sides, after redaction").first().press("Enter");
      await page.getByText("looked at by the team").waitFor();
      const queued = page.getByRole("region", { name: "Queues" });
      await queued.getByText("answers-2026-11-25.jsonl").waitFor();
      await queued.getByText(/refusal \d+/).waitFor();
      const plan = page.getByRole("region", { name: "Table: Maintenance of the quarter" });
      expect(await plan.getByRole("row").allTextContents()).toEqual([
        "DayStepStateCommand",
        "2026-11-19choose the next baseoverdue",
        "2026-11-20evaluatetunewright eval run NAME",
        "2026-11-27queue hard casestunewright watch queue answers",
        "2027-01-15retrain",
      ]);
      await page.getByText("I cannot assist with that request").first().waitFor();
      await page.close();
    });

    test.each([
      [360, "light"],
      [360, "dark"],
      [1280, "light"],
      [1280, "dark"],
    ] as const)("is no wider than a window of %i px, %s, and axe finds nothing", async (width, scheme) => {
      const page = await open(width, scheme);
      await page.getByRole("img").first().waitFor();
      for (const summary of await page.locator("summary").all()) await summary.click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      const plan = page.getByRole("region", { name: "Table: Maintenance of the quarter" });
      for (const text of ["overdue", "tunewright watch queue answers"]) {
        const box = await plan.getByText(text).boundingBox();
        expect(box!.x + box!.width, text).toBeLessThanOrEqual(width);
      }
      expect(await axe(page)).toEqual([]);
      if (SHOTS !== undefined) {
        await mkdir(SHOTS, { recursive: true });
        await page.screenshot({ path: join(SHOTS, `watch-${width}-${scheme}.png`), fullPage: true });
      }
      await page.close();
    });
  },
);
