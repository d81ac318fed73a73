const STUDY = ["test/programme/study/rules.test.ts", "test/programme/study/study-verdict.test.ts"];
const METHOD = ["test/plan/method/rules.test.ts"];
const LAYOUT = ["check-run", "check-method", "check-layout", "layout"].map(
  (name) => `test/plan/layout/${name}.test.ts`,
);
const SUPERVISE = [
  "test/launch/decide.test.ts",
  "test/launch/supervise-rules.test.ts",
  "test/launch/spot-deadline.test.ts",
];
const GUARD = ["test/launch/budget-guard.test.ts"];
const AUDIT = ["test/audit/rule-fixtures.test.ts", "test/audit/rule-outcomes.test.ts"];
const FOREIGN = ["test/programme/audit/audit-import.test.ts"];
const COMPLY = ["roles", "applicable", "samples"].map((name) => `test/comply/${name}.test.ts`);
const LEDGER = ["test/ledger/ledger.test.ts", "test/ledger/periods.test.ts"];
const WATCH = ["test/watch", "test/programme/watch/watch-check.test.ts"];
const LABEL = ["test/label/agreement-report.test.ts"];
const READING = ["test/programme/reading/contradictions.test.ts", "test/programme/reading/read-programme.test.ts"];

/** Locations of rules: a source file; its tables (upper case) and functions that decide, `*` for all; their tests. */
export const PLACES = [
  ["src/programme/study/study-verdict.ts", ["VERDICT_RULES", "studyVerdict", "askedByMethod"], STUDY.toReversed()],
  ["src/programme/study/risks/money-risks.ts", ["MONEY_RISKS"], STUDY],
  ["src/programme/study/risks/data-risks.ts", ["DATA_RISKS"], [...STUDY, "test/programme/study/data-risks.test.ts"]],
  ["src/programme/study/risks/curation-risks.ts", ["CURATION_RISKS"], STUDY],
  ["src/programme/study/risks/training-risks.ts", ["TRAINING_RISKS"], STUDY],
  ["src/programme/study/risks/duty-risks.ts", ["DUTY_RISKS"], STUDY],
  ["src/programme/study/study-risks.ts", ["RISK_RULES"], STUDY],
  ["src/plan/method/fine-tune-gate.ts", ["GATE_RULES", "fineTuneGate"], METHOD],
  ["src/plan/method/rules/goals.ts", ["GOALS_RULES"], METHOD],
  ["src/plan/method/rules/machines.ts", ["MACHINES_RULES"], METHOD],
  ["src/plan/method/rules/rewards.ts", ["REWARDS_RULES"], METHOD],
  ["src/plan/method/rules/need.ts", ["NEED_RULES"], METHOD],
  ["src/plan/method/rules/data.ts", ["DATA_RULES"], METHOD],
  ["src/plan/method/rules/preferences.ts", ["PREFERENCES_RULES"], METHOD],
  ["src/plan/method/method-rules.ts", ["METHOD_RULES"], METHOD],
  ["src/plan/method/method.ts", ["verdictOf", "chainOf"], [...METHOD, "test/plan/method/method.test.ts"]],
  ["src/plan/layout/check-run.ts", ["*"], LAYOUT],
  ["src/plan/layout/check-method.ts", ["*"], LAYOUT],
  ["src/plan/layout/check-layout.ts", ["*"], LAYOUT],
  [
    "src/plan/layout/gpu-notes.ts",
    ["gpuNotes"],
    ["test/plan/layout/layout.test.ts", "test/plan/memory/library-terms.test.ts"],
  ],
  ["src/plan/memory/memory-warnings.ts", ["*"], ["test/plan/memory/memory-warnings.test.ts"]],
  ["src/plan/serve-plan/check-serve.ts", ["*"], ["test/plan/serve-plan/plan-serve.test.ts"]],
  ["src/plan/advice/remedy-changes.ts", ["RULES"], ["test/plan/advice/remedy-changes.test.ts"]],
  ["src/plan/check/row-contradictions.ts", ["*"], ["test/plan/check/row-contradictions.test.ts"]],
  ["src/audit/audit-rules.ts", ["RULES"], AUDIT],
  ["src/audit/rules/compute-rules.ts", ["*"], AUDIT],
  ["src/audit/rules/data-rules.ts", ["*"], AUDIT],
  ["src/audit/rules/duty-rule.ts", ["*"], AUDIT],
  ["src/audit/rules/evaluation-rules.ts", ["*"], AUDIT],
  ["src/audit/rules/model-rules.ts", ["*"], AUDIT],
  ["src/audit/rules/money-rules.ts", ["*"], AUDIT],
  ["src/audit/rules/power-rule.ts", ["*"], AUDIT],
  ["src/audit/rules/secret-rule.ts", ["*"], AUDIT],
  ["src/audit/rules/sweep-rule.ts", ["*"], AUDIT],
  ["src/audit/rules/foreign/foreign-outcome.ts", ["*"], FOREIGN],
  ["src/audit/rules/foreign/foreign-data.ts", ["*"], FOREIGN],
  ["src/audit/rules/foreign/foreign-evaluation.ts", ["*"], FOREIGN],
  ["src/audit/rules/foreign/foreign-training.ts", ["*"], FOREIGN],
  ["src/launch/supervise/decide.ts", ["decide", "nextStart", "judgeEnd", "isOwnFailure"], SUPERVISE],
  ["src/launch/supervise/divergence.ts", ["*"], SUPERVISE],
  ["src/launch/supervise/memory-ladder.ts", ["*"], SUPERVISE],
  ["src/launch/supervise/spot-deadline.ts", ["*"], SUPERVISE],
  ["src/launch/supervise/budget-guard.ts", ["*"], GUARD],
  ["src/comply/roles.ts", ["*"], COMPLY],
  ["src/comply/applicable.ts", ["applicable", "dayFrom"], COMPLY],
  ["src/comply/predicate.ts", ["holds", "decide"], COMPLY],
  ["src/comply/derived-facts.ts", ["byIndicator", "oneThird", "isProvider", "isSystemic", "isExempt"], COMPLY],
  ["src/comply/ai-act.ts", ["thresholdOf", "judge", "byCompute"], ["test/comply/ai-act.test.ts"]],
  ["src/comply/memorisation-verdict.ts", ["*"], ["test/comply/memorisation.test.ts"]],
  ["src/comply/vendor-chain.ts", ["*"], ["test/comply/vendor-chain.test.ts"]],
  ["src/comply/hub-card.ts", ["hubCardProblems", "emptySections"], ["test/comply/formats.test.ts"]],
  ["src/evaluate/compare/judge-gate.ts", ["*"], ["test/evaluate/judge-gate.test.ts"]],
  ["src/evaluate/judge/check-judge.ts", ["reasonsAgainst"], ["test/evaluate/judge-check.test.ts"]],
  ["src/label/agreement-findings.ts", ["*"], LABEL],
  ["src/ledger/check-entry.ts", ["checkEntry", "areLinesOf"], LEDGER],
  ["src/ledger/verify.ts", ["readLedger", "balanceFindings", "fileFindings", "headFindings"], LEDGER],
  ["src/watch/find-alarms.ts", ["findAlarms", "episodes", "explain"], WATCH],
  ["src/programme/watch/retrain-decision.ts", ["*"], ["test/programme/watch/retrain-decision.test.ts"]],
  ["src/synthesize/verify-answer.ts", ["*"], ["test/synthesize"]],
  ["src/curate/rights/judge-rights.ts", ["*"], ["test/curate/rights/judge-rights.test.ts"]],
  ["src/curate/quality/turn-rules.ts", ["RULES"], ["test/curate/quality"]],
  ["src/curate/duplicates/findings/dedup-findings.ts", ["*"], ["test/curate/duplicates"]],
  [
    "src/programme/reading/programme-problems.ts",
    ["dateProblems", "rowProblems", "crossFieldProblems", "repeatedFiles"],
    READING,
  ],
  ["src/programme/reading/main-method.ts", ["mainMethodProblems", "fleetProblems"], READING],
  ["src/programme/reading/catalogue-problems.ts", ["*"], READING],
  ["src/plan/reconcile/quoted-findings.ts", ["*"], ["test/programme/study/worked-programmes.test.ts"]],
  ["src/plan/cost/budget-shape.ts", ["*"], ["test/plan/cost/programme-cost.test.ts"]],
];
