import { cpSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { complianceCatalogue } from "../../../src/catalog/compliance.ts";
import { dutyCalendar } from "../../../src/comply/duty-calendar.ts";
import { ComplianceAnswers } from "../../../src/domain/compliance-answers.ts";
import type { EvidenceSource } from "../../../src/domain/compliance.ts";
import { complyPapers } from "../../../src/programme/comply/comply-papers.ts";
import { complyShow } from "../../../src/programme/comply/comply-show.ts";
import { complyText } from "../../../src/programme/comply/comply-text.ts";
import { deletionEvidence } from "../../../src/programme/comply/evidence/deletion-evidence.ts";
import type { EvidenceFile } from "../../../src/programme/comply/evidence/evidence-file.ts";
import { evidenceFiles } from "../../../src/programme/comply/evidence/evidence-files.ts";
import { evidenceOf } from "../../../src/programme/comply/evidence/evidence-of.ts";
import { approvePaper } from "../../../src/programme/comply/paper-approvals.ts";
import { chainedLines, checkChain } from "../../../src/programme/folder/chained-lines.ts";
import { recordDeletion } from "../../../src/programme/folder/deletions.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { recordPurge } from "../../../src/programme/runs/gc-runs.ts";
import { longTest } from "../../long-suite.ts";

const CLINICAL = new URL("../../../examples/clinical", import.meta.url).pathname;
const ON = "2026-11-25";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-evidence-"));
  cpSync(CLINICAL, dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

describe("evidence", () => {
  const paper = { record: "gdpr.dpia", title: "DPIA", path: "dpia.md", requirements: ["GDPR-35"] };
  const files = async (document: object): ReturnType<typeof evidenceFiles> =>
    evidenceFiles({
      loaded: await readProgramme(dir),
      on: ON,
      answers: ComplianceAnswers.parse({ documents: [document] }),
      curation: null,
      vendors: { links: [], problems: [], ledger: null },
    });
  const asking = complianceCatalogue().requirements.find(({ id }) => id === "GDPR-35")!;
  const states = (found: Awaited<ReturnType<typeof evidenceFiles>>): (string | undefined)[] =>
    evidenceOf(asking, found)
      .filter((_, index) => asking.evidence[index]!.record === "gdpr.dpia")
      .map(({ state }) => state);

  test("a paper counts, until its last day", async () => {
    await writeFile(join(dir, "dpia.md"), "assessed\n");
    expect(new Set(states(await files({ ...paper, validUntil: ON })))).toEqual(new Set(["found"]));
    expect(new Set(states(await files({ ...paper, validUntil: "2026-11-24" })))).toEqual(new Set(["stale"]));
  });

  test("a paper of another requirement does not count", async () => {
    await writeFile(join(dir, "dpia.md"), "assessed\n");
    expect(new Set(states(await files({ ...paper, requirements: ["AIA-53-1d"] })))).toEqual(new Set(["missing"]));
  });

  test("a paper that names no requirement is refused, because it would answer all that ask for its kind", async () => {
    await writeFile(join(dir, "dpia.md"), "assessed\n");
    await writeFile(
      join(dir, "compliance.yaml"),
      "documents:\n  - { record: policy.doc, title: All, path: dpia.md }\n",
    );
    await expect(complyShow(dir, { on: ON })).rejects.toThrow(/line 2.*requirements/);
  });

  test("proves only the items that the table of proofs gives it, not every item of its kind", () => {
    const file = (proves: EvidenceSource): EvidenceFile => ({
      path: "x",
      sha256: "0".repeat(64),
      proves: [proves],
      detail: proves,
      isStale: false,
      named: null,
      collectedAt: null,
      validUntil: null,
      reviewer: null,
    });
    const found = (id: string, proves: EvidenceSource): string[] =>
      evidenceOf(
        complianceCatalogue().requirements.find((requirement) => requirement.id === id)!,
        [file(proves)],
      )
        .filter(({ state }) => state === "found")
        .map(({ artifact }) => artifact);
    // A released version is no proof that nothing was released; an approved budget is no legal decision; a filter of
    // rows is no filter of child abuse material; an evaluation is no test of a watermark; slices are no groups of people.
    expect(found("AIA-GATE-RD", "releases")).toEqual([]);
    expect(found("AIA-ROLE-MOD", "budget")).toEqual([]);
    expect(found("AIA-5-NUDIFY", "data-run")).toEqual([]);
    expect(found("AIA-50-2", "evaluation")).toEqual([]);
    expect(found("NIST-MEASURE-2.11", "evaluation")).toEqual([]);
    expect(found("ISO27001-A.8.28", "training-job")).toEqual([]);
    expect(found("GDPR-5-1f", "training-job")).toEqual(["hashes"]);
    expect(found("GDPR-5-1f", "access-log")).toEqual(["access log"]);
    expect(found("AIA-53-1c", "paper:copyright-policy")).toEqual(["policy text"]);
  });

  test("a paper that does not exist, or lies outside, is refused", async () => {
    await expect(files(paper)).rejects.toThrow("dpia.md");
    await expect(files({ ...paper, path: "../dpia.md" })).rejects.toThrow();
  });
});

describe("an approved paper", () => {
  const evidence = async (): Promise<Record<string, unknown>> => {
    const { report } = await complyShow(dir, { on: ON });
    return report.requirements.find(({ id }) => id === "NIST-MEASURE-2.9")!.evidence[0]!;
  };

  test("is evidence with person, day and hash until it changes, then out of date", async () => {
    await appendFile(join(dir, "compliance.yaml"), `  elect.nistAiRmf: { value: true, by: counsel, on: ${ON} }\n`);
    expect(await evidence()).toMatchObject({ state: "missing", detail: expect.stringContaining("approve model-card") });
    const { papers } = await complyPapers(dir, { on: ON, tool: "Tunewright 0" });
    const request = { paper: "model-card", by: "Counsel", note: "" };
    const approval = await approvePaper(dir, papers, { request, now: () => new Date(`${ON}T10:00:00Z`) });
    expect(await evidence()).toMatchObject({
      state: "found",
      ref: "approvals/model-card.json",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      collectedAt: ON,
      reviewer: "Counsel",
      detail: expect.stringContaining(approval.sha256.slice(0, 16)),
    });
    const yaml = await readFile(join(dir, "programme.yaml"), "utf8");
    await writeFile(join(dir, "programme.yaml"), yaml.replace(/^name: .*$/m, "name: renamed"));
    const changed = await evidence();
    expect(changed).toMatchObject({ state: "stale", detail: expect.stringContaining("changed since") });
    const { report, files } = await complyShow(dir, { on: ON });
    expect(complyText(report)).toMatch(/out of date[\s\S]*NIST-MEASURE-2\.9/);
    expect(files.find(({ path }) => path === "approvals/model-card.json")?.content).toContain('"answers": null');
  });
});

describe("evidence that a person was asked for", () => {
  const YAML = `version: 1
requests:
  - { record: approval.signoff, requirements: [COPY-LIC], from: Counsel, due: 2026-11-24 }
  - { record: dataset.scan.licence, from: Data lead, due: 2026-12-24 }
documents:
  - { record: approval.signoff, title: Exceptions, path: exceptions.md, requirements: [COPY-LIC], on: 2026-11-01, reviewer: Counsel }
`;
  const evidence = async (yaml: string) => {
    await writeFile(join(dir, "compliance.yaml"), yaml);
    const { report } = await complyShow(dir, { on: ON });
    return { report, items: report.requirements.find(({ id }) => id === "COPY-LIC")!.evidence };
  };

  test("shows who and by when, and is overdue from the next day until it is there", async () => {
    const { report, items } = await evidence(YAML.slice(0, YAML.indexOf("documents")));
    expect(items.map(({ state, askedFrom, due }) => [state, askedFrom, due])).toEqual([
      ["missing", "Data lead", "2026-12-24"],
      ["missing", "Counsel", "2026-11-24"],
    ]);
    expect(report.counts.overdue).toBe(1);
    const text = complyText(report);
    expect(text).toContain("2026-11-24, overdue");
    expect(text).toContain("1 item that applies today is overdue.");
    expect(dutyCalendar(report)).toContain("DTSTART;VALUE=DATE:20261224");
  });

  test("is found with its day and reviewer once the paper is there", async () => {
    await writeFile(join(dir, "exceptions.md"), "none\n");
    const { report, items } = await evidence(YAML);
    expect(items[1]).toMatchObject({
      state: "found",
      collectedAt: "2026-11-01",
      reviewer: "Counsel",
      validUntil: null,
    });
    expect(report.counts.overdue).toBe(0);
  });

  test.each([
    ["record", "requests:\n  - { record: policy.docs, from: A, due: 2026-12-01 }\n", /line 2.*"policy\.docs"/],
    [
      "requirement",
      "requests:\n  - { record: policy.doc, requirements: [HIPPA-RISK], from: A, due: 2026-12-01 }\n",
      /line 2.*unknown requirement "HIPPA-RISK"/,
    ],
  ])("is refused for a %s that does not exist, because it would count for nothing", async (_, yaml, message) => {
    await expect(evidence(yaml)).rejects.toThrow(message);
  });
});

describe("the record of deletions", () => {
  const DAY = (day: number): Date => new Date(`2026-11-0${day}T10:00:00Z`);
  let path: string;
  beforeEach(async () => {
    path = join(dir, "deletions.jsonl");
    for (const day of [1, 2, 3]) {
      const deletion = { command: "gc" as const, what: `${day} artefacts`, where: ["a"], identifiers: ["a"] };
      await recordDeletion(dir, deletion, DAY(day));
    }
  });
  const stale = async (): Promise<string | false> => {
    const [file] = await deletionEvidence(dir);
    return file!.isStale && file!.detail;
  };
  const rewrite = async (change: (lines: string[]) => string[]): Promise<void> => {
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    await writeFile(path, `${change(lines).join("\n")}\n`);
  };

  test("is evidence with its last day, its count and its head", async () => {
    const [file] = await deletionEvidence(dir);
    const { head } = checkChain(await readFile(path, "utf8"));
    expect(file).toMatchObject({ path: "deletions.jsonl", isStale: false, collectedAt: "2026-11-03" });
    expect(file!.detail).toBe(`3 deletions, the last on 2026-11-03 by gc: 3 artefacts; head ${head!}`);
  });

  test("rewritten from its first line appears intact, unless a head of it was kept elsewhere", async () => {
    const before = await readFile(path, "utf8");
    const kept = checkChain(before).head!;
    const values = checkChain(before).values.map(({ previous: _previous, ...value }) => ({
      ...value,
      what: "nothing",
    }));
    await writeFile(path, chainedLines(values, null).lines);
    expect(await stale()).toBe(false);
    const [file] = await deletionEvidence(dir, kept);
    expect(file).toMatchObject({ isStale: true, detail: expect.stringContaining(`no line has the head ${kept}`) });
    await writeFile(path, before);
    await recordDeletion(dir, { command: "gc", what: "later", where: ["a"], identifiers: ["a"] }, DAY(4));
    expect((await deletionEvidence(dir, kept))[0]!.isStale).toBe(false);
  });

  test.each([
    ["a changed line", (lines: string[]) => [lines[0]!.replace("1 artefacts", "9 artefacts"), ...lines.slice(1)]],
    ["a removed line", ([first, , last]: string[]) => [first!, last!]],
    ["a removed first line", (lines: string[]) => lines.slice(1)],
    ["an exchanged line", ([first, second, last]: string[]) => [second!, first!, last!]],
    ["an added line", (lines: string[]) => [...lines, '{"at":"2026-11-04T10:00:00Z"}']],
  ])("is out of date after %s", async (_, change) => {
    await rewrite(change);
    expect(await stale()).toContain("changed by hand");
  });

  test("goes on after a line that a killed process left incomplete", async () => {
    await writeFile(path, (await readFile(path, "utf8")).slice(0, -20));
    await recordPurge(dir, { runs: ["f".repeat(32)], points: 7, isDone: true }, DAY(4));
    const { values, problems, incomplete } = checkChain(await readFile(path, "utf8"));
    expect(values.at(-1)).toMatchObject({ command: "gc --deleted-runs", where: [`run ${"f".repeat(32)}`] });
    expect([problems, incomplete]).toEqual([[], 1]);
  });

  longTest("keeps every line of processes that write at once", async () => {
    const write = (k: number): Promise<void> =>
      recordDeletion(dir, { command: "gc", what: String(k), where: [], identifiers: [] }, DAY(4));
    await Promise.all(Array.from({ length: 8 }, (_, k) => write(k)));
    const { values, problems } = checkChain(await readFile(path, "utf8"));
    expect([values.length, problems]).toEqual([11, []]);
  });
});
