import { beforeAll, describe, expect, test } from "vitest";

import { auditAnswers, RULES } from "../../src/audit/audit-rules.ts";
import type { AuditFacts, SweepFact } from "../../src/audit/facts.ts";
import type { AuditAnswer } from "../../src/domain/audit.ts";
import type { EvaluationResult } from "../../src/domain/evaluation-result.ts";
import { auditFacts } from "../../src/programme/audit/audit-programme.ts";
import type { LockedSet } from "../../src/domain/testset-lock.ts";
import { readProgramme } from "../../src/programme/reading/read-programme.ts";
import { feasibility } from "../../src/programme/study/feasibility.ts";

const CONTRACTS = new URL("../../examples/contracts", import.meta.url).pathname;
const ON = "2026-11-28";
const DIGEST = "ab".repeat(32);

/** A programme without a mistake: the contracts example, with what a whole one has besides. */
let clean: AuditFacts;
beforeAll(async () => {
  const options = {
    shownDir: "contracts",
    on: ON,
    tool: "Tunewright 0.0.0",
    seed: 1,
    env: {},
    now: () => new Date(`${ON}T12:00:00Z`),
    onStep: () => undefined,
  };
  const loaded = await readProgramme(CONTRACTS, ON);
  const study = await feasibility(loaded, { ...options, exact: false });
  const facts = await auditFacts(loaded, study, options);
  clean = {
    ...facts,
    lifecycle: [],
    quotedShape: shape(0.65, 0.1),
    spend: { runs: 3, overview: { billedUsd: "100.00", leakUsd: "0.00" } as never },
    state: { jobs: [], sweeps: [], releases: [{ model: "clauses", version: 2, marks: ["champion"] }] },
    evaluations: [evaluation("clauses:2")],
    lock: { format: 1, sets: { acceptance: set() } },
    setChecks: [],
    setProblem: null,
    trained: {
      folder: "frozen/train",
      digest: DIGEST,
      rows: 200,
      searched: 200,
      personalData: [],
      sets: ["acceptance"],
      testRows: { count: 0, first: [] },
      conflicts: { count: 0, first: [] },
    },
    gates: [gate(0.05)],
    gateProblems: [],
    dutyProblem: null,
    duties: [{ id: "AIA-4", title: "AI literacy", ref: "Art 4", from: "2025-02-02", asked: 1, open: [] }],
  };
});

/** A gate with a margin of 0.05 on 400 items that detect this difference. */
const gate = (detectable: number | null): AuditFacts["gates"][number] => ({
  file: "eval/acceptance.yaml",
  gate: "no-worse",
  scorer: "exact",
  items: 400,
  decides: 0.05,
  detectable,
});

const set = (): LockedSet => ({
  folder: "frozen/v1",
  digest: DIGEST,
  role: "test",
  id: "id",
  licence: null,
  slices: [],
});

function evaluation(target: string, digest = DIGEST): EvaluationResult {
  const names = { target, model: null, servedModels: [], isComplete: true };
  return { id: "e1", ...names, fingerprints: { set: digest } } as never;
}

/** Shares of data and evaluation, and of compute, compared with the rule of the article: 60-70 / 5-15 / 15-35 %. */
function shape(data: number, compute: number): AuditFacts["quotedShape"] {
  const share = (part: string, value: number, [low, high]: readonly [number, number]) => ({
    part,
    share: value,
    low,
    high,
    advice: "move money",
    verdict: value < low ? "below" : value > high ? "above" : "within",
  });
  return {
    shares: [
      share("data-and-evaluation", data, [0.6, 0.7]),
      share("compute", compute, [0.05, 0.15]),
      share("mlops", 1 - data - compute, [0.15, 0.35]),
    ],
  } as AuditFacts["quotedShape"];
}

/** Nine runs that get no better after the first step; run i ends at the value i, after `steps(i)` of 27 steps. */
function sweep(steps: (run: number) => number, count = 9): SweepFact {
  return {
    experiment: "search",
    metric: "eval_loss",
    runs: Array.from({ length: count }, (_, run) => ({
      id: String(run),
      name: `run ${run}`,
      usd: 10,
      points: Array.from({ length: steps(run) }, (_point, index) => [index + 1, run] as const),
    })),
  };
}

const estimate = (p50: number) => ({ p10: p50, p50, p90: p50, unit: "USD", basis: "test", n: 1, sources: ["test"] });

type Change = (facts: AuditFacts) => Partial<AuditFacts>;
const inStudy = (facts: AuditFacts, change: object): Partial<AuditFacts> => ({ study: { ...facts.study, ...change } });
const inTraining = (facts: AuditFacts, change: object) => ({
  ...facts.programme,
  training: { ...facts.programme.training, ...change },
});
const ranked = (facts: AuditFacts, verdict: string) => ({
  ...inStudy(facts, {
    training: { ...facts.study.training, method: "full-sft" },
    method: { ...facts.study.method, ranking: [{ method: "lora", verdict, why: [] }] },
  }),
  lora: { planned: estimate(100), lora: estimate(40), fleet: "1 × L40S" },
});
const rented = (facts: AuditFacts, usdPerHour: number) => ({
  programme: inTraining(facts, { term: "on-demand", sellerClass: "hyperscaler", gpuUsdPerHour: undefined }) as never,
  ...inStudy(facts, {
    training: { ...facts.study.training, gpuHours: estimate(100), usdPerGpuHour: estimate(8) },
  }),
  rentals: [
    {
      term: "on-demand" as const,
      sellerClass: "neocloud" as const,
      usdPerGpuHour: estimate(usdPerHour),
      billedFactor: { p10: 1, p50: 1, p90: 1 },
    },
  ],
});
/** A budget whose engineering is far above the estimate; data at `share` of the estimate. */
const booked = (facts: AuditFacts, share: number) => {
  const ours = (category: string) => facts.study.cost.categories.find((each) => each.category === category)!.cost!;
  const line = (category: string, usd: number) => ({ category, statedUsd: usd.toFixed(2) });
  const lines = [line("data", ours("data").p10 * share), line("engineering", ours("engineering").p90 * 2)];
  return inStudy(facts, { reconciliation: { ...facts.study.reconciliation, lines } });
};
const serving = (facts: AuditFacts, monthlyServing: object, monthWithServing: object) =>
  inStudy(facts, { payback: { ...facts.study.payback, monthlyServing, monthWithServing } });
const superseded = (date: string) => ({
  lifecycle: [
    {
      line: 2,
      kind: "superseded",
      date,
      provider: "maker",
      source: "its page",
      note: "",
      readOn: ON,
    } as never,
  ],
});
const licensed = (facts: AuditFacts, researchOnly: boolean) => ({
  ...inStudy(facts, { model: { ...facts.study.model, licence: "Mistral-Research-License" } }),
  programme: { ...facts.programme, compliance: { ...facts.programme.compliance, researchOnly } },
});
const refused = { refused: "no load is stated", hint: "state it" };

/** For each rule exactly that mistake, and what looks like it and is none. The table says what each mistake is. */
const FIXTURES: readonly [rule: string, mistake: Change, nearMiss: Change][] = [
  ["full-fine-tune", (facts) => ranked(facts, "recommended"), (facts) => ranked(facts, "possible")],
  [
    "no-early-stopping",
    (facts) => ({ state: { ...facts.state, sweeps: [sweep(() => 27)] } }),
    // The same search, each run ended where successive halving ends it: at step 1 all but the first.
    (facts) => ({ state: { ...facts.state, sweeps: [sweep((run) => (run === 0 ? 27 : 1))] } }),
  ],
  ["on-demand-hyperscaler", (facts) => rented(facts, 4), (facts) => rented(facts, 9)],
  [
    "no-evaluation",
    () => ({ evaluations: [evaluation("base")] }),
    () => ({ evaluations: [evaluation("base"), evaluation("clauses@champion")] }),
  ],
  ["annotation-as-engineering", (facts) => booked(facts, 0.5), (facts) => booked(facts, 1.1)],
  [
    "no-contamination-check",
    ({ trained }) => ({
      trained: { ...trained!, testRows: { count: 1, first: [{ row: 7, set: "acceptance", item: 3 }] } },
    }),
    ({ trained }) => ({ trained: { ...trained!, sets: ["acceptance", "other"] } }),
  ],
  [
    "personal-data",
    ({ trained }) => ({ trained: { ...trained!, personalData: [{ entity: "EMAIL_ADDRESS", rows: 1 }] } }),
    // Declared in the raw rows, and not in the version that was trained on.
    ({ programme }) => ({ programme: { ...programme, data: { ...programme.data, personalData: "pii" } } as never }),
  ],
  [
    "test-set-moved",
    () => ({ evaluations: [evaluation("clauses:2", "cd".repeat(32))] }),
    () => ({
      evaluations: [evaluation("clauses:2", "cd".repeat(32))],
      lock: { format: 1, sets: { acceptance: set(), second: { ...set(), digest: "cd".repeat(32) } } },
    }),
  ],
  ["base-end-of-life", () => superseded("2026-11"), () => superseded("2026-12")],
  [
    "no-serving-model",
    (facts) => serving(facts, refused, refused),
    (facts) => serving(facts, estimate(500), { refused: "it never pays back", hint: "serve less" }),
  ],
  ["budget-shape", () => ({ quotedShape: shape(0.57, 0.1) }), () => ({ quotedShape: shape(0.6, 0.15) })],
  [
    "unclaimed-spend",
    ({ spend }) => ({ spend: { ...spend!, overview: { billedUsd: "100.00", leakUsd: "0.01" } as never } }),
    ({ spend }) => ({ spend: { ...spend!, overview: { billedUsd: "0.01", leakUsd: "0.00" } as never } }),
  ],
  [
    "bill-above-estimate",
    (facts) => ({
      ...inStudy(facts, { training: { ...facts.study.training, cost: { ...estimate(50), p90: 99.99 } } }),
    }),
    (facts) => ({ ...inStudy(facts, { training: { ...facts.study.training, cost: { ...estimate(50), p90: 100 } } }) }),
  ],
  ["too-few-items", () => ({ gates: [gate(0.05), gate(0.051)] }), () => ({ gates: [gate(0.05), gate(0.049)] })],
  [
    "duties-overdue",
    ({ duties }) => ({ duties: [...duties, { ...duties[0]!, id: "AIA-50", asked: 2, open: ["marking plan"] }] }),
    ({ duties }) => ({ duties: [...duties, { ...duties[0]!, id: "AIA-50", asked: 2 }] }),
  ],
  [
    "labels-in-conflict",
    ({ trained }) => ({ trained: { ...trained!, conflicts: { count: 1, first: [{ row: 9, earlier: 2 }] } } }),
    ({ trained }) => ({ trained: { ...trained!, rows: 201, searched: 201 } }),
  ],
  ["base-licence", (facts) => licensed(facts, false), (facts) => licensed(facts, true)],
  [
    "secrets-in-files",
    () => ({ configuration: { files: ["a.toml"], secrets: [{ file: "a.toml", line: 1, kind: "github-token" }] } }),
    () => ({ configuration: { files: ["a.toml", "b.yaml"], secrets: [] } }),
  ],
];

const findings = (answers: readonly AuditAnswer[]): string[] =>
  answers.filter(({ state }) => state === "finding").map(({ rule }) => rule);

test("every rule has a fixture with its mistake and a near miss", () => {
  expect(FIXTURES.map(([rule]) => rule)).toEqual(RULES.map(({ id }) => id));
});

test("the clean programme has no finding", () => {
  expect(findings(auditAnswers(clean))).toEqual([]);
});

describe.each(FIXTURES)("%s", (rule, mistake, nearMiss) => {
  test("is found alone where exactly this mistake was made, with evidence", () => {
    const answers = auditAnswers({ ...clean, ...mistake(clean) });
    expect(findings(answers)).toEqual([rule]);
    expect(answers.find((answer) => answer.rule === rule)!.evidence).not.toEqual([]);
  });

  test("is not found in what only looks like it", () => {
    const answers = auditAnswers({ ...clean, ...nearMiss(clean) });
    expect(findings(answers)).toEqual([]);
    expect(answers.find((answer) => answer.rule === rule)!.state).toBe("pass");
  });
});

test("a search is priced by what its runs cost after successive halving would have stopped them", () => {
  // Nine runs of 27 steps and 10 USD, the best first. It goes on. Of the n values at the first step floor(n/3) go on, at
  // least one, and as many better ones came earlier: each of the other eight is stopped there. 8 × 10 × 26/27 USD.
  const facts = { ...clean, state: { ...clean.state, sweeps: [sweep(() => 27)] } };
  const answer = auditAnswers(facts).find(({ rule }) => rule === "no-early-stopping")!;
  expect((answer.price as { p50: number }).p50).toBeCloseTo((8 * 10 * 26) / 27, 6);
});

test("a set that is too small says how many items are needed", () => {
  const answer = auditAnswers({ ...clean, gates: [gate(0.1)] }).find(({ rule }) => rule === "too-few-items")!;
  // Twice the margin with 400 items: four times as many.
  expect(answer.evidence[0]!.says).toContain("about 1,600 items are needed");
});

test("duties that contradicting facts hide are not checkable, with what contradicts", () => {
  const dutyProblem = "gpai.isProvider is yes in compliance.yaml and no in programme.yaml";
  const answer = auditAnswers({ ...clean, duties: [], dutyProblem }).find(({ rule }) => rule === "duties-overdue")!;
  expect(answer).toMatchObject({ state: "not-checkable", text: `Not checkable, because ${dutyProblem}.` });
});
