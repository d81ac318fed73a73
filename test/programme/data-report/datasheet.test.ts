import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { DataReport } from "../../../src/domain/data-report.ts";
import { dataLineage } from "../../../src/programme/data-run/data-lineage.ts";
import type { DatasheetInput } from "../../../src/programme/data-report/datasheet/fact.ts";
import { originFacts } from "../../../src/programme/data-report/datasheet/origins.ts";
import { processingFacts } from "../../../src/programme/data-report/datasheet/processing.ts";
import { dataReport } from "../../../src/programme/data-report/data-report.ts";
import { dataRun } from "../../../src/programme/data-run/data-run.ts";
import { longTest } from "../../long-suite.ts";

const FIXTURE = new URL("../../fixtures/workspace/curation", import.meta.url).pathname;
const CROSSWALK = new URL("../../../shared/data/compliance/crosswalk_ledger_to_fields.json", import.meta.url);
const RIGHTS = `sources:
  - source: data/tickets.jsonl
    own: true
    personalData: {basis: contract}
    expires: 2027-12-31
  - source: data/public.csv
    licence: CC-BY-4.0
    generatedBy: [Qwen2.5-72B-Instruct]
    optOut: [{kind: robots.txt, file: robots.txt, host: example.org}]
`;

let dir: string;
let report: DataReport;

const options = { on: "2026-11-25", tool: "Tunewright 0.0.0", hubCache: undefined, onStep: () => undefined };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-datasheet-"));
  cpSync(FIXTURE, dir, { recursive: true });
  writeFileSync(join(dir, "rights.yaml"), RIGHTS);
  writeFileSync(join(dir, "robots.txt"), "User-agent: *\nAllow: /\n");
  const programme = readFileSync(join(dir, "programme.yaml"), "utf8");
  writeFileSync(
    join(dir, "programme.yaml"),
    `${programme.trimEnd()}\n    - { stage: rights, rights: rights.yaml, on: 2026-11-25 }\ntraining: { gpu: L40S, gpuCount: 1 }\n`,
  );
  await dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(true),
    now: () => new Date("2026-11-25T12:00:00Z"),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
  report = await dataReport(dir, options);
});
afterAll(() => rmSync(dir, { recursive: true }));

const factOf = (paper: string, { datasheet }: DataReport = report) =>
  datasheet.find(({ papers }) => papers.includes(paper))!;

describe("facts for compliance", () => {
  test("count the rows that a word list dropped, and no others", async () => {
    const { lineage } = await dataLineage(dir);
    const options = { words: "list.txt" };
    const stages = [...lineage.stages, { ...lineage.stages[0]!, stage: "quality", options }];
    const dropped = [
      { reason: "listed-word", rows: 2, samples: [] },
      { reason: "gopher-few-words", rows: 40, samples: [] },
    ];
    const funnel = [...report.funnel, { ...report.funnel[0]!, stage: "quality", dropped }];
    const input = { lineage: { ...lineage, stages }, report: { ...report, funnel }, isStated: () => false };
    const facts = processingFacts(input as unknown as DatasheetInput);
    expect(facts.map(({ value }) => value)).toContainEqual({ list: "list.txt", rows: 2 });
  });

  test("are known with where they come from, or unknown with what to supply: never neither", () => {
    for (const { id, basis, answer, supply, value } of report.datasheet) {
      if (basis === "unknown") expect([id, answer, value, supply !== null]).toEqual([id, null, null, true]);
      else expect([id, typeof answer, value === null]).toEqual([id, "string", false]);
    }
    expect(new Set(report.datasheet.map(({ id }) => id)).size).toBe(report.datasheet.length);
  });

  test("say which files are public, with their hash and the rows that came through", () => {
    expect(factOf("PST.2.1.used").value).toEqual({ used: true, modalities: ["text"], files: ["data/public.csv"] });
    const sources = factOf("MDF.DA.prov").value as { source: string; sha256: string; rows: number }[];
    for (const { source, sha256 } of report.sources) {
      expect(sources).toContainEqual(expect.objectContaining({ source, sha256 }));
    }
    expect(sources.reduce((sum, { rows }) => sum + rows, 0)).toBe(report.funnel.at(-1)!.rowsKept);
  });

  test("say which share of the rows a model wrote", () => {
    const rowsBySource = [
      { source: "data/tickets.jsonl", rows: 30 },
      { source: "synthetic/qa/v1/rows.jsonl", rows: 10 },
    ];
    const sources = rowsBySource.map(({ source }) => ({ ...report.sources[0]!, source }));
    const files = [
      { path: "data/tickets.jsonl", origin: "own" },
      { path: rowsBySource[1]!.source, origin: "synthetic" },
    ];
    const input = {
      report: { ...report, sources, rowsBySource },
      rights: null,
      programme: { data: { files, pipeline: [{ stage: "synthetic", maxShare: 0.5, sources: [] }] } },
    };
    const facts = originFacts({ ...input, isStated: () => true } as unknown as Parameters<typeof originFacts>[0]);
    const used = facts.find(({ papers }) => papers.includes("PST.2.5.used"))!;
    expect(used.value).toMatchObject({ files: ["synthetic/qa/v1/rows.jsonl"], rows: 10, share: 0.25, maxShare: 0.5 });
    expect(used.answer).toBe(
      "yes: synthetic/qa/v1/rows.jsonl; 10 rows of text, 25 % of all rows; the pipeline limits the share of synthetic rows to 50 %",
    );
  });

  test("answer no where no file has the origin, with the fields that then need nothing", () => {
    const crawled = factOf("PST.2.3.used");
    expect(crawled).toMatchObject({ answer: "no", basis: "stated", supply: null });
    expect(crawled.papers).toContain("PST.2.3.domains");
  });

  test("take basis, expiry, models and opt-out signals from the rights file as the run read it", () => {
    expect(factOf("R30.x.basis").answer).toBe("data/tickets.jsonl: contract");
    expect(factOf("R30.1.f").value).toEqual([{ source: "data/tickets.jsonl", until: "2027-12-31" }]);
    expect(factOf("PST.2.5.models").value).toEqual(["Qwen2.5-72B-Instruct"]);
    expect(factOf("PST.3.1.meas").answer).toContain("robots.txt");
  });

  test("leave unknown what only people know", () => {
    expect(factOf("DS.Coll.6")).toMatchObject({ basis: "unknown", supply: expect.stringContaining("board") as string });
    expect(factOf("SPDX.ds.anonymizationMethodUsed").supply).toContain("redact");
  });

  longTest("take nothing from a rights file that is another one than the run read", async () => {
    const before = readFileSync(join(dir, "rights.yaml"), "utf8");
    writeFileSync(join(dir, "rights.yaml"), before.replace("contract}", "consent}"));
    const later = await dataReport(dir, options);
    writeFileSync(join(dir, "rights.yaml"), before);
    expect(factOf("R30.x.basis", later).basis).toBe("unknown");
  });

  test.skipIf(!existsSync(CROSSWALK))(
    "name every field on data of the public summary, Datasheets for Datasets and Croissant RAI",
    () => {
      const { crosswalk } = JSON.parse(readFileSync(CROSSWALK, "utf8")) as {
        crosswalk: Record<string, Record<string, string[]>>;
      };
      const asked = Object.entries(crosswalk)
        .filter(([record]) => record.startsWith("dataset.") || record === "annotation.log")
        .flatMap(([, papers]) => [
          ...(papers["public_summary"] ?? []),
          ...(papers["datasheet"] ?? []),
          ...(papers["croissant"] ?? []).filter((field) => field.startsWith("CRAI.")),
        ]);
      const named = new Set(report.datasheet.flatMap(({ papers }) => papers));
      expect(asked.length).toBeGreaterThan(50);
      expect(asked.filter((field) => !named.has(field))).toEqual([]);
    },
  );

  test.skipIf(!existsSync(CROSSWALK))("name no field that no paper has", () => {
    const files = ["public_summary", "datasheet_gebru", "croissant", "spdx_ai", "mdf", "annex_xi", "annex_xii"];
    files.push("gdpr_art30", "dpia", "data_card_hf");
    const known = new Set(
      files.flatMap((name) => {
        const text = readFileSync(new URL(`fields_${name}.json`, CROSSWALK), "utf8");
        return (JSON.parse(text) as { fields: { id: string }[] }).fields.map(({ id }) => id);
      }),
    );
    const named = report.datasheet.flatMap(({ papers }) => papers);
    expect(named.filter((field) => !known.has(field))).toEqual([]);
  });
});
