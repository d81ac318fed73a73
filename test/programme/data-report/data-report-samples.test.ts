import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import dataReportCommand from "../../../src/cli/commands/data-report.ts";
import type { DataReport } from "../../../src/domain/data-report.ts";
import { dataReportDocument } from "../../../src/programme/data-report/data-report-document.ts";
import { dataReport } from "../../../src/programme/data-report/data-report.ts";
import { dataRun } from "../../../src/programme/data-run/data-run.ts";
import { htmlPage } from "../../../src/report/html.ts";
import { markdownPage } from "../../../src/report/markdown.ts";
import { runCommand } from "../../cli/run-command.ts";
import { longTest } from "../../long-suite.ts";

const FIXTURE = new URL("../../fixtures/workspace/curation", import.meta.url).pathname;
const MAIL = "jessica.hamilton@example-mail.com";
const PHONE = "+1 212-555-0187";
const SPANISH =
  "El pedido salió del almacén esta mañana y llegará a su domicilio antes del viernes; le enviaremos un mensaje en cuanto esté en reparto.";
const ENGLISH =
  "The order left the warehouse this morning and will be at your door before Friday; we will write to you as soon as it is out for delivery.";

/** The start of a letter, long enough that a sample is cut within the address. */
const LETTER = `${"Please look at the order that I have not been given yet. ".slice(0, 57)}My address for the answer is ${MAIL} and I am at ${PHONE}.`;
const ITEM = `Which of the clerks at the counter in the great hall wrote to ${MAIL} about the parcel that was lost on the way`;

let dir: string;
let report: DataReport;
let raw: DataReport;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-data-samples-"));
  cpSync(FIXTURE, dir, { recursive: true });
  const rows: object[] = [
    { prompt: LETTER, completion: "" },
    { prompt: `Call ${PHONE} or write to ${MAIL}`, completion: "" },
    { prompt: `Where is it? Write to ${MAIL}, please, or call me at ${PHONE} this week.`, completion: ENGLISH },
    { prompt: `Where is it? Write to ${MAIL}, please, or call me at ${PHONE} this week.`, completion: ENGLISH },
    { prompt: "¿Dónde está?", completion: SPANISH },
    { prompt: "Code?", completion: "7" },
    { prompt: ITEM, completion: "Nobody knows." },
  ];
  const lines = rows.map((row) => JSON.stringify(row));
  writeFileSync(join(dir, "data/tickets.jsonl"), `${lines.join("\n")}\nwrite to ${MAIL} now\n`);
  writeFileSync(join(dir, "bench.jsonl"), `${JSON.stringify({ question: ITEM, answer: "nobody" })}\n`);
  const programme = await readFile(join(dir, "programme.yaml"), "utf8");
  const stages = ["trainable", "dedup, threshold: 0.8", "decontaminate, against: [bench.jsonl]", "redact"];
  const pipeline = `${stages.map((each) => `    - { stage: ${each} }\n`).join("")}training: { gpu: L40S, gpuCount: 1 }\n`;
  writeFileSync(
    join(dir, "programme.yaml"),
    programme.replace(/ {4}- stage: trainable\n {4}- stage: exact\n?/, pipeline),
  );
  await dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(true),
    now: () => new Date("2026-11-25T12:00:00Z"),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
  const options = { on: "2026-11-25", tool: "Tunewright 0.0.0", hubCache: undefined, onStep: () => undefined };
  report = await dataReport(dir, options);
  raw = await dataReport(dir, { ...options, rawSamples: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

const dropsOf = ({ funnel }: DataReport, stage: string) =>
  funnel.find((each) => each.stage === stage)!.dropped.flatMap(({ samples }) => samples);

describe("samples of rows that redaction had not seen", () => {
  test("show an address and a telephone as their kinds in a row that the first stage dropped", () => {
    expect(dropsOf(report, "trainable")[1]!.text).toBe("Call <PHONE_NUMBER> or write to <EMAIL_ADDRESS> |");
    expect(dropsOf(raw, "trainable")[1]!.text).toBe(`Call ${PHONE} or write to ${MAIL} |`);
  });

  test("show no part of an address that the end of a sample cuts", () => {
    expect(dropsOf(raw, "trainable")[0]!.text).toMatch(/answer is jessica\.ham\w+…$/);
    expect(dropsOf(report, "trainable")[0]!.text).toMatch(/answer is <EMAIL_ADDR\w*…$/);
  });

  test("quote nothing of a line that is not a row, since it cannot be looked through", () => {
    const [sample] = dropsOf(report, "read");
    expect(sample!.detail).toBe('it is not valid JSON: "…"…');
    expect(dropsOf(raw, "read")[0]!.detail).toContain("jessica.hamilton@");
  });

  test("mask the evidence of contamination and the detail of the drop", () => {
    expect(raw.contamination![0]!.samples[0]!.evidence).toContain(MAIL);
    expect(report.contamination![0]!.samples[0]!.evidence).toContain("<EMAIL_ADDRESS>");
    expect(dropsOf(report, "decontaminate")[0]!.detail).not.toMatch(/jessica/i);
  });

  test("leave no form of the report with what was masked", () => {
    const document = dataReportDocument(report);
    for (const form of [JSON.stringify(report), htmlPage(document), markdownPage(document)]) {
      expect(form).not.toMatch(/jessica|hamilton|555-0187/i);
    }
    expect(report.samples).toBe("masked");
    expect(markdownPage(dataReportDocument(raw))).toContain("may contain personal data");
  });
});

describe("tokens next to the rows of the funnel", () => {
  test("are those of all rows where they are few, and of no row more than came in", () => {
    const { stages, tokenizer } = report.tokens!;
    expect(tokenizer).toBe("o200k_base");
    expect(stages.map(({ stage }) => stage)).toEqual(report.funnel.map(({ stage }) => stage));
    for (const [index, { sampledRows, kept, keptLow, keptHigh }] of stages.entries()) {
      expect(sampledRows).toBe(report.funnel[index]!.rowsKept);
      expect(keptLow).toBeLessThan(kept!);
      expect(keptHigh).toBeGreaterThan(kept!);
      if (index > 0) expect(kept).toBeLessThanOrEqual(stages[index - 1]!.kept!);
    }
  });

  test("are told with their range and what it rests on", () => {
    expect(markdownPage(dataReportDocument(report))).toMatch(/Tokens are those of \d+ rows, taken evenly .* by o200k/);
  });
});

describe("clusters of duplicates", () => {
  test("show the row that stayed and the one that went, with how alike they are", () => {
    const [cluster] = report.duplicates!.samples;
    expect(cluster).toMatchObject({ dropped: 1, kept: { line: 3 }, rows: [{ line: 4, similarity: 1 }] });
    expect(cluster!.kept.text).toContain("<EMAIL_ADDRESS>");
    expect(cluster!.rows[0]!.text).toBe(cluster!.kept.text);
  });
});

describe("languages of the rows that came through", () => {
  test("are counted with their n, and what cannot be told is unknown", () => {
    const { rows, everyRow, languages, unknown } = report.languages;
    expect(rows).toBe(report.funnel.at(-1)!.rowsKept);
    expect(everyRow).toBe(true);
    expect(languages).toEqual([
      { language: "en", rows: 3 },
      { language: "es", rows: 1 },
    ]);
    expect(unknown).toBe(rows - 4);
  });

  test("are drawn, and written out for who does not see the chart", () => {
    const page = htmlPage(dataReportDocument(report));
    expect(page).toContain('id="chart-languages-title"');
    expect(markdownPage(dataReportDocument(report))).toMatch(/\| Spanish \| `es` \| 1 \| \d+ % \|/);
  });
});

longTest("a report with raw samples can be read by its owner alone, also where an open one is replaced", async () => {
  const modes = () => ["html", "md", "json"].map((kind) => statSync(join(dir, `report/data.${kind}`)).mode & 0o777);
  await runCommand(dataReportCommand, { dir }, dir);
  expect(readFileSync(join(dir, "report/data.md"), "utf8")).not.toContain(MAIL);
  for (const kind of ["html", "md", "json"]) chmodSync(join(dir, `report/data.${kind}`), 0o644);
  await runCommand(dataReportCommand, { dir, rawSamples: true }, dir);
  expect(readFileSync(join(dir, "report/data.md"), "utf8")).toContain(MAIL);
  expect(modes()).toEqual([0o600, 0o600, 0o600]);
});
