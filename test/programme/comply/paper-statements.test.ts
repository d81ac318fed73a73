import { appendFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { PAPER_IDS, paperTemplate } from "../../../src/catalog/compliance-papers.ts";
import { PAPER_TOPICS } from "../../../src/catalog/paper-topics.ts";
import type { CompliancePaper } from "../../../src/domain/compliance-paper.ts";
import { complyPapers } from "../../../src/programme/comply/comply-papers.ts";
import { withInapplicable } from "../../../src/programme/comply/inapplicable-fields.ts";
import { PaperApproval } from "../../../src/domain/paper-approval.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";
import { longTest } from "../../long-suite.ts";

const OPTIONS = { on: "2026-11-29", tool: "Tunewright 0.0.0" };
const STATEMENTS = `
statements:
  retention: { text: "raw rows 90 days, frozen versions 3 years", by: data protection officer, on: 2026-11-01 }
  CPP.2.retention: { text: "copies are deleted after the run", by: counsel, on: 2026-11-02 }
  security: { text: "<b>disks are encrypted</b>", by: security lead, on: 2026-11-03 }
vendors:
  - { name: Cloud A, purpose: GPUs, personalData: true, country: Ireland }
  - { name: Cloud B, purpose: storage, personalData: true }
`;

let dir = "";
let papers: CompliancePaper[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-statements-"));
  cpSync(join(ROOT, "examples/contracts"), dir, { recursive: true });
  appendFileSync(join(dir, "compliance.yaml"), STATEMENTS);
  ({ papers } = await complyPapers(dir, OPTIONS));
});
afterAll(() => rm(dir, { recursive: true }));

function fieldOf(id: string) {
  return papers.flatMap(({ fields }) => fields).find((field) => field.id === id)!;
}

test("every topic fills fields that exist, and no field belongs to two topics", () => {
  const known = new Set(PAPER_IDS.flatMap((id) => paperTemplate(id).fields.map((field) => field.id)));
  const fields = PAPER_TOPICS.flatMap((topic) => topic.fields);
  expect(fields.filter((field) => !known.has(field))).toEqual([]);
  const allowed = new Set(["SPDX.ds.req.originatedBy", "SPDX.ds.req.downloadLocation", "SPDX.ds.req.releaseTime"]);
  expect(fields.filter((field, index) => fields.indexOf(field) !== index && !allowed.has(field))).toEqual([]);
});

test("one statement fills the fields of its topic in every paper, and one for a field stands in its place", () => {
  const from = "statements.retention in compliance.yaml: data protection officer, 2026-11-01";
  for (const id of ["R30.1.f", "DPIA.B5", "DS.Main.5"]) {
    expect(fieldOf(id)).toMatchObject({ answer: "raw rows 90 days, frozen versions 3 years", from });
  }
  expect(fieldOf("CPP.2.retention").answer).toBe("copies are deleted after the run");
});

test("a field has its source, or the reason, who can fill it and where", () => {
  expect(fieldOf("R30.1.b").answer).toContain("fine-tuning of Qwen/Qwen2.5-7B");
  expect(fieldOf("R30.1.e").answer).toBe("Cloud A: Ireland; country of 1 more not stated");
  expect(fieldOf("DPIA.E1")).toMatchObject({
    answer: null,
    from: "nothing in the programme states it; the data protection officer can fill it: statements.dpo-advice in compliance.yaml",
  });
  for (const { fields, filled } of papers) {
    expect(fields.every(({ from }) => from !== "")).toBe(true);
    expect(filled).toBe(fields.filter(({ answer }) => answer !== null).length);
  }
});

test("a paper that only providers of a general-purpose model owe says whether the programme makes its owner one", () => {
  const dutyOf = (id: string): string | null => papers.find((paper) => paper.id === id)!.duty;
  expect(dutyOf("public-summary")).toBe(
    "Article 53(1)(d) of the AI Act, of providers of general-purpose models; the owner of this programme is none",
  );
  expect(dutyOf("datasheet")).toBeNull();
  expect(fieldOf("PST.1.2.deps").answer).toBe("Qwen/Qwen2.5-7B; no link to its summary is recorded");
});

test("the duties of a processor do not apply to a controller, and what is asked only after a yes does not apply after a no", () => {
  expect(fieldOf("R30.2.b")).toMatchObject({ answer: "not applicable", from: expect.stringContaining("gdpr.role") });
  // 400 of the 14,000 planned rows are listed: none of them was crawled, and nothing is known of the others.
  expect(fieldOf("PST.2.3.used").answer).toBeNull();
  const no = withInapplicable(new Map([["PST.2.3.used", { answer: "no", from: "a" }]]));
  expect(no.get("PST.2.3.domains")?.answer).toBe("not applicable");
  const yes = withInapplicable(new Map([["PST.2.3.used", { answer: "yes", from: "a" }]]));
  expect(yes.has("PST.2.3.domains")).toBe(false);
});

test("what is planned is called planned in the paper itself, since a card is read without its sources", () => {
  for (const id of ["HFM.hardware_type", "HFM.hours_used", "HFM.speeds_sizes_times", "HFM.compute_infrastructure"])
    expect(fieldOf(id).answer, id).toMatch(/^planned: /);
});

test.each([
  ["the usual passes over rows", [], "3 passes over 14,000 rows", "14,000 rows planned"],
  ["passes that are stated", [["preferencePass: dpo", "epochs: 1"]], "1 pass over 14,000 rows", "14,000 rows planned"],
  [
    "one pass over a corpus",
    [
      ["method: lora", "method: continued-pretraining"],
      ["plannedRows: 14000", "corpusTokens: 200000000"],
    ],
    "1 pass over 200,000,000 tokens of text",
    "200,000,000 tokens of text planned",
  ],
] as const)("papers describe the training as it is planned: %s", async (...[, edits, design, size]) => {
  const other = await mkdtemp(join(tmpdir(), "tunewright-statements-"));
  cpSync(join(ROOT, "examples/contracts"), other, { recursive: true });
  const path = join(other, "programme.yaml");
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    edits.reduce((from, [old, now]) => from.replace(old, now), text),
  );
  const { papers: made } = await complyPapers(other, OPTIONS);
  const answers = (id: string) =>
    made.flatMap(({ fields }) => fields.filter((field) => field.id === id).map(({ answer }) => answer));
  expect(answers("SPDX.ai.informationAboutTraining").join()).toContain(design);
  expect(answers("SPDX.ds.datasetSize").join()).toContain(size);
  expect(answers("DPIA.A4").join()).toMatch(/^planned: 8 × H100.*; software: Hugging Face Transformers, TRL and PEFT$/);
  await rm(other, { recursive: true });
});

test("a statement on something that no paper asks for is refused with its line", async () => {
  const text = `version: 1\nstatements:\n  retenton: { text: x, by: y, on: 2026-11-01 }\n`;
  const other = await mkdtemp(join(tmpdir(), "tunewright-statements-"));
  cpSync(join(ROOT, "examples/contracts"), other, { recursive: true });
  writeFileSync(join(other, "compliance.yaml"), text);
  await expect(complyPapers(other, OPTIONS)).rejects.toThrow(
    'compliance.yaml, line 3: "retenton" is neither a topic nor',
  );
  await rm(other, { recursive: true });
});

test("what the plan says reads as a sentence: the whole task, each dataset once, the flow without a gap", () => {
  expect(fieldOf("HFM.direct_use").answer).toBe("Task: extraction, one narrow task. Goals: format, cost.");
  expect(fieldOf("HFM.training_data").answer).toBe("data/train.jsonl (generated by a model, Apache-2.0)");
  expect(fieldOf("DPIA.A3").answer).toMatch(
    /jsonl → training → evaluation → serving; no stage of curation is planned$/,
  );
});

longTest(
  "an approval records person, time and hash, and is out of date once the paper says something else",
  async () => {
    const approve = (): Promise<{ code: number | null; stdout: string }> =>
      runHere(["comply", "approve", "dpia", dir, "--by", "officer", "--json", "--quiet"], { cwd: dir });
    const { code, stdout } = await approve();
    expect(code).toBe(0);
    const approval = PaperApproval.parse(JSON.parse(stdout));
    const dpia = async (on: string): Promise<CompliancePaper> =>
      (await complyPapers(dir, { ...OPTIONS, on })).papers.find(({ id }) => id === "dpia")!;
    const later = await dpia("2026-12-24");
    expect(later).toMatchObject({ sha256: approval.sha256, approval: { by: "officer", isCurrent: true } });
    appendFileSync(join(dir, "compliance.yaml"), "  - { name: Cloud C, purpose: judge, personalData: true }\n");
    expect((await dpia("2026-12-24")).approval).toMatchObject({ by: "officer", isCurrent: false });
    const wrong = await runHere(["comply", "approve", "dpai", dir, "--by", "officer"], { cwd: dir });
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('the programme has no paper "dpai"');
  },
);
