import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { pipelineLineage } from "../../../src/curate/pipeline/lineage/pipeline-lineage.ts";
import { artefactsFolder } from "../../../src/curate/pipeline/storing/pipeline-state.ts";
import { removeRows } from "../../../src/curate/pipeline/lineage/removed-rows.ts";
import { Study } from "../../../src/domain/study.ts";
import { dataReportPaths } from "../../../src/programme/folder/data-report-paths.ts";
import { dataReportDocument } from "../../../src/programme/data-report/data-report-document.ts";
import { dataReport } from "../../../src/programme/data-report/data-report.ts";
import { dataRun } from "../../../src/programme/data-run/data-run.ts";
import { feasibility } from "../../../src/programme/study/feasibility.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { studyHtml } from "../../../src/programme/study/study-html.ts";
import { studyMarkdown } from "../../../src/programme/study/study-markdown.ts";
import { studyText } from "../../../src/programme/study/study-text.ts";
import { markdownPage } from "../../../src/report/markdown.ts";
import { longCases } from "../../long-suite.ts";

const DAY = "2026-06-15";
const LONG = "The order left the warehouse this morning and will be at your door before Friday. ".repeat(20).trim();
const TEST_ITEM =
  "Which of the parcels that were sent in the first week of March to the depot at the harbour came back unopened in April";

const file = (path: string, role: string, origin = "own") => ({ path, role, origin });
const FILES = [
  file("data/tickets.jsonl", "train"),
  file("data/forum.jsonl", "train", "public"),
  file("data/test.jsonl", "eval"),
];
const PIPELINE: object[] = [
  { stage: "trainable" },
  { stage: "exact" },
  { stage: "rights", rights: "rights.yaml", on: DAY },
  { stage: "redact" },
  { stage: "decontaminate", against: ["data/test.jsonl"] },
];
const PROGRAMME = {
  name: "A programme",
  start: "2026-07-01",
  task: { kind: "chat", goals: ["style", "format"] },
  // Every method fits its GPU, so that no study looks for a larger one.
  model: { base: "meta-llama/Llama-3.2-1B-Instruct" },
  training: { method: "lora", gpu: "H100-80GB-SXM", gpuCount: 1, gpuUsdPerHour: "2.50", runs: 8 },
  today: { apiUsdPerMonth: "60000" },
  serving: { monthlyUsd: "2000" },
};

let dir: string;

/** Writes programme.yaml; runs are of the one that was written before. */
function write(files: readonly object[] = FILES, pipeline: readonly object[] = PIPELINE, personalData = "pii"): void {
  const data = { files, pipeline, plannedRows: 8_000, personalData };
  writeFileSync(join(dir, "programme.yaml"), JSON.stringify({ ...PROGRAMME, data }));
}

const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const tickets = (count: number): object[] =>
  Array.from({ length: count }, (_each, index) => ({
    prompt: `Where is order ${index}? Write to customer${index}@example-mail.com`,
    completion: `Order ${index} left.`,
  }));

async function study(): Promise<Study> {
  const loaded = await readProgramme(dir, DAY);
  const options = { on: DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, draws: 1_000, onStep: () => undefined };
  return feasibility(loaded, options);
}

async function run(stopAfter?: string): Promise<void> {
  await dataRun(dir, {
    executor: "inline",
    stopAfter,
    mayReplace: () => Promise.resolve(true),
    now: () => new Date("2026-06-15T12:00:00Z"),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
}

const riskOf = ({ risks }: Study, id: string) => risks.find((risk) => risk.id === id);
const meanTokensOf = ({ figures }: Study) => figures.find(({ id }) => id === "dataset.meanTokens")!;

let before: Study;
let used: Study;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-curation-"));
  await mkdir(join(dir, "data"));
  const item = { prompt: TEST_ITEM, completion: "The third one." };
  writeFileSync(join(dir, "data/tickets.jsonl"), lines([...tickets(40), ...tickets(10), item]));
  writeFileSync(join(dir, "data/forum.jsonl"), lines([{ prompt: "Where?", completion: LONG }]));
  writeFileSync(join(dir, "data/test.jsonl"), lines([item]));
  writeFileSync(
    join(dir, "rights.yaml"),
    "sources:\n  - {source: data/tickets.jsonl, own: true}\n  - {source: data/forum.jsonl, licence: CC-BY-NC-4.0}\n",
  );
  write();
  before = await study();
  await run();
  used = await study();
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("a study of a programme without a data run", () => {
  test("says nothing of one, and measures the raw files", () => {
    expect(before.curation).toBeNull();
    expect(meanTokensOf(before).source.ref).toContain("scan of data/tickets.jsonl, data/forum.jsonl");
    expect(studyMarkdown(before)).not.toContain("data run");
    expect(riskOf(before, "data.contamination")).toBeDefined();
    expect(riskOf(before, "data.duplicates")).toBeDefined();
  });
});

describe("a study of a programme with a data run of its files", () => {
  test("takes lengths and rows from what came through, not from the raw files", () => {
    expect(used.curation).toMatchObject({ state: "used", why: [], out: "curated.jsonl", role: "train" });
    expect(used.curation!.profile!.rows).toBe(40);
    expect(meanTokensOf(used).source.ref).toContain("scan of curated.jsonl");
    expect(meanTokensOf(used).p50).toBeLessThan(meanTokensOf(before).p50!);
    expect(used.training.tokensPerRun).toBeLessThan(before.training.tokensPerRun);
    expect(riskOf(used, "data.not-on-hand")!.text).toContain("40 of the 8,000");
  });

  test("has no risk that the run took away, and those that it found", () => {
    for (const id of ["data.duplicates", "data.contamination", "duties.personal-data", "curation.stale"]) {
      expect(riskOf(used, id)).toBeUndefined();
    }
    expect(riskOf(used, "curation.rights")).toMatchObject({ severity: "medium" });
    expect(riskOf(used, "curation.rights")!.text).toMatch(/^1 row may not be trained on .* 0 wait for counsel/);
    expect(riskOf(used, "curation.test-leak")).toMatchObject({ severity: "medium" });
    expect(riskOf(used, "curation.test-leak")!.text).toContain("1 row contained 1 item of");
  });

  test("sums the funnel, rights, personal data and contamination, and holds to its schema", () => {
    const { stages, rights, personalData, contamination } = used.curation!;
    for (const { rowsIn, rowsKept, dropped } of stages) {
      expect(rowsKept + dropped.reduce((sum, { rows }) => sum + rows, 0)).toBe(rowsIn);
    }
    expect(rights).toEqual({ blocked: 1, held: 0, keptForCounsel: 0 });
    expect(personalData!.entities).toContainEqual({ entity: "EMAIL_ADDRESS", spans: 40, rows: 40 });
    expect(contamination).toMatchObject({ dropped: 1, hits: [{ rows: 1, items: 1 }] });
    expect(Study.parse(JSON.parse(JSON.stringify(used)))).toEqual(used);
  });

  test("says so on the page and in the terminal, and links to the report where there is one", () => {
    expect(studyMarkdown(used)).toContain("Result of the last data run");
    expect(studyMarkdown(used)).toContain("(40 on hand after the last data run)");
    const linked: Study = { ...used, curation: { ...used.curation!, report: "report/data.html" } };
    expect(studyHtml(linked, { dataReport: "data.html" })).toContain('<a href="data.html">report/data.html</a>');
    expect(studyMarkdown(linked, { dataReport: "../x y/data.html" })).toContain("(../x%20y/data.html)");
    const { html } = dataReportPaths("report");
    expect(studyText(used, { html, markdown: "", json: "" })).toMatch(/rows curated +rows +40 +from curated\.jsonl/);
  });

  test("does not take what gc removed for nothing found", async () => {
    const { folders } = await pipelineLineage(dir);
    const kept = mkdtempSync(join(tmpdir(), "tunewright-curation-kept-"));
    cpSync(dir, kept, { recursive: true });
    for (const { stage, artefact } of folders) {
      if (stage === "redact" || stage === "decontaminate") await removeRows(artefactsFolder(dir), artefact);
    }
    const emptied = await study();
    rmSync(dir, { recursive: true });
    cpSync(kept, dir, { recursive: true });
    rmSync(kept, { recursive: true });
    expect(emptied.curation).toMatchObject({
      state: "used",
      personalData: null,
      contamination: { dropped: 1, hits: null },
    });
    expect(riskOf(emptied, "curation.contamination")!.text).toContain("1 row contained items of data/test.jsonl");
    expect(riskOf(emptied, "duties.personal-data")).toBeUndefined();
    expect(studyMarkdown(emptied)).toContain("Personal data: unknown, gc removed the notes.");
  });

  test("tells where it found personal data that programme.yaml says are not there, as a risk and in the cost", async () => {
    write(FILES, PIPELINE, "none");
    const undeclared = await study();
    const { costs } = await dataReport(dir, { on: DAY, tool: "", hubCache: undefined, onStep: () => undefined });
    write();
    const found = /the last data run found 4\d places with personal data \(.*EMAIL_ADDRESS 40/;
    expect(undeclared.curation!.state).toBe("used");
    expect(riskOf(undeclared, "curation.undeclared-personal-data")).toMatchObject({
      severity: "high",
      text: expect.stringMatching(found) as string,
    });
    for (const lines of [undeclared.cost.lines, costs]) {
      expect(lines.find(({ id }) => id === "cost.data.redaction")!.reason).toMatch(found);
    }
    expect(studyMarkdown(undeclared)).not.toMatch(/No personal data in the raw rows/);
    expect(riskOf(used, "curation.undeclared-personal-data")).toBeUndefined();
  });

  test("has a chain for each number of what came through", () => {
    const ids = new Set(used.figures.map(({ id }) => id));
    for (const field of ["rows", "trainableRows", "tokens", "meanTokens"]) {
      expect(ids).toContain(`dataset.curated.${field}`);
    }
  });
});

describe("a study of a programme whose data run is not of it any more", () => {
  test.each<[what: string, why: string, change: () => void]>(
    longCases(2, [
      [
        "a file that has changed",
        "data/forum.jsonl has changed since",
        () => writeFileSync(join(dir, "data/forum.jsonl"), lines([{ prompt: "When?", completion: LONG }])),
      ],
      [
        "a file that is new",
        "it did not read data/more.jsonl",
        () => {
          writeFileSync(join(dir, "data/more.jsonl"), lines(tickets(3)));
          write([...FILES, file("data/more.jsonl", "train")]);
        },
      ],
      ["a stage that is gone", "its stages were", () => write(FILES, PIPELINE.slice(0, 2))],
      [
        "other options",
        "the options of the stage exact have changed",
        () =>
          write(
            FILES,
            PIPELINE.map((each) =>
              "stage" in each && each.stage === "exact" ? { stage: "exact", fields: { text: "prompt" } } : each,
            ),
          ),
      ],
      [
        "another test set",
        "data/test.jsonl has changed since",
        () => writeFileSync(join(dir, "data/test.jsonl"), lines(tickets(2))),
      ],
      [
        "rows that somebody changed",
        "curated.jsonl has changed since the run wrote it",
        () => writeFileSync(join(dir, "curated.jsonl"), lines(tickets(4))),
      ],
    ]),
  )("is made with the raw files and says why: %s", async (_what, why, change) => {
    const kept = mkdtempSync(join(tmpdir(), "tunewright-curation-kept-"));
    cpSync(dir, kept, { recursive: true });
    change();
    const stale = await study();
    rmSync(dir, { recursive: true });
    cpSync(kept, dir, { recursive: true });
    rmSync(kept, { recursive: true });
    expect(stale.curation).toMatchObject({ state: "stale", profile: null, stages: [] });
    expect(stale.curation!.why.join("; ")).toContain(why);
    expect(meanTokensOf(stale).source.ref).toContain("scan of data/tickets.jsonl");
    expect(riskOf(stale, "curation.stale")!.text).toContain(why);
    expect(studyMarkdown(stale)).toContain("Not used in this study");
  });

  test("is made with the raw files where no row came through, which the data report can show", async () => {
    write(FILES, [{ stage: "rights", on: DAY }]);
    await run();
    const empty = await study();
    const report = await dataReport(dir, { on: DAY, tool: "", hubCache: undefined, onStep: () => undefined });
    write();
    expect(empty.curation).toMatchObject({ state: "apart", why: ["no row passed its stages"] });
    expect(riskOf(empty, "curation.apart")).toMatchObject({ severity: "high" });
    expect(riskOf(empty, "curation.rights")).toMatchObject({ severity: "high" });
    expect([report.profile, report.languages.rows, report.tokens!.stages.at(-1)!.kept]).toEqual([null, 0, null]);
    expect(markdownPage(dataReportDocument(report))).toContain("No row passed");
  });

  test("is made with the raw files where the run stopped before its end", async () => {
    rmSync(join(dir, ".tunewright"), { recursive: true });
    rmSync(join(dir, "curated.jsonl"));
    await run("exact");
    const stopped = await study();
    expect(stopped.curation).toMatchObject({ state: "stale" });
    expect(stopped.curation!.why.join()).toContain("was not completed");
  });
});
