import { beforeAll, expect, test } from "vitest";

import { auditAnswers } from "../../src/audit/audit-rules.ts";
import type { AuditFacts, RentalOption } from "../../src/audit/facts.ts";
import { isRefusal } from "../../src/domain/estimate.ts";
import {
  bills,
  type Change,
  cleanFacts,
  estimate,
  evaluation,
  gate,
  inStudy,
  inTraining,
  sweep,
} from "./clean-facts.ts";

let clean: AuditFacts;
beforeAll(async () => {
  clean = await cleanFacts();
});

const unknown = { refused: "no load is stated", hint: "state it" };
const full = (facts: AuditFacts, lora: AuditFacts["lora"]): Partial<AuditFacts> => ({
  ...inStudy(facts, {
    training: { ...facts.study.training, method: "full-sft", cost: estimate(1000) },
    method: { ...facts.study.method, ranking: [{ method: "lora", verdict: "recommended", why: [] }] },
  }),
  lora,
});
const option = (over: Partial<RentalOption>): RentalOption => ({
  term: "on-demand",
  sellerClass: "neocloud",
  usdPerGpuHour: estimate(4),
  billedFactor: { p10: 1, p50: 1, p90: 1 },
  ...over,
});
/** On demand from a hyperscaler at 8 USD an hour, for 100 hours. */
const rented = (facts: AuditFacts, rentals: readonly RentalOption[], over: object = {}): Partial<AuditFacts> => ({
  programme: inTraining(facts, {
    term: "on-demand",
    sellerClass: "hyperscaler",
    gpuUsdPerHour: undefined,
    ...over,
  }),
  ...inStudy(facts, { training: { ...facts.study.training, gpuHours: estimate(100), usdPerGpuHour: estimate(8) } }),
  rentals,
});
const withData = (facts: AuditFacts, change: object): Partial<AuditFacts> => {
  const { programme } = rented(facts, []) as { programme: AuditFacts["programme"] };
  return { programme: { ...programme, data: { ...programme.data, ...change } } };
};
const curated = (facts: AuditFacts, change: object): Partial<AuditFacts> => ({
  trained: null,
  ...inStudy(facts, { curation: { state: "done", contamination: null, personalData: null, ...change } }),
});
const declared = (facts: AuditFacts, personalData: string) => ({
  programme: { ...facts.programme, data: { ...facts.programme.data, personalData } } as never,
});
const spent = (overview: object): Partial<AuditFacts> => ({ spend: { runs: 3, overview: overview as never } });
const logged = (runs: number): Partial<AuditFacts> => ({
  spend: { runs, overview: bills({ run: "100.00" }) },
});
const licensed = (facts: AuditFacts, licence: string | null, researchOnly = false) => ({
  ...inStudy(facts, { model: { ...facts.study.model, licence } }),
  programme: { ...facts.programme, compliance: { ...facts.programme.compliance, researchOnly } },
});
const stated = { category: "data", statedUsd: "100.00" };

/** Each other answer of a rule than its mistake and its near miss (`rule-fixtures.test.ts`), with words of it. */
test.each<[rule: string, state: "finding" | "pass" | "not-checkable", words: RegExp, change: Change]>([
  [
    "full-fine-tune",
    "pass",
    /costed is qlora/,
    (facts) => inStudy(facts, { training: { ...facts.study.training, method: "qlora" } }),
  ],
  [
    "on-demand-hyperscaler",
    "pass",
    /are spot of a neocloud/,
    (facts) => rented(facts, [option({})], { term: "spot", sellerClass: "neocloud" }),
  ],
  [
    "on-demand-hyperscaler",
    "pass",
    /are on-demand of a neocloud/,
    (facts) => rented(facts, [option({})], { sellerClass: "neocloud" }),
  ],
  [
    "on-demand-hyperscaler",
    "not-checkable",
    /your own contract/,
    (facts) => rented(facts, [option({})], { gpuUsdPerHour: "9.00" }),
  ],
  ["on-demand-hyperscaler", "not-checkable", /no other price/, (facts) => rented(facts, [])],
  [
    "on-demand-hyperscaler",
    "not-checkable",
    /no other price/,
    (facts) => rented(facts, [option({ usdPerGpuHour: unknown })]),
  ],
  [
    "on-demand-hyperscaler",
    "not-checkable",
    /no other price/,
    (facts) => rented(facts, [option({ billedFactor: null })]),
  ],
  [
    "on-demand-hyperscaler",
    "finding",
    /^Spot machines of a hyperscaler/,
    (facts) => ({
      ...rented(facts, [option({}), option({ term: "spot", sellerClass: "hyperscaler" })]),
      ...withData(facts, { personalData: "phi" }),
    }),
  ],
  [
    "on-demand-hyperscaler",
    "not-checkable",
    /no other price/,
    (facts) => ({ ...rented(facts, [option({})]), ...withData(facts, { personalData: "phi" }) }),
  ],
  [
    "no-evaluation",
    "finding",
    /no evaluation before launch/,
    (facts) => ({
      evaluations: [],
      state: { ...facts.state, releases: [] },
      programme: { ...facts.programme, evaluation: { ...facts.programme.evaluation, evaluations: 0 } },
    }),
  ],
  [
    "no-evaluation",
    "not-checkable",
    /0 training jobs and 1 evaluation finished/,
    (facts) => ({ state: { ...facts.state, releases: [] } }),
  ],
  [
    "no-evaluation",
    "finding",
    /1 released version of 1/,
    () => ({ evaluations: [{ ...evaluation("clauses:2"), isComplete: false }] }),
  ],
  [
    "annotation-as-engineering",
    "not-checkable",
    /states no budget/,
    (facts) => inStudy(facts, { reconciliation: null }),
  ],
  [
    "annotation-as-engineering",
    "not-checkable",
    /is not estimated/,
    (facts) =>
      inStudy(facts, {
        reconciliation: { ...facts.study.reconciliation, lines: [stated] },
        cost: { ...facts.study.cost, categories: [] },
      }),
  ],
  [
    "no-contamination-check",
    "not-checkable",
    /no locked test set/,
    (facts) => ({ trained: { ...facts.trained!, sets: [] } }),
  ],
  ["no-contamination-check", "not-checkable", /no data run exists/, () => ({ trained: null })],
  [
    "no-contamination-check",
    "not-checkable",
    /other files or another pipeline/,
    (facts) => curated(facts, { state: "stale" }),
  ],
  [
    "no-contamination-check",
    "not-checkable",
    /because it is gone\./,
    () => ({ trained: null, trainedProblem: "it is gone" }),
  ],
  ["no-contamination-check", "finding", /no stage decontaminate/, (facts) => curated(facts, {})],
  [
    "no-contamination-check",
    "pass",
    /compared with a, b; 1 row dropped/,
    (facts) => curated(facts, { contamination: { against: ["a", "b"], dropped: 1 } }),
  ],
  ["personal-data", "not-checkable", /no data run exists/, () => ({ trained: null })],
  [
    "personal-data",
    "not-checkable",
    /was not checked/,
    (facts) => ({ ...curated(facts, {}), ...declared(facts, "none") }),
  ],
  [
    "personal-data",
    "finding",
    /declared \(pii\), and .* never redacted/,
    (facts) => ({ ...curated(facts, {}), ...declared(facts, "pii") }),
  ],
  [
    "personal-data",
    "finding",
    /2 rows with personal data after redaction/,
    (facts) => curated(facts, { personalData: { leaks: 2, leaksKept: true, entities: [] } }),
  ],
  [
    "personal-data",
    "pass",
    /no personal data was kept/,
    (facts) => curated(facts, { personalData: { leaks: 2, leaksKept: false, entities: [] } }),
  ],
  [
    "personal-data",
    "pass",
    /no personal data was kept/,
    (facts) => curated(facts, { personalData: { leaks: 0, leaksKept: true, entities: [] } }),
  ],
  ["labels-in-conflict", "not-checkable", /no data run exists/, () => ({ trained: null })],
  [
    "test-set-moved",
    "not-checkable",
    /no testset\.lock and no evaluation/,
    () => ({ lock: undefined, evaluations: [] }),
  ],
  ["test-set-moved", "not-checkable", /because it cannot be read\./, () => ({ setProblem: "it cannot be read" })],
  [
    "test-set-moved",
    "finding",
    /differs from the pinned one/,
    () => ({ setChecks: [{ set: "acceptance", ok: false, differenceCount: 2 } as never] }),
  ],
  ["base-end-of-life", "not-checkable", /no dated statement/, () => ({ lifecycle: [] })],
  ["base-end-of-life", "pass", /No source/, () => ({ lifecycle: [{ kind: "none-published", date: "" } as never] })],
  [
    "no-serving-model",
    "pass",
    /pays back in month 3-3/,
    (facts) =>
      inStudy(facts, {
        payback: { ...facts.study.payback, monthlyServing: estimate(5), monthWithServing: estimate(3) },
      }),
  ],
  ["base-licence", "pass", /apache-2\.0 allows commercial use/, (facts) => licensed(facts, "apache-2.0")],
  ["base-licence", "pass", /apache-2\.0 allows research only/, (facts) => licensed(facts, "apache-2.0", true)],
  ["base-licence", "not-checkable", /"llama3.1" has conditions/, (facts) => licensed(facts, "llama3.1")],
  ["base-licence", "not-checkable", /has no licence of the base/, (facts) => licensed(facts, null)],
  [
    "budget-shape",
    "pass",
    /The plan has the shape/,
    (facts) => ({ quotedShape: null, ...inStudy(facts, { cost: { ...facts.study.cost, shape: facts.quotedShape } }) }),
  ],
  ["unclaimed-spend", "not-checkable", /no bill was imported/, () => ({ spend: null })],
  ["unclaimed-spend", "not-checkable", /no bill was imported/, () => spent(bills({}))],
  ["unclaimed-spend", "not-checkable", /nothing but taxes/, () => spent(bills({ "not-work": "5.00" }))],
  [
    "unclaimed-spend",
    "not-checkable",
    /bills of 5\.00 EUR are not converted/,
    () => spent({ ...bills({}), unconverted: [{ amount: "5.00", currency: "EUR" }] }),
  ],
  ["bill-above-estimate", "not-checkable", /no imported bill belongs to a run/, () => ({ spend: null })],
  [
    "bill-above-estimate",
    "not-checkable",
    /no imported bill belongs to a run/,
    () => spent(bills({ "no-run": "9.00" })),
  ],
  [
    "bill-above-estimate",
    "not-checkable",
    /training is not estimated: no load/,
    (facts) => inStudy(facts, { training: { ...facts.study.training, cost: unknown } }),
  ],
  ["too-few-items", "not-checkable", /no evaluation states a gate/, () => ({ gates: [] })],
  [
    "too-few-items",
    "not-checkable",
    /because one was never run\./,
    () => ({ gates: [], gateProblems: ["one was never run"] }),
  ],
  ["too-few-items", "finding", /1 gate of 1 cannot detect/, () => ({ gates: [gate(null)] })],
  ["duties-overdue", "not-checkable", /no duty is known to apply/, () => ({ duties: [] })],
  ["secrets-in-files", "not-checkable", /no configuration file/, () => ({ configuration: { files: [], secrets: [] } })],
  ["no-early-stopping", "pass", /No sweep: 7 runs logged, fewer than 8/, () => logged(7)],
  ["no-early-stopping", "not-checkable", /no 8 of the 8 runs share an experiment/, () => logged(8)],
  [
    "no-early-stopping",
    "not-checkable",
    /the largest group has 7/,
    (facts) => ({ ...logged(8), state: { ...facts.state, sweeps: [sweep(() => 27, 7)] } }),
  ],
  ["no-early-stopping", "not-checkable", /no curve is logged/, () => ({ spend: null })],
])("%s: %s, %s", (rule, state, ...[words, change]) => {
  const answer = auditAnswers({ ...clean, foreign: null, ...change(clean) }).find((each) => each.rule === rule)!;
  expect(answer).toMatchObject({ state, text: expect.stringMatching(words) as string });
  expect(answer.price !== null).toBe(state === "finding");
});

test.each<[what: string, lora: AuditFacts["lora"], price: number | null]>([
  ["the share of its compute that LoRA saves", { planned: estimate(100), lora: estimate(40), fleet: "1 × L40S" }, 600],
  ["unknown where the run with LoRA is not estimated", { planned: estimate(100), lora: unknown, fleet: "" }, null],
  ["unknown where the planned run is not estimated", { planned: unknown, lora: estimate(40), fleet: "" }, null],
  ["unknown where neither is needed", null, null],
  ["nothing where LoRA costs as much", { planned: estimate(100), lora: estimate(100), fleet: "1 × L40S" }, null],
])("a full fine-tune is priced by %s", (_what, lora, price) => {
  const answer = auditAnswers({ ...clean, foreign: null, ...full(clean, lora) }).find(
    ({ rule }) => rule === "full-fine-tune",
  )!;
  expect(isRefusal(answer.price!) ? null : answer.price!.p50).toBe(price);
});

test("a search with a run of unknown cost has no price", () => {
  const search = sweep(() => 27);
  const runs = search.runs.map((run, index) => ({ ...run, usd: index === 0 ? null : run.usd }));
  const facts = { ...clean, foreign: null, state: { ...clean.state, sweeps: [{ ...search, runs }] } };
  const { price } = auditAnswers(facts).find(({ rule }) => rule === "no-early-stopping")!;
  expect(price).toMatchObject({ refused: "1 of 9 runs have no known cost" });
});

const evidenceSays = (rule: string, change: Partial<AuditFacts>): (string | undefined)[] =>
  auditAnswers({ ...clean, foreign: null, ...change })
    .find((answer) => answer.rule === rule)!
    .evidence.map(({ says }) => says);

test("a gate that decides on any difference at all has no number of items that would be enough", () => {
  const [says] = evidenceSays("too-few-items", { gates: [{ ...gate(0.05), decides: 0 }] });
  expect(says).toMatch(/decides on 0, detects 0\.05$/);
});

test("a search whose runs have no steps wastes none", () => {
  const [says] = evidenceSays("no-early-stopping", { state: { ...clean.state, sweeps: [sweep(() => 0)] } });
  expect(says).toContain("0 stop early, 0 % of the steps come after that");
});

test.each([
  [0, "the best run is kept"],
  [8, "the best run is stopped too"],
])("where run %i becomes the best one at its end, %s", (best, words) => {
  const search = sweep(() => 27);
  const runs = search.runs.map((run, index) => ({
    ...run,
    points: run.points.map(([step, loss]) => [step, index === best && step === 27 ? -1 : loss] as const),
  }));
  const [says] = evidenceSays("no-early-stopping", { state: { ...clean.state, sweeps: [{ ...search, runs }] } });
  expect(says).toContain(words);
});

test("a folder without runs shows the runs that are planned, if it plans any", () => {
  const planned = (runs: number | undefined): Partial<AuditFacts> => ({
    spend: null,
    programme: { ...clean.programme, training: { ...clean.programme.training, runs } },
  });
  expect(evidenceSays("no-early-stopping", planned(undefined))).toEqual([]);
  expect(evidenceSays("no-early-stopping", planned(4))).toEqual([expect.stringMatching(/runs are planned/)]);
});

test.each([
  ["tunewright -C contracts serve, and log the runs to it", { spend: null }],
  ["tunewright -C contracts runs list", logged(8)],
])("the next step towards a search that can be checked is %s", (action, change) => {
  const answers = auditAnswers({ ...clean, foreign: null, ...change });
  expect(answers.find(({ rule }) => rule === "no-early-stopping")!.action).toBe(action);
});

test("duties that depend on facts that nobody stated are counted, in a pass too", () => {
  const textOf = (change: Partial<AuditFacts>): string =>
    auditAnswers({ ...clean, foreign: null, ...change }).find(({ rule }) => rule === "duties-overdue")!.text;
  const asked = "on facts that nobody stated: tunewright comply ask contracts.";
  expect(textOf({ undecidedDuties: 14 })).toBe(
    `1 duty in force, each with current evidence. Whether 14 more duties apply depends ${asked}`,
  );
  const open = [{ ...clean.duties[0]!, open: ["register"] }];
  expect(textOf({ duties: open, undecidedDuties: 1 })).toMatch(
    new RegExp(`Whether 1 more duty applies depends ${asked}$`),
  );
});

test("a suggested command names the folder of the programme, or is run in it", () => {
  const actionOf = (rule: string, change: Partial<AuditFacts>): string =>
    auditAnswers({ ...clean, foreign: null, ...change }).find((answer) => answer.rule === rule)!.action!;
  expect(actionOf("unclaimed-spend", { spend: null })).toBe("tunewright -C contracts ledger import BILL.csv");
  expect(actionOf("unclaimed-spend", { spend: null, shownDir: "." })).toBe("tunewright ledger import BILL.csv");
  expect(actionOf("test-set-moved", { lock: undefined, evaluations: [] })).toBe(
    "tunewright -C contracts data freeze FILE --out FOLDER, then tunewright -C contracts eval init NAME --set FOLDER",
  );
  expect(actionOf("on-demand-hyperscaler", rented(clean, []))).toMatch(/^tunewright prices show /);
});

test("of many duties five are named, and the others are counted", () => {
  const duties = Array.from({ length: 7 }, (_, index) => ({ ...clean.duties[0]!, id: `D-${index}`, open: ["it"] }));
  const { evidence } = auditAnswers({ ...clean, foreign: null, duties }).find(({ rule }) => rule === "duties-overdue")!;
  expect(evidence.map(({ says }) => says).slice(4)).toEqual([
    "AI literacy, since 2025-02-02: 1 of 1 missing or out of date: it",
    "2 more duties without current evidence",
  ]);
});
