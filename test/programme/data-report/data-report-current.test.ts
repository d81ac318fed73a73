import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { DataReport } from "../../../src/domain/data-report.ts";
import { LedgerPage } from "../../../src/domain/ledger.ts";
import { runHere } from "../../cli/run-here.ts";
import { folderOf, jsonl } from "../../curate/pipeline/rows.ts";
import { complete, promptIn } from "../../curate/judge/judge-stub.ts";
import { startEndpoint } from "../../loadtest/start-endpoint.ts";
import { longTest } from "../../long-suite.ts";

const ROWS = Array.from({ length: 40 }, (_each, row) => ({
  prompt: `Where is order ${row}? Write to customer${row}@example-mail.com`,
  completion: `Order ${row} left the depot.`,
}));
const programme = (pipeline: string, data = ""): string => `version: 1
name: Pipeline
task: { kind: chat, goals: [style] }
model: { base: Qwen/Qwen2.5-7B }
training: { gpu: L40S }
data:
  files: [{ path: data.jsonl, role: train, origin: own }]
  plannedRows: 1000
  meanTokens: 100
  ${data}
  pipeline: ${pipeline}
`;

async function reportOf(dir: string): Promise<{ report: DataReport; text: string; page: string }> {
  const text = (await runHere(["data", "report"], { cwd: dir })).stdout;
  const read = (name: string): string => readFileSync(join(dir, "report", name), "utf8");
  return { report: DataReport.parse(JSON.parse(read("data.json"))), text, page: read("data.md") };
}

async function ranFolder(pipeline: string, data = ""): Promise<string> {
  const rows = [...ROWS, ROWS[0], { prompt: "", completion: "" }];
  const dir = await folderOf({ "programme.yaml": programme(pipeline, data), "data.jsonl": jsonl(rows) });
  expect((await runHere(["data", "run", "--executor", "inline"], { cwd: dir })).code).toBe(0);
  return dir;
}

const factOf = ({ datasheet }: DataReport, paper: string) => datasheet.find(({ papers }) => papers.includes(paper))!;

describe("a report on a run whose files are not as it left them", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await ranFolder("[{ stage: trainable }, { stage: exact }]");
  });

  test("says nothing of the kind where they are", async () => {
    const { report, text } = await reportOf(dir);
    expect(report.changed).toEqual([]);
    expect(text).not.toContain("warning");
    expect(factOf(report, "CR.fo.sha256").basis).toBe("measured");
  });

  test("says so on the page and in the terminal, and measures nothing of a file that it did not write", async () => {
    writeFileSync(join(dir, "curated.jsonl"), jsonl(ROWS.slice(1)));
    writeFileSync(join(dir, "data.jsonl"), jsonl(ROWS));
    const { report, text, page } = await reportOf(dir);
    expect(report.changed).toEqual([
      "data.jsonl has changed since it was read",
      "curated.jsonl has changed since the run wrote it",
    ]);
    expect(text).toContain("warning: curated.jsonl has changed since the run wrote it");
    expect(page).toContain("curated.jsonl has changed since the run wrote it. This report describes the run");
    expect([report.profile, factOf(report, "CR.fo.sha256").basis]).toEqual([null, "unknown"]);
    expect(report.funnel.at(-1)!.rowsKept).toBe(40);
  });

  test("says so where they are gone", async () => {
    rmSync(join(dir, "curated.jsonl"));
    rmSync(join(dir, "data.jsonl"));
    writeFileSync(
      join(dir, "programme.yaml"),
      programme("[]").replace("[{ path: data.jsonl, role: train, origin: own }]", "[]"),
    );
    const { report } = await reportOf(dir);
    expect(report.changed).toEqual(["data.jsonl is missing", "curated.jsonl is missing"]);
  });
});

describe("a report on a run whose raw rows gc removed", () => {
  test("keeps every count, and says which samples and notes are gone", async () => {
    const dir = await ranFolder("[{ stage: exact }, { stage: dedup }, { stage: redact }, { stage: trainable }]");
    const before = await reportOf(dir);
    expect((await runHere(["gc", "--unredacted", "--yes"], { cwd: dir })).code).toBe(0);
    const { report, page } = await reportOf(dir);
    const counts = ({ funnel }: DataReport) =>
      funnel.map(({ dropped, ...each }) => ({ ...each, dropped: dropped.map(({ reason, rows }) => [reason, rows]) }));
    expect(counts(report)).toEqual(counts(before.report));
    expect(report.removed).toEqual(["read", "exact", "dedup"]);
    expect(report.funnel[1]!.dropped[0]!.samples).toEqual([]);
    expect([report.duplicates, report.personalData]).toEqual([null, before.report.personalData]);
    expect(report.missing).toContain("examples of the rows that exact dropped: gc removed them");
    expect(page).toContain("gc removed the rows of the stage dedup and its notes on them");
    expect(page).not.toContain("the stage dedup did not run");
    expect(report.tokens!.stages.map(({ kept }) => kept !== null)).toEqual([false, false, false, true, true]);
    expect(report.rowsBySource).toEqual(before.report.rowsBySource);
  });
});

longTest("a default that programme.yaml does not write is not told as stated", async () => {
  const silent = await reportOf(await ranFolder("[{ stage: exact }]"));
  expect(factOf(silent.report, "PST.2.2.2.used")).toMatchObject({ basis: "unknown", answer: null });
  const spoken = await reportOf(await ranFolder("[{ stage: exact }]", "thirdParty: false"));
  expect(factOf(spoken.report, "PST.2.2.2.used")).toMatchObject({ basis: "stated", supply: null });
});

longTest("a share of rows is never told as all of them where one was dropped", async () => {
  const rows = Array.from({ length: 999 }, (_each, row) => ({
    prompt: `Where is ${row}?`,
    completion: `It is ${row}.`,
  }));
  const files = { "programme.yaml": programme("[{ stage: exact }]"), "data.jsonl": jsonl([...rows, rows[0]]) };
  const dir = await folderOf(files);
  await runHere(["data", "run", "--executor", "inline"], { cwd: dir });
  expect((await reportOf(dir)).text).toContain("999 of 1,000 rows passed (99.9 %)");
});

longTest("a report tells the scores that a model gave, the rows without one, and what they cost", async () => {
  const { url, close } = await startEndpoint((response, _nth, body) => {
    const prompt = promptIn(body);
    if (prompt.includes("order 7?")) complete(response, "I would rather not.");
    else complete(response, JSON.stringify({ score: prompt.includes("order 1") ? 2 : 5, reason: "as it is" }));
  });
  const judge = `{ url: "${url}", model: stub, usdPerMtokInput: "1", usdPerMtokOutput: "2" }`;
  const files = { "programme.yaml": programme(`[{ stage: quality, judge: ${judge} }]`), "data.jsonl": jsonl(ROWS) };
  const dir = await folderOf(files);
  const run = await runHere(["data", "run", "--executor", "inline", "--yes", "--json"], { cwd: dir });
  await close();
  expect(run.code, run.stderr).toBe(0);
  const { report, page } = await reportOf(dir);
  expect(report.judged).toEqual({
    model: "stub",
    scores: [
      { score: 5, rows: 28 },
      { score: 2, rows: 11 },
    ],
    unjudged: [{ reason: "no-json", rows: 1 }],
    spentUsd: "0.0048",
  });
  expect(page).toContain("stub scored 39 rows");
  expect(page).toContain("0.0048 USD");
  const ledger = LedgerPage.parse(JSON.parse((await runHere(["ledger", "show", "--json"], { cwd: dir })).stdout));
  expect(ledger.total).toBe(40); // one entry per call
  expect(ledger.balances.find(({ account }) => account === "spent:data")?.amount).toBe("0.0048");
});
