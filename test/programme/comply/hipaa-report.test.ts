import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { sha256 } from "../../../src/base/hash.ts";
import type { CompliancePaper, FilledField } from "../../../src/domain/compliance-paper.ts";
import { complyPapers } from "../../../src/programme/comply/comply-papers.ts";
import type { ProgrammeBom } from "../../../src/programme/comply/programme-bom.ts";
import { dataRun } from "../../../src/programme/data-run/data-run.ts";

const FIXTURE = new URL("../../fixtures/workspace/curation", import.meta.url).pathname;
const OPTIONS = { on: "2026-11-25", tool: "Tunewright 0.0.0", hubCache: undefined };

const PROGRAMME = `version: 1
name: Ward notes
owner: Example Clinic Ltd
task: { kind: summarisation, goals: [format] }
model: { base: Qwen/Qwen2.5-7B }
training: { method: lora, gpu: L40S, gpuCount: 1 }
data:
  files:
    - { path: data/notes.jsonl, role: train, origin: own, licence: proprietary }
  plannedRows: 5000
  meanTokens: 300
  personalData: phi
  pipeline:
    - { stage: redact, profile: hipaa }
`;
const ANSWERS = `version: 1
answers:
  data.usPhi: { value: true, by: privacy officer, on: 2026-05-26 }
  org.hipaaRole: { value: coveredEntity, by: privacy officer, on: 2026-05-26 }
  data.deid: { value: safeHarbor, by: privacy officer, on: 2026-05-26 }
vendors:
  - { name: Cloud A, purpose: training, personalData: true, phi: true, baa: baa.txt }
  - { name: Judge B, purpose: evaluation, personalData: true, phi: true }
  - { name: Printer C, purpose: posters, personalData: false }
documents:
  - { record: approval.signoff, title: Statement, path: statement.txt, requirements: [HIPAA-SH], reviewer: privacy officer }
`;
const NOTES = [
  "Call 617-555-0134 or write to jo@example.org about the scan.",
  "Write to amy@example.org. SSN 219-09-9999 on file.",
  "The wound heals well.",
];

let dir: string;
let paper: CompliancePaper;
let bom: ProgrammeBom;
const field = (id: string): FilledField => paper.fields.find((each) => each.id === id)!;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-hipaa-"));
  cpSync(FIXTURE, dir, { recursive: true });
  writeFileSync(join(dir, "programme.yaml"), PROGRAMME);
  writeFileSync(join(dir, "compliance.yaml"), ANSWERS);
  writeFileSync(join(dir, "statement.txt"), "No actual knowledge.\n");
  writeFileSync(join(dir, "baa.txt"), "signed\n");
  writeFileSync(
    join(dir, "data/notes.jsonl"),
    NOTES.map((prompt) => `${JSON.stringify({ prompt, completion: "Seen." })}\n`).join(""),
  );
  await dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(true),
    now: () => new Date("2026-11-25T12:00:00Z"),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
  const written = await complyPapers(dir, OPTIONS);
  paper = written.papers.find(({ id }) => id === "hipaa-deid")!;
  bom = written.bom;
});
afterAll(() => rmSync(dir, { recursive: true }));

test("has the eighteen identifiers of Safe Harbor, each with what the run found or why it is empty", () => {
  const letters = paper.fields.filter(({ id }) => id.startsWith("HD.3."));
  expect(letters.map(({ id }) => id.slice(5)).join("")).toBe("ABCDEFGHIJKLMNOPQR");
  expect(field("HD.3.F").answer).toBe("EMAIL_ADDRESS: 2 places in 2 rows, replace");
  expect(field("HD.3.D").answer).toBe("PHONE_NUMBER: 1 place in 1 rows, replace");
  expect(field("HD.3.G").answer).toContain("US_SSN: 1 place in 1 rows, replace");
  expect(field("HD.3.O").answer).toBe("none found; looked for IP_ADDRESS");
  // No text can be told to hold a photograph: a person must say that none is there.
  for (const id of ["HD.3.P", "HD.3.Q"]) expect(field(id)).toMatchObject({ answer: null, from: /can say/ });
});

test("estimates what is left by the measured recall, and says what has none", () => {
  // Recall of e-mail addresses: 49 of 49 and 234 of 237; two found.
  expect(field("HD.4.estimate").answer).toMatch(/EMAIL_ADDRESS 0-1 left for 2 found \(recall 9\d.*100 %\)/);
  expect(field("HD.4.estimate").from).toContain("not a count in these");
  expect(field("HD.4.again").answer).toBe("0 of 3 rows");
});

test("takes role, method, vendors and documents from people, and names a vendor without an agreement", () => {
  expect(field("HD.1.role").answer).toBe("covered entity");
  expect(field("HD.2.method").answer).toContain("164.514(b)(2)");
  expect(field("HD.6.chain").answer).toMatch(
    /^Cloud A \(training\): agreement baa\.txt, SHA-256 begins [0-9a-f]{16}; Judge B \(evaluation\): no agreement on file$/,
  );
  expect(field("HD.6.knowledge").answer).toMatch(/^Statement, reviewed by privacy officer: statement\.txt, SHA-256/);
  expect(field("HD.6.expert")).toMatchObject({ answer: null, from: /the expert can fill it/ });
});

test("every field has a source, or the reason why it is empty with who can fill it; no value of a row is in it", () => {
  expect(paper.fields).toHaveLength(45);
  for (const { answer, from } of paper.fields)
    if (answer === null) expect(from).toMatch(/can (fill|say|label|confirm)/);
  expect(paper.withheld).toEqual([]);
  for (const value of ["555-0134", "jo@example", "219-09", "wound"])
    expect(JSON.stringify(paper.fields.map(({ answer, from }) => [answer, from]))).not.toContain(value);
});

test("the bill of materials names the rows that the run wrote with their hash, and the base with its licence", () => {
  const { components } = bom.document as { components: { name: string; hashes?: { content: string }[] }[] };
  const rows = components.find(({ name }) => name.endsWith(".jsonl"))!;
  expect(rows.hashes![0]!.content).toBe(sha256(readFileSync(join(dir, rows.name))));
  expect(components.map(({ name }) => name)).toContain("Qwen/Qwen2.5-7B");
  expect(bom.withheld).toEqual([]);
});
