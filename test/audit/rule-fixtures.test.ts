import { beforeAll, describe, expect, test } from "vitest";

import { auditAnswers, RULES } from "../../src/audit/audit-rules.ts";
import type { AuditFacts } from "../../src/audit/facts.ts";
import type { AuditAnswer } from "../../src/domain/audit.ts";
import {
  bills,
  compared,
  contrast,
  hosted,
  spentUsd,
  type Change,
  cleanFacts,
  estimate,
  evaluation,
  gate,
  inStudy,
  inTraining,
  ON,
  set,
  shape,
  sweep,
} from "./clean-facts.ts";

let clean: AuditFacts;
beforeAll(async () => {
  clean = await cleanFacts();
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
    ({ spend }) => ({ spend: { ...spend!, overview: bills({ run: "99.99", "no-run": "0.01" }) } }),
    // Tax belongs to no run, and no run could claim it.
    ({ spend }) => ({ spend: { ...spend!, overview: bills({ run: "100.00", "not-work": "20.00" }) } }),
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
  [
    "training-rows-in-test-set",
    ({ sharedRows }) => ({
      sharedRows: { ...sharedRows!, count: 1, first: [{ place: "train.jsonl, row 7", says: "item 3 of eval.jsonl" }] },
    }),
    ({ sharedRows }) => ({ sharedRows: { ...sharedRows!, items: 51 } }),
  ],
  ["base-licence", (facts) => licensed(facts, false), (facts) => licensed(facts, true)],
  [
    "secrets-in-files",
    () => ({ configuration: { files: ["a.toml"], secrets: [{ file: "a.toml", line: 1, kind: "github-token" }] } }),
    () => ({ configuration: { files: ["a.toml", "b.yaml"], secrets: [] } }),
  ],
];

/** Other evidence of the same mistakes, each next to what only looks like it. */
const OTHER_EVIDENCE: typeof FIXTURES = [
  [
    "base-end-of-life",
    () => ({ hosted: [hosted([["api", "2027-05-30"]])] }),
    () => ({ ...superseded("2026-12"), hosted: [hosted([["api", "2027-05-31"]])] }),
  ],
  [
    "base-end-of-life",
    () => ({ hosted: [hosted([["training", "2027-01-06"]], true)] }),
    () => ({ ...superseded("2026-12"), hosted: [hosted([["none-published", ""]], true)] }),
  ],
  ["no-contamination-check", () => ({ contrasts: [contrast] }), () => ({ contrasts: [] })],
  [
    "full-fine-tune",
    (facts) => ({ ...ranked(facts, "recommended"), comparison: compared(-0.01, 0.03) }),
    (facts) => ({ ...ranked(facts, "recommended"), comparison: compared(0.005, 0.015) }),
  ],
  [
    "annotation-as-engineering",
    () => ({
      actual: {
        ...spentUsd(900, [0.65, 0.1]),
        misbooked: [{ seq: 4, account: "spent:engineering", usd: 300, memo: "annotation" }],
      },
    }),
    () => ({ actual: spentUsd(900, [0.65, 0.1]) }),
  ],
  [
    "budget-shape",
    ({ study }) => ({ actual: spentUsd(study.cost.endToEnd.p50 * 0.51, [0.5, 0.1]) }),
    // The same shape, before half of the plan is spent.
    ({ study }) => ({ actual: spentUsd(study.cost.endToEnd.p50 * 0.49, [0.5, 0.1]) }),
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

describe.each([...FIXTURES, ...OTHER_EVIDENCE])("%s", (rule, mistake, nearMiss) => {
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

test("an imported full fine-tune that an evaluation shows to be better than an adapter is no mistake", () => {
  const record = { configs: [{ weights: { place: "configs/a.yaml, line 3", value: "full" } }], datasets: [] };
  const answerWith = (comparison: ReturnType<typeof compared>, plannedRows: number): AuditAnswer => {
    const foreign = { record } as never;
    const programme = { ...clean.programme, data: { ...clean.programme.data, plannedRows } } as never;
    const facts = { ...clean, ...ranked(clean, "recommended"), comparison, programme };
    return auditAnswers({ ...facts, foreign }, [RULES[0]!])[0]!;
  };
  expect(answerWith(compared(0.005, 0.015), 400).state).toBe("pass");
  const same = answerWith(compared(-0.01, 0.03), 5000);
  expect(same.text).toMatch(/An evaluation of both shows no gain of the full fine-tune\.$/);
  expect(same.evidence[1]!.says).toMatch(/No source states the rows: their number is assumed\.$/);
});

test("a search is priced by what its runs cost after successive halving would have stopped them", () => {
  // Nine runs of 27 steps and 10 USD, the best first. It goes on. Of the n values at the first step floor(n/3) go on, at
  // least one, and as many better ones came earlier: each of the other eight is stopped there. 8 × 10 × 26/27 USD.
  const facts = { ...clean, state: { ...clean.state, sweeps: [sweep(() => 27)] } };
  const answer = auditAnswers(facts).find(({ rule }) => rule === "no-early-stopping")!;
  expect((answer.price as { p50: number }).p50).toBeCloseTo((8 * 10 * 26) / 27, 6);
});

test("the share that no run claims is of what was charged: a credit of the seller does not raise it above all", () => {
  const overview = bills({ "no-run": "21.00", "other-service": "9.00", "not-work": "-10.00" });
  const answers = auditAnswers({ ...clean, spend: { runs: 1, overview } });
  const answer = answers.find(({ rule }) => rule === "unclaimed-spend")!;
  expect(answer.text).toMatch(/^70 % of the bill/);
  expect(answer.evidence[0]!.says).toMatch(/^21\.00 of 30\.00 USD charged/);
  expect(answers.find(({ rule }) => rule === "bill-above-estimate")!.state).toBe("not-checkable");
});

test("serving that is stated and cannot be costed is not said to be unstated", () => {
  const { refused: reason } = refused;
  const of = (served: object) => {
    const programme = { ...clean.programme, serving: served } as never;
    const answers = auditAnswers({ ...clean, ...serving(clean, refused, refused), programme });
    return answers.find(({ rule }) => rule === "no-serving-model")!;
  };
  const stated = of({ inputTokensPerMonth: 6e6, outputTokensPerMonth: 1e6 });
  expect(stated.text).toContain("states what will be served, but no capacity or price is known");
  expect(stated.evidence[0]!.says).toBe(reason);
  expect(stated.action).toContain("measure the replica");
  expect(of({}).evidence[0]!.says).toBe("the tokens per month are not stated");
});

test("a set that moved names the evaluations, gates and releases that rest on it, and no others", () => {
  const other = {
    ...evaluation("mail:1", "cd".repeat(32)),
    id: "e2",
    evaluation: "mail",
    set: { name: "mail" },
  } as never;
  const sets = { acceptance: set(), mail: { ...set(), digest: "cd".repeat(32) } };
  const mail = { file: "eval/mail.yaml", evaluation: "mail", set: "mail", gate: "as-good" };
  const facts: AuditFacts = {
    ...clean,
    lock: { format: 1, sets },
    evaluations: [evaluation("clauses:2"), other],
    statedGates: [...clean.statedGates, mail],
    state: { ...clean.state, releases: [...clean.state.releases, { model: "mail", version: 1, marks: ["champion"] }] },
  };
  const answerOf = (change: Partial<AuditFacts>): AuditAnswer =>
    auditAnswers({ ...facts, ...change }).find(({ rule }) => rule === "test-set-moved")!;
  const changed = answerOf({ setChecks: [{ set: "acceptance", ok: false, differenceCount: 2 } as never] });
  expect(changed.text).toBe(
    "The test set differs from the pinned one. 1 evaluation, 1 gate and 1 released version rest on it.",
  );
  expect(changed.evidence).toEqual([
    { place: "testset.lock, sets.acceptance", says: "2 differences from what is pinned" },
    { place: "evaluations/e1/result.json", says: "of clauses:2, on the set acceptance" },
    { place: "eval/acceptance.yaml, gates, no-worse", says: "decides on results of this set" },
    { place: "registered model clauses, version 2", says: "released (champion) on evaluations/e1/result.json" },
  ]);
  // A set that was never locked: the release that another evaluation covers does not rest on it alone.
  const covered = answerOf({
    evaluations: [{ ...evaluation("clauses:2", "ef".repeat(32)), id: "e0" }, evaluation("clauses:2"), other],
  });
  expect(covered.text).toBe("The test set differs from the pinned one. 1 evaluation rests on it.");
  const none = answerOf({
    evaluations: [],
    statedGates: [],
    setChecks: [{ set: "mail", ok: false, differenceCount: 1 } as never],
  });
  expect(none.text).toBe("The test set differs from the pinned one. Nothing in the folder rests on it.");
});

test("personal data in the rows names the duties for personal data that are in force, the first six by id", () => {
  const duty = clean.duties[0]!;
  const personal = ["GDPR-5", "GDPR-6", "GDPR-9", "GDPR-30", "GDPR-35", "HIPAA-164.514", "HIPAA-164.502"];
  const trained = { ...clean.trained!, personalData: [{ entity: "EMAIL_ADDRESS", rows: 1 }] };
  const evidenceWith = (ids: readonly string[]) => {
    const duties = [duty, ...ids.map((id) => ({ ...duty, id }))];
    return auditAnswers({ ...clean, trained, duties }).find(({ rule }) => rule === "personal-data")!.evidence;
  };
  expect(evidenceWith(personal)).toContainEqual({
    place: "comply show",
    says: "duties in force for personal data: GDPR-5, GDPR-6, GDPR-9, GDPR-30, GDPR-35, HIPAA-164.514 and 1 more",
  });
  expect(evidenceWith(personal.slice(0, 1)).at(-1)!.says).toBe("duties in force for personal data: GDPR-5");
  expect(evidenceWith([]).map(({ place }) => place)).not.toContain("comply show");
});

test("the end of a hosted model is told by kind, and sources that disagree are both named", () => {
  const ends = [
    ["training", "2027-01-06"],
    ["deployment", "2027-03-01"],
    ["api", "2026-10-14"],
    ["api", "2027-04-14"],
    ["api", "2027-04-14"],
  ] as const;
  const answer = auditAnswers({ ...clean, hosted: [hosted(ends, true)] }).find(
    ({ rule }) => rule === "base-end-of-life",
  )!;
  expect(answer.text).toContain(
    "seller/model (tuned by its provider) takes no new tuning jobs from 2027-01-06, and stops answering with tuned models on 2027-03-01, and stops answering on 2026-10-14 or 2027-04-14 (sources disagree).",
  );
  expect(answer.evidence).toHaveLength(7);
  expect(answer.price).toEqual(clean.migration);
});

test("a superseded base is priced by a migration, and the command names its successor", () => {
  const [row] = superseded("2026-10").lifecycle as unknown as [object];
  const facts = { ...clean, lifecycle: [{ ...row, successor: "maker/next" } as never] };
  const answer = auditAnswers(facts).find(({ rule }) => rule === "base-end-of-life")!;
  expect(answer.price).toEqual(clean.migration);
  expect(answer.action).toBe("tunewright watch migrate contracts --to maker/next");
});

test("an API that ends has no price of its own: the programme replaces it", () => {
  const facts = { ...clean, hosted: [hosted([["api", "2027-01-14"]])] };
  const answer = auditAnswers(facts).find(({ rule }) => rule === "base-end-of-life")!;
  expect(answer.price).toMatchObject({ refused: expect.stringContaining("remaining traffic") as string });
});

test("contaminated items are priced by the score with and without them", () => {
  const trained = { ...clean.trained!, testRows: { count: 1, first: [{ row: 7, set: "acceptance", item: 3 }] } };
  for (const change of [{ contrasts: [contrast] }, { contrasts: [contrast], trained }]) {
    const answer = auditAnswers({ ...clean, ...change }).find(({ rule }) => rule === "no-contamination-check")!;
    const says = "exact of clauses:2 is 0.84 on 100 items, and 0.8 on the 90 that share nothing with training rows";
    expect(answer.evidence).toContainEqual({ place: contrast.place, says });
    expect(answer.price).toMatchObject({ refused: `it is a difference of scores: ${says}` });
  }
});

test("annotation in other accounts of the ledger is summed, and the corrected shape is told", () => {
  const entry = { seq: 4, account: "spent:engineering", usd: 50, memo: "annotation of May" };
  const actual = {
    ...spentUsd(1000, [0.4, 0.1]),
    misbooked: Array.from({ length: 7 }, (_, at) => ({ ...entry, seq: at })),
  };
  const answer = auditAnswers({ ...clean, actual }).find(({ rule }) => rule === "annotation-as-engineering")!;
  expect(answer.price).toMatchObject({ p10: 350, p50: 350, p90: 350 });
  expect(answer.text).toContain("75 % data and evaluation, 10 % compute, 15 % engineering");
  expect(answer.evidence.at(-1)!.says).toBe("2 more entries");
});

test("a set that is too small says how many items are needed", () => {
  const answer = auditAnswers({ ...clean, gates: [gate(0.1)] }).find(({ rule }) => rule === "too-few-items")!;
  // Twice the margin with 400 items: four times as many.
  expect(answer.evidence[0]!.says).toContain("about 1,600 items are needed");
});

test("without a budget, entered costs are needed to say where annotation was booked: runs alone show no work", () => {
  const stateWith = (activity: string): string => {
    const actual = { ...spentUsd(900, [0.65, 0.1]), activities: [{ activity, usd: 900 }] };
    const facts = { ...clean, ...inStudy(clean, { reconciliation: null }), actual };
    return auditAnswers(facts).find(({ rule }) => rule === "annotation-as-engineering")!.state;
  };
  expect([stateWith("training"), stateWith("engineering")]).toEqual(["not-checkable", "pass"]);
});

test("duties that contradicting facts hide are not checkable, with what contradicts", () => {
  const dutyProblem = "gpai.isProvider is yes in compliance.yaml and no in programme.yaml";
  const answer = auditAnswers({ ...clean, duties: [], dutyProblem }).find(({ rule }) => rule === "duties-overdue")!;
  expect(answer).toMatchObject({ state: "not-checkable", text: `Not checkable, because ${dutyProblem}.` });
});
