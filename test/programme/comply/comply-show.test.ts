import { cpSync, mkdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ComplianceReport, KnownFact } from "../../../src/domain/compliance.ts";
import { TrainingJob } from "../../../src/domain/training-job.ts";
import { ComplianceAnswers } from "../../../src/domain/compliance-answers.ts";
import { recordFacts } from "../../../src/programme/comply/record-facts.ts";
import { complyPapers } from "../../../src/programme/comply/comply-papers.ts";
import { complyShow } from "../../../src/programme/comply/comply-show.ts";
import { evidenceFiles } from "../../../src/programme/comply/evidence/evidence-files.ts";
import { complyText } from "../../../src/programme/comply/comply-text.ts";
import { gatherFacts } from "../../../src/programme/comply/gather-facts.ts";
import { createRun } from "../../../src/track/create-run.ts";
import { logBatch } from "../../../src/track/log-batch.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { programmeVendors } from "../../../src/programme/comply/vendors/programme-vendors.ts";
import { longTest } from "../../long-suite.ts";

const EXAMPLES = new URL("../../../examples/", import.meta.url).pathname;
const ON = "2026-11-25";
const RECORDS = { on: ON, modificationFlop: null, flopSource: "not estimated", personalDataScanned: null };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-comply-"));
  cpSync(join(EXAMPLES, "clinical"), dir, { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

async function gather(answers: unknown = {}): Promise<ReturnType<typeof gatherFacts>> {
  return gatherFacts(await readProgramme(dir), ComplianceAnswers.parse(answers), RECORDS);
}
const answer = (value: unknown): unknown => ({ value, by: "counsel", on: ON });

describe("facts of a programme", () => {
  test("a field that programme.yaml leaves to its default answers nothing", async () => {
    const facts = await gather();
    // compliance.euMarket defaults to false, compliance.ownName to true: neither is stated here.
    for (const id of ["scope.placedOnUnionMarket", "scope.euUsers", "sys.putsIntoService", "dist.redistributesWeights"])
      expect(facts.get(id), id).toEqual({ id, value: null, source: "not stated yet" });
  });

  test("what is stated has its line as source", async () => {
    const facts = await gather();
    expect(facts.get("model.narrow")).toEqual({
      id: "model.narrow",
      value: true,
      source: expect.stringMatching(/programme\.yaml.*\d/),
    });
    expect(facts.get("data.personal")?.value).toBe(true);
  });

  test("health data says nothing about whose law binds", async () => {
    expect((await gather()).get("data.usPhi")?.value).toBeNull();
  });

  test("a contradiction is refused with both sources", async () => {
    const refusal = gather({ answers: { "data.personal": answer(false) } });
    await expect(refusal).rejects.toThrow(
      /data\.personal contradicts itself: true by .*programme\.yaml.*, false by compliance\.yaml: counsel/,
    );
  });

  test("the register, the jobs and the data run prove facts, and never their absence", async () => {
    const vendor = (name: string, more: object) => ({ name, purpose: "x", personalData: true, ...more });
    const vendors = (list: unknown[]) => ComplianceAnswers.parse({ vendors: list }).vendors;
    const proved = (list: unknown[], more: object = {}) =>
      Object.fromEntries(
        recordFacts({ vendors: vendors(list), jobs: [], curation: null, ...more }).map(({ id, value }) => [id, value]),
      );
    expect(proved([])).toEqual({});
    expect(proved([vendor("A", { personalData: false, country: "US" })])).toEqual({});
    expect(proved([vendor("A", { country: "Ireland" })])).toEqual({ "data.processorsUsed": true });
    expect(proved([vendor("A", { country: "se" }), vendor("B", { country: "US" })])).toEqual({
      "data.processorsUsed": true,
      "data.thirdCountry": true,
    });
    const hosted = { state: "done-verified", modelId: "ft:1" } as TrainingJob;
    expect(proved([], { jobs: [hosted] })).toEqual({ "base.weightsControlledByVendor": true });
    const scan = { personalData: { entities: [{ entity: "EMAIL_ADDRESS", spans: 3, rows: 2 }] } };
    expect(proved([], { curation: { state: "used", ...scan } })).toEqual({ "data.personal": true });
    expect(proved([], { curation: { state: "stale", ...scan } })).toEqual({});
  });

  test("a register that names a processor contradicts an answer that there is none", async () => {
    await writeFile(
      join(dir, "compliance.yaml"),
      `answers:\n  data.processorsUsed: { value: false, by: counsel, on: ${ON} }\nvendors:\n  - { name: Cloud A, purpose: training, personalData: true }\n`,
    );
    await expect(complyShow(dir, { on: ON })).rejects.toThrow(
      /data\.processorsUsed contradicts itself: true by register of vendors in compliance\.yaml: Cloud A, false by/,
    );
  });

  test("an answer that agrees is taken", async () => {
    expect((await gather({ answers: { "data.personal": answer(true) } })).get("data.personal")?.source).toContain(
      "counsel",
    );
  });
});

describe("answers that are wrong are refused with their line", () => {
  test.each([
    [
      "a fact that does not exist",
      "answers:\n  data.persnal: { value: true, by: counsel, on: 2026-05-26 }\n",
      /line 2.*data\.persnal/,
    ],
    [
      "a choice that does not exist",
      "answers:\n  sys.highRisk: { value: maybe, by: counsel, on: 2026-05-26 }\n",
      /line 2.*one of no, annexIII, annexI/,
    ],
    [
      "a word for yes or no",
      "answers:\n  data.personal: { value: perhaps, by: counsel, on: 2026-05-26 }\n",
      /expected a boolean/,
    ],
    ["nobody's answer", "answers:\n  data.personal: { value: true, on: 2026-05-26 }\n", /answers\.data\.personal\.by/],
  ])("%s", async (_, text, message) => {
    await writeFile(join(dir, "compliance.yaml"), text);
    await expect(complyShow(dir, { on: ON })).rejects.toThrow(message);
  });

  test("a day before the law", () => expect(complyShow(dir, { on: "2026-07-26" })).rejects.toThrow("2026-07-27"));
});

describe("the licence of the base", () => {
  const exempt = async (base: string): Promise<KnownFact> => {
    await writeFile(join(dir, "programme.yaml"), programmeYaml(base));
    const { report } = await complyShow(dir, { on: ON });
    return report.facts.find(({ id }) => id === "dist.fossLicence")!;
  };
  const programmeYaml = (base: string): string =>
    `version: 1\nname: x\ntask: { kind: chat, goals: [style] }\nmodel: { base: ${base} }\ndata: { plannedRows: 1000 }\ntraining: { method: lora, gpu: L40S, gpuCount: 1 }\n`;

  // Commission guidelines C(2025) 5045, paragraph 83: limits on users or on commercial use disqualify a licence.
  test("rules the exemption out where it limits scale", async () => {
    const source = expect.stringContaining("Llama-3.1-Community, limits the scale of use") as string;
    expect(await exempt("meta-llama/Llama-3.1-8B-Instruct")).toMatchObject({ value: false, source });
  });
  longTest("decides nothing where it is open", async () => {
    expect(await exempt("Qwen/Qwen2.5-7B")).toMatchObject({ value: null });
  });
});

describe("what was recorded", () => {
  const vendors = (dpa: string, day: object): unknown => ({
    vendors: [{ name: "Cloud A", purpose: "training", personalData: true, ...(dpa === "" ? {} : { dpa }), ...day }],
  });
  const register = async (dpa: string, day: object = {}) => {
    await writeFile(join(dir, "compliance.yaml"), "version: 1\n");
    const answers = ComplianceAnswers.parse(vendors(dpa, day));
    const chain = await programmeVendors(dir, answers, null);
    const loaded = await readProgramme(dir);
    const files = await evidenceFiles({ loaded, on: ON, answers, curation: null, vendors: chain });
    return files.find(({ proves }) => proves.includes("vendor-register"));
  };

  test("a register of vendors is evidence, out of date while an agreement is missing", async () => {
    const gone = "the data processing agreement of Cloud A does not exist: dpa.pdf";
    expect(await register("dpa.pdf")).toMatchObject({ isStale: true, detail: expect.stringContaining(gone) });
    await writeFile(join(dir, "dpa.pdf"), "signed\n");
    expect(await register("dpa.pdf")).toMatchObject({
      path: "compliance.yaml",
      isStale: false,
      collectedAt: null,
      detail: expect.stringContaining("1 row without a day"),
    });
    expect(await register("dpa.pdf", { on: ON })).toMatchObject({
      collectedAt: ON,
      detail: `register of 1 vendor, each checked since ${ON}`,
    });
    expect(await register("")).toMatchObject({ isStale: true, detail: expect.stringContaining("Cloud A") });
  });

  test("a verified job without a price is evidence that says so, and never 0 USD", async () => {
    const folder = join(dir, ".tunewright/jobs/0123456789ab");
    mkdirSync(folder, { recursive: true });
    await writeFile(join(folder, "config.json"), "{}\n");
    const job = TrainingJob.parse({
      id: "0123456789ab",
      name: "sft",
      programme: "clinical",
      state: "done-verified",
      reason: null,
      runId: "0".repeat(32),
      engine: "trl",
      target: "local",
      folder,
      datasetDigest: "d".repeat(64),
      step: 10,
      maxSteps: 10,
      usdPerHour: null,
      maxUsd: null,
      spentUsd: null,
      probe: null,
      forecast: null,
      approvedBy: null,
      modelSha256: "a".repeat(64),
      modelId: null,
      createdAt: `${ON}T10:00:00Z`,
      endedAt: `${ON}T11:00:00Z`,
      attempts: [],
    });
    const answers = ComplianceAnswers.parse({});
    const vendors = await programmeVendors(dir, answers, null);
    const loaded = await readProgramme(dir);
    const files = await evidenceFiles({ loaded, on: ON, answers, curation: null, jobs: [job], vendors });
    const found = files.filter(({ proves }) => proves.includes("training-job"));
    expect(found).toHaveLength(1);
    expect(found[0]!.detail).toMatch(/^job 0123456789ab: 10 steps .*; no price$/);
    expect(found[0]).toMatchObject({ isStale: false, collectedAt: ON, validUntil: null, reviewer: null });
  });

  test("compute that trainers logged counts where it is more than what is planned", async () => {
    const state = { env: {}, now: () => new Date(`${ON}T12:00:00Z`) };
    const planned = (await complyShow(dir, { on: ON, state })).report;
    const flop = ({ facts }: ComplianceReport): unknown => facts.find(({ id }) => id === "run.modificationFlop")?.value;
    const store = await openStore({ dataDir: dataFolder(dir) }, state.now);
    const nowMs = state.now().getTime();
    for (const value of [2e25, 3e25]) {
      const run = { experimentId: "0", userId: "ada", name: "sft", startMs: nowMs, tags: [] };
      const { info } = await createRun(store, run, nowMs);
      const metrics = [{ key: "train/total_flos", value, timestamp: nowMs, step: 1 }];
      await logBatch(store, info.run_id, { metrics, params: [], tags: [], nowMs });
    }
    await createRun(store, { experimentId: "0", userId: "ada", name: "silent", startMs: nowMs, tags: [] }, nowMs);
    await store.close();
    const recorded = (await complyShow(dir, { on: ON, state })).report;
    const source = recorded.facts.find(({ id }) => id === "run.modificationFlop")!.source;
    expect(source).toMatch(
      /; recorded: 5\.0e25 FLOP \(2 runs by total_flos\); 1 run logged neither FLOP nor the GPU and its hours$/,
    );
    expect(Number(flop(planned))).toBeLessThan(1e24);
    expect(flop(recorded)).toBeCloseTo(5e25, -23);
  });

  const recordedRuns = (counts: object) => ({
    jobs: [],
    flop: 0,
    runs: 0,
    bounded: 0,
    silent: 0,
    billed: null,
    releases: { versions: [] },
    access: null,
    ...counts,
  });
  const flopFact = async (counts: object): Promise<KnownFact> => {
    const { report } = await complyShow(dir, { on: ON, recorded: recordedRuns(counts) });
    return report.facts.find(({ id }) => id === "run.modificationFlop")!;
  };

  test("runs without FLOPs count by their GPU-hours; more of them than are planned make the compute unknown", async () => {
    // Five runs are planned. 1,000 GPU-hours of an H100 at half of 989 TFLOP/s: 1.8e21 FLOP each, here given as the sum.
    expect(await flopFact({ flop: 9e25, bounded: 50 })).toMatchObject({
      value: 9e25,
      source: expect.stringContaining("recorded: 9.0e25 FLOP (50 runs by GPU-hours at half the GPU's peak)"),
    });
    expect((await flopFact({ silent: 5 })).value).toBeGreaterThan(1e20);
    expect(await flopFact({ silent: 6 })).toMatchObject({
      value: null,
      source:
        "6 runs logged, 5 planned, so the plan does not cover all; 6 runs logged neither FLOP nor the GPU and its hours",
    });
  });

  test("a programme whose runs have neither price nor FLOPs still gets its duties and papers, with unknown compute", async () => {
    const state = { env: {}, now: () => new Date(`${ON}T12:00:00Z`) };
    const store = await openStore({ dataDir: dataFolder(dir) }, state.now);
    const nowMs = state.now().getTime();
    for (let run = 0; run < 6; run += 1)
      await createRun(store, { experimentId: "0", userId: "ada", name: `sft ${run}`, startMs: nowMs, tags: [] }, nowMs);
    await store.close();
    await writeFile(
      join(dir, "compliance.yaml"),
      `answers:\n  scope.euUsers: { value: true, by: counsel, on: ${ON} }\n`,
    );
    const { report, papers, bom } = await complyPapers(dir, { on: ON, state, tool: "Tunewright 0.0.0" });
    expect(report.facts.find(({ id }) => id === "run.modificationFlop")!.value).toBeNull();
    expect(report.roles.find(({ id }) => id === "gpai-provider")).toMatchObject({
      answer: "unknown",
      reason: expect.stringMatching(/^The compute of the training is unknown\. Not known yet: /) as string,
    });
    expect(report.questions.map(({ fact }) => fact)).toContain("run.modificationFlop");
    expect(papers.length).toBeGreaterThan(3);
    // Nothing unknown is written as zero, neither in a paper nor in the bill of materials.
    for (const { fields } of papers)
      for (const { answer } of fields) expect(answer ?? "").not.toMatch(/\b0(?:\.0+)?(?:e0)? (?:FLOP|USD)\b/);
    expect(JSON.stringify(bom.document)).not.toMatch(/modificationFlop[^}]*"0/);
  });
});

describe("duties of the examples", () => {
  const roles = ({ roles: found }: ComplianceReport): Record<string, string> =>
    Object.fromEntries(found.map(({ id, answer: said }) => [id, said]));

  test("clinical: HIPAA binds, the AI Act does not", async () => {
    const { report } = await complyShow(dir, { on: ON });
    expect(roles(report)).toMatchObject({ scope: "no", hipaa: "yes", gdpr: "no" });
    // The chain of each role: rule, facts with their sources, and what would change the answer.
    const chains = complyText(report, true);
    for (const { title, rule, wouldChange, facts } of report.roles) {
      const words = [title, rule.split(";")[0]!, wouldChange.split(",")[0]!, ...facts.map(({ id }) => id)];
      for (const word of words) expect(chains.replaceAll(/\s+/g, " "), title).toContain(word);
    }
    expect(chains).toMatch(/org\.hipaaRole +businessAssociate +compliance\.yaml: privacy officer, 2026-05-26/);
    expect(complyText(report)).not.toContain("would change it");
    // How the rows were de-identified is open. It decides which rules of de-identification hold; the duties for the
    // health information as received hold in any case (45 CFR 164.502(d)).
    const hipaa = report.requirements.filter(({ id }) => id.startsWith("HIPAA-"));
    expect(hipaa.filter(({ applies }) => applies === "yes")).toHaveLength(13);
    const open = hipaa.filter(({ applies }) => applies === "unknown");
    expect(open.map(({ id }) => id)).toEqual(["HIPAA-SH", "HIPAA-ED", "HIPAA-REID", "HIPAA-LDS", "HIPAA-DEID-RIGHT"]);
    expect(new Set(open.flatMap(({ dependsOn }) => dependsOn))).toEqual(new Set(["data.deid"]));
    expect(report.questions.find(({ fact }) => fact === "data.deid")?.decides).toBe(open.length);
    expect(report.requirements.some(({ id, applies }) => id.startsWith("AIA-") && applies === "yes")).toBe(false);
  });

  test("contracts: a system in the Union, not a provider of the model", async () => {
    const { report } = await complyShow(join(EXAMPLES, "contracts"), { on: ON });
    expect(roles(report)).toMatchObject({ scope: "yes", "gpai-provider": "no", gdpr: "yes", "high-risk": "no" });
  });
});
