import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { dataReport } from "../../../src/programme/data-report/data-report.ts";
import { dataReportDocument } from "../../../src/programme/data-report/data-report-document.ts";
import { dataRun } from "../../../src/programme/data-run/data-run.ts";
import { DataReport } from "../../../src/domain/data-report.ts";
import { htmlPage } from "../../../src/report/html.ts";
import { markdownPage } from "../../../src/report/markdown.ts";

const FIXTURE = new URL("../../fixtures/workspace/curation", import.meta.url).pathname;
const ITEM =
  "Write a function that returns the sum of the squares of all odd numbers in a list of integers given to it";

let dir: string;
let report: DataReport;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-data-report-"));
  cpSync(FIXTURE, dir, { recursive: true });
  const ticket = (index: number) => ({
    prompt: `Where is order ${index}?`,
    completion: `Order ${index} <b>left</b> today.`,
  });
  const rows = [ticket(1), ticket(1), ticket(2), { prompt: ITEM, completion: "def f(x): ..." }];
  writeFileSync(join(dir, "data/tickets.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(
    join(dir, "data/public.csv"),
    "prompt,completion,licence\nHow are you?,Well,cc-by-nc-4.0\nWho?,Me,MIT\n",
  );
  writeFileSync(join(dir, "bench.jsonl"), `${JSON.stringify({ question: ITEM, answer: "sum" })}\n`);
  writeFileSync(join(dir, "rights.yaml"), "sources:\n  - {source: data/tickets.jsonl, own: true}\n");
  const programme = await readFile(join(dir, "programme.yaml"), "utf8");
  const stages = [
    "- { stage: rights, rights: rights.yaml, licenceField: licence, on: 2026-11-25 }",
    "- { stage: decontaminate, against: [bench.jsonl] }",
  ];
  writeFileSync(
    join(dir, "programme.yaml"),
    `${programme.trimEnd()}\n${stages.map((each) => `    ${each}\n`).join("")}`,
  );
  await dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(true),
    now: () => new Date("2026-11-25T12:00:00Z"),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
  report = await dataReport(dir, {
    on: "2026-11-25",
    tool: "Tunewright 0.0.0",
    hubCache: undefined,
    onStep: () => undefined,
  });
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("a report on data", () => {
  test("keeps or drops with a reason every row that came in", () => {
    for (const { rowsIn, rowsKept, dropped } of report.funnel) {
      expect(rowsKept + dropped.reduce((sum, { rows }) => sum + rows, 0)).toBe(rowsIn);
    }
    for (const [index, { rowsIn }] of report.funnel.slice(1).entries()) {
      expect(rowsIn).toBe(report.funnel[index]!.rowsKept);
    }
    expect(report.profile?.rows).toBe(report.funnel.at(-1)!.rowsKept);
  });

  test("sums the rights of rows by dataset and rule", () => {
    expect(report.rights).toEqual([
      { source: "data/public.csv", verdict: "blocked", rule: "licence-use", licence: "CC-BY-NC-4.0", rows: 1 },
      { source: "data/public.csv", verdict: "allowed", rule: "licence", licence: "MIT", rows: 1 },
      { source: "data/tickets.jsonl", verdict: "allowed", rule: "own", licence: null, rows: 3 },
    ]);
  });

  test("shows the text that a row shares with a benchmark", () => {
    expect(report.contamination).toMatchObject([{ against: "bench.jsonl", rows: 1, items: 1 }]);
    expect(report.contamination![0]!.samples[0]!.evidence.toLowerCase()).toContain("sum of the squares");
  });

  test("says what it cannot say, and which stage would", () => {
    expect(report.personalData).toBeNull();
    expect(report.missing).toContain("which personal data the rows contain: stage redact did not run");
    expect(report.missing.join()).not.toContain("stage rights");
  });

  test("holds every activity on data of the plan in addition to the stages that did its work", () => {
    const line = (id: string) => report.costs.find((each) => each.id === id);
    expect(line("cost.data.decontamination")?.machineSec).toBeGreaterThanOrEqual(0);
    expect(line("cost.data.experts")?.machineSec).toBeNull();
  });

  test("is what its schema says, and a page and a text of the same sections", () => {
    expect(DataReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    const document = dataReportDocument(report);
    const page = htmlPage(document);
    for (const { title } of document.sections) {
      expect(page).toContain(title);
      expect(markdownPage(document)).toContain(title);
    }
    expect(page).not.toContain("<b>left</b>");
    expect(page.match(/<svg/g)).toHaveLength(6);
  });
});
