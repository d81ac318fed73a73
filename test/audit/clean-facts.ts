import type { AuditFacts, SweepFact } from "../../src/audit/facts.ts";
import type { ActualSpend, HostedModel, MethodComparison, ScoreContrast } from "../../src/audit/found-facts.ts";
import type { BillClass } from "../../src/domain/bill.ts";
import type { EvaluationResult } from "../../src/domain/evaluation-result.ts";
import type { MoneyOverview } from "../../src/domain/money.ts";
import type { LockedSet } from "../../src/domain/testset-lock.ts";
import { auditFacts } from "../../src/programme/audit/audit-programme.ts";
import { readProgramme } from "../../src/programme/reading/read-programme.ts";
import { feasibility } from "../../src/programme/study/feasibility.ts";

const CONTRACTS = new URL("../../examples/contracts", import.meta.url).pathname;
/** The day of the audit. */
export const ON = "2026-11-28";
/** Digest of the locked set. */
export const DIGEST = "ab".repeat(32);

/** A programme without a mistake: the contracts example, with what a whole one has besides. */
export async function cleanFacts(): Promise<AuditFacts> {
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
  return {
    ...facts,
    lifecycle: [],
    hosted: [],
    migration: estimate(900),
    actual: null,
    comparison: null,
    contrasts: [],
    sharedRows: {
      training: ["train.jsonl"],
      evaluation: ["eval.jsonl"],
      searched: 200,
      items: 50,
      count: 0,
      first: [],
    },
    sharedProblem: null,
    quotedShape: shape(0.65, 0.1),
    spend: { runs: 3, overview: bills({ run: "100.00" }) },
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
    statedGates: [{ file: "eval/acceptance.yaml", evaluation: "acceptance", set: "acceptance", gate: "no-worse" }],
    gateProblems: [],
    dutyProblem: null,
    undecidedDuties: 0,
    duties: [{ id: "AIA-4", title: "AI literacy", ref: "Art 4", from: "2025-02-02", asked: 1, open: [] }],
  };
}

/** The money of imported bills, US dollars by class. */
export function bills(usd: Readonly<Partial<Record<BillClass, string>>>): MoneyOverview {
  const classes = Object.entries(usd).map(([name, billedUsd]) => ({ class: name, billedUsd }));
  const sum = (rows: typeof classes) => rows.reduce((total, each) => total + Number(each.billedUsd), 0).toFixed(2);
  const leaks = classes.filter(({ class: name }) => name === "no-run");
  return { classes, billedUsd: sum(classes), leakUsd: sum(leaks), unconverted: [] } as never;
}

/** A gate with a margin of 0.05 on 400 items that detect this difference. */
export const gate = (detectable: number | null): AuditFacts["gates"][number] => ({
  file: "eval/acceptance.yaml",
  gate: "no-worse",
  scorer: "exact",
  items: 400,
  decides: 0.05,
  detectable,
});

/** The locked set that the evaluation used. */
export const set = (): LockedSet => ({
  folder: "frozen/v1",
  digest: DIGEST,
  role: "test",
  id: "id",
  licence: null,
  slices: [],
});

/** A finished evaluation of a model, of eval/acceptance.yaml. */
export function evaluation(target: string, digest = DIGEST): EvaluationResult {
  const names = { target, model: null, servedModels: [], isComplete: true, evaluation: "acceptance" };
  return { id: "e1", ...names, set: { name: "acceptance" }, fingerprints: { set: digest } } as never;
}

/** Shares of data and evaluation, and of compute, compared with the rule of the article: 60-70 / 5-15 / 15-35 %. */
export function shape(data: number, compute: number): AuditFacts["quotedShape"] {
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
export function sweep(steps: (run: number) => number, count = 9): SweepFact {
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

/** A hosted model whose source names a day for each end. */
export const hosted = (ends: readonly (readonly [kind: string, date: string])[], isTuned = false): HostedModel => ({
  model: "seller/model",
  use: isTuned ? "tuned by its provider" : "in use today",
  place: "programme.yaml, line 70, today.api",
  isTuned,
  ends: ends.map(([kind, date], index) => ({
    modelId: "model",
    line: 300 + index,
    kind,
    date,
    provider: "seller",
    source: `page ${index + 1}`,
    note: "",
    readOn: ON,
    successor: null,
  })) as never,
});

/** An evaluation with 10 of its 100 items in training rows. */
export const contrast: ScoreContrast = {
  place: "evaluations/e1/result.json",
  target: "clauses:2",
  scorer: "exact",
  items: 100,
  score: 0.84,
  cleanItems: 90,
  cleanScore: 0.8,
};

/** An evaluation of a full fine-tune and of an adapter, with the interval of their difference. */
export const compared = (low: number, high: number): MethodComparison => ({
  scorer: "exact",
  items: 400,
  full: { place: "evaluations/full/result.json", target: "clauses-full", score: 0.85 },
  adapter: { place: "evaluations/lora/result.json", target: "clauses-lora", score: 0.84 },
  difference: (low + high) / 2,
  interval: { low, high },
});

/** Spend with shares of data and evaluation, and of compute. */
export const spentUsd = (totalUsd: number, [data, compute]: readonly [number, number]): ActualSpend => ({
  totalUsd,
  activities: [{ activity: "engineering", usd: totalUsd }],
  shape: shape(data, compute)!,
  misbooked: [],
});

/** An estimate without a spread. */
export const estimate = (p50: number) => ({
  p10: p50,
  p50,
  p90: p50,
  unit: "USD",
  basis: "test",
  n: 1,
  sources: ["test"],
});

/** A change of the clean facts. */
export type Change = (facts: AuditFacts) => Partial<AuditFacts>;
/** The facts with a change in the study. */
export const inStudy = (facts: AuditFacts, change: object): Partial<AuditFacts> => ({
  study: { ...facts.study, ...change },
});
/** The programme with a change of its training. */
export const inTraining = (facts: AuditFacts, change: object) => ({
  ...facts.programme,
  training: { ...facts.programme.training, ...change },
});
