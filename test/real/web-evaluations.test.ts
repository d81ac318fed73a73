import { mkdir } from "node:fs/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { EvaluationComparison } from "../../src/domain/evaluation-comparison.ts";
import type { EvaluationRun } from "../../src/domain/evaluation-run.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { dataFolder } from "../../src/store/open-store.ts";
import { jsonl } from "../curate/pipeline/rows.ts";
import { complete } from "../llm/llm-server.ts";
import { startEndpoint, type TestEndpoint } from "../loadtest/start-endpoint.ts";
import { evaluationFolder, ok, questions } from "../programme/evaluate/programme-folder.ts";
import { axe, CHROMIUM, startBrowser } from "./browser.ts";
import { startWebServer } from "./start-web-server.ts";

/** Folder that pages are photographed into, for people to look at. */
const SHOTS = process.env["TUNEWRIGHT_SCREENSHOTS"];

const ITEMS = 60;

const answers = (isRight: (index: number) => boolean): string =>
  jsonl(
    questions(ITEMS).map(({ id, answer }, index) => ({
      id,
      answer: isRight(index) ? answer! : `I cannot say what ${index} plus nothing is`,
    })),
  );

const LABELS = jsonl(
  Array.from({ length: 40 }, (_, index) => ({
    question: `What is ${index}?`,
    answer: index % 2 ? String(index) : "I cannot say",
    human: index % 2 ? "helpful" : "useless",
  })),
);

const yamlOf = (url: string): string => `set: set
prompt: "{{question}}"
reference: answer
targets:
  base: { answers: base.jsonl, model: small }
  tuned: { answers: tuned.jsonl, model: small-tuned, trainedOn: [train.jsonl] }
judges: { strict: { url: "${url}", model: large, free: true } }
scorers:
  - { kind: exact, name: accuracy }
  - { kind: judge, name: helpful, prompt: helpful, judges: [strict], labels: { file: labels.jsonl }, thresholds: { minLabels: 40 } }
`;

const PROMPT = `version: 1
mode: rubric
prompt: "{{answer}}\\n{{levels}}"
levels: [{ label: helpful, score: 1, anchor: an answer }, { label: useless, score: 0, anchor: none }]
`;

let dir: string;
let judge: TestEndpoint;
let server: RunningServer;
let browser: Browser;
let ids: Record<string, string>;

async function open(path: string, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.goto(`${server.url}${path}`);
  return page;
}

/** Rows of all tables of a page; cells joined by bars. */
async function rowsOf(page: Page): Promise<string[]> {
  const rows = await page.locator("tbody tr").all();
  return Promise.all(
    rows.map(async (row) => (await row.locator("td, th").allInnerTexts()).map((text) => text.trim()).join("|")),
  );
}

/** A row without empty cells, which contain charts; numbers ungrouped, and one word for a price of none. */
function bare(row: string): string {
  return row
    .replaceAll(/\|(?=\||$)/g, "")
    .replaceAll(/(?<=\d),(?=\d{3})/g, "")
    .replace("free of charge", "free");
}

describe.skipIf(CHROMIUM === undefined)("the pages of evaluations (install chromium where this is skipped)", () => {
  beforeAll(async () => {
    judge = await startEndpoint((response, _nth, body) => {
      complete(response, `[[${JSON.stringify(body["messages"]).includes("cannot say") ? "useless" : "helpful"}]]`);
    });
    dir = await evaluationFolder(questions(ITEMS), {
      yaml: yamlOf(judge.url),
      files: {
        "base.jsonl": answers((index) => index % 3 > 0),
        "tuned.jsonl": answers((index) => index % 5 > 0),
        "train.jsonl": jsonl([{ text: "rows that hold no item of the set at all, not one" }]),
        "labels.jsonl": LABELS,
        "eval/judges/helpful.yaml": PROMPT,
      },
    });
    const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
    const path = join(dir, "eval/e.yaml");
    writeFileSync(
      join(dir, "eval/other.yaml"),
      readFileSync(path, "utf8").replace('"{{question}}"', '"Q: {{question}}"'),
    );
    const other = (await ok(dir, "eval run other --target base")) as EvaluationRun;
    ids = Object.fromEntries(
      [...results, ...other.results].map(({ id, target, evaluation }) => [`${evaluation} ${target}`, id]),
    );
    server = await startWebServer({
      dataDir: dataFolder(dir),
      programmes: [basename(dir)],
      programmeDirs: [dir],
    });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await judge?.close();
  });

  test("lists them, and leads to one with its scores, slices, judges, cost, items and fingerprints", async () => {
    const page = await open("/evaluations");
    await page.getByRole("heading", { name: "All evaluations" }).waitFor();
    expect(await page.getByRole("table").getByRole("row").count()).toBe(4);
    await page.getByRole("link", { name: "tuned", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "tuned on set" }).waitFor();
    for (const name of ["Scores", "By slice", "Groups compared", "What could not be scored", "Cost", "Fingerprints"]) {
      expect(await page.getByRole("heading", { name, exact: true }).count()).toBe(1);
    }
    await page.getByRole("heading", { name: "Judges of helpful admitted" }).waitFor();
    await page.getByText("Items found in train.jsonl: 0 (training rows: 1)").waitFor();
    await page.getByText("Rogan-Gladen with 40 labels").waitFor();
    await page.getByText("q0: 0.0000").press("Enter");
    await page.getByText("I cannot say what 0 plus nothing is").waitFor();
    await page.close();
  });

  test("compares two by the keyboard alone, with the flips and both answers side by side", async () => {
    const page = await open("/evaluations");
    const target = page.getByLabel("Target", { exact: true });
    await target.waitFor();
    const baseline = page.getByLabel("Baseline", { exact: true });
    expect(await baseline.locator("option").count()).toBe(2); // the one with another prompt can be compared with none
    await baseline.selectOption(ids["e base"]!);
    expect(await target.locator("option").allTextContents()).toHaveLength(1);
    await target.focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "tuned compared with base" }).waitFor();
    await page.getByText("+0.1333").first().waitFor();
    await page.getByText(/^24 items have another score/).waitFor();
    const flip = page.locator("summary").first();
    await flip.press("Enter");
    await page.getByRole("heading", { name: "Baseline: base" }).first().waitFor();
    await page.getByRole("heading", { name: "Target: tuned" }).first().waitFor();
    await page.close();
  });

  test("shows of both compared evaluations what their report shows, with the same numbers", async () => {
    const comparison = (await ok(dir, `eval compare ${ids["e base"]} ${ids["e tuned"]}`)) as EvaluationComparison;
    const report = await browser.newPage();
    await report.setContent(
      readFileSync(join(dir, `evaluations/compare-${comparison.baseline.id}-${comparison.target.id}.html`), "utf8"),
    );
    const page = await open(`/evaluations/compare?baseline=${ids["e base"]}&target=${ids["e tuned"]}`);
    await page.getByRole("heading", { name: "Scores of both" }).waitFor();
    const ours = await rowsOf(page);
    for (const { side, target } of [
      { side: "Baseline", target: "base" },
      { side: "Target", target: "tuned" },
    ]) {
      expect(ours.filter((row) => row.startsWith(`${side}|${target}|`))).toHaveLength(2); // accuracy and helpful
      await page.getByRole("heading", { name: `${side}: Judges of helpful admitted` }).waitFor();
      await page
        .getByText(`${side}: Items found in`)
        .or(page.getByText(`${side}: The set was not`))
        .waitFor();
    }
    const theirs = await rowsOf(report);
    for (const kind of [
      /^(Baseline|Target)\|(base|tuned)\|/,
      /^Kappa\|/,
      /^Sensitivity\|/,
      /^Without an answer\|/,
      /^(Baseline|Target)\|(Answers|Judge strict|Check of strict)\|/,
      /^(set|prompt|model|judge strict)\|/,
      /^[01]\|\d+\|/,
    ]) {
      const expected = theirs.filter((row) => kind.test(row)).map(bare);
      expect(expected.length, String(kind)).toBeGreaterThan(0);
      expect(ours.filter((row) => kind.test(row)).map(bare), String(kind)).toEqual(expected);
    }
    await report.close();
    await page.close();
  });

  test("refuses to compare where more than the target differs, and says what", async () => {
    const page = await open(`/evaluations/compare?baseline=${ids["other base"]}&target=${ids["e tuned"]}`);
    await page.getByText(/cannot be compared, because .* the prompt/).waitFor();
    await page.close();
  });

  test.each([
    ["evaluations", 360, "dark"],
    ["evaluations", 1280, "light"],
    ["one", 360, "light"],
    ["one", 1280, "dark"],
    ["compare", 360, "dark"],
    ["compare", 1280, "light"],
  ] as const)("%s is no wider than a window of %i px, %s, and axe finds nothing", async (what, width, scheme) => {
    const paths = {
      evaluations: "/evaluations",
      one: `/evaluations/${ids["e tuned"]}`,
      compare: `/evaluations/compare?baseline=${ids["e base"]}&target=${ids["e tuned"]}`,
    };
    const page = await open(paths[what], width, scheme);
    await page.getByRole("table").first().waitFor();
    for (const summary of (await page.locator("summary").all()).slice(0, 3)) await summary.click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await axe(page)).toEqual([]);
    if (SHOTS !== undefined) {
      await mkdir(SHOTS, { recursive: true });
      await page.screenshot({ path: join(SHOTS, `${what}-${width}-${scheme}.png`), fullPage: true });
    }
    await page.close();
  });
});
