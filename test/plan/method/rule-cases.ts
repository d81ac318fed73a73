import type { MethodFactsInput, Misfit } from "../../../src/domain/method-facts.ts";

/** Facts that most rules say nothing of: a narrow question-answering task with rows enough and a known spend. */
export const PLAIN: MethodFactsInput = {
  kind: "qa",
  goals: ["style"],
  narrow: true,
  rows: 6000,
  apiUsdPerMonth: "10000",
  model: "a model",
  paramCount: 8e9,
  activeParamCount: 8e9,
};

const misfit: Misfit = { method: "qlora", fleet: "1 × L4", needs: "30–40", capacityGib: 24, smallest: null };

type Case = {
  rule: string;
  /** Facts at which the rule speaks, in addition to `PLAIN`. */
  fires: Partial<MethodFactsInput>;
  /** The nearest facts for which it does not; null if it always does. */
  silent: Partial<MethodFactsInput> | null;
};

const REASONING: Partial<MethodFactsInput> = { kind: "reasoning", goals: ["reasoning"] };
const PAIRS = { preferencePairs: 5000 };
const NO_DATA = { rows: 49, preferencePairs: 49 };

/** Every rule on whether to fine-tune: its condition as the printed table words it, and one step beyond. */
export const GATE_CASES: readonly Case[] = [
  { rule: "gate.no-data", fires: NO_DATA, silent: { rows: 50, preferencePairs: 49 } },
  {
    rule: "gate.changing-facts",
    fires: { goals: ["knowledge"], factsChange: true },
    silent: { goals: ["knowledge", "style"], factsChange: true },
  },
  { rule: "gate.spend-low", fires: { apiUsdPerMonth: "4999" }, silent: { apiUsdPerMonth: "5000" } },
  { rule: "gate.spend-middle-broad", fires: { narrow: false }, silent: { narrow: false, apiUsdPerMonth: "25000" } },
  { rule: "gate.spend-unknown", fires: { apiUsdPerMonth: undefined }, silent: {} },
  { rule: "gate.rows-below-range", fires: { rows: 4999 }, silent: { rows: 5000 } },
  { rule: "gate.knowledge", fires: { goals: ["knowledge"] }, silent: { goals: ["knowledge"], corpusTokens: 1e9 } },
  { rule: "gate.no-room", fires: { fleetMemoryGib: 3 }, silent: { fleetMemoryGib: 12 } },
  { rule: "gate.forced", fires: { apiAllowed: false }, silent: { latencyMsP95: 450 } },
  { rule: "gate.spend-middle-narrow", fires: {}, silent: { narrow: false } },
  { rule: "gate.spend-high", fires: { apiUsdPerMonth: "25000" }, silent: { apiUsdPerMonth: "24999" } },
];

const always = (rule: string): Case => ({ rule, fires: {}, silent: null });

/** Every rule on a method: likewise. */
export const METHOD_CASES: readonly Case[] = [
  { rule: "need.gate", fires: { apiUsdPerMonth: "4999" }, silent: {} },
  always("need.baseline"),
  { rule: "need.untuned", fires: { apiUsdPerMonth: "4999" }, silent: {} },
  { rule: "need.no-api", fires: { latencyMsP95: 449 }, silent: { latencyMsP95: 450 } },
  { rule: "need.spend-high", fires: { apiUsdPerMonth: "25000" }, silent: { apiUsdPerMonth: "24999" } },
  { rule: "need.latency-or-cost", fires: { goals: ["cost"] }, silent: {} },
  { rule: "need.merge", fires: { goals: ["latency"] }, silent: {} },
  { rule: "rows.none", fires: { rows: 0 }, silent: { rows: 0, preferencePairs: 1 } },
  { rule: "rows.few", fires: { rows: 49 }, silent: { rows: 50 } },
  { rule: "rows.as-examples", fires: { rows: 49 }, silent: { rows: 50 } },
  { rule: "rows.below-range", fires: { rows: 50 }, silent: { rows: 5000 } },
  { rule: "rows.below-range-full", fires: { rows: 4999 }, silent: { rows: 49 } },
  { rule: "rows.in-range", fires: { rows: 5000 }, silent: { rows: 4999 } },
  { rule: "rows.many", fires: { rows: 100_000 }, silent: { rows: 99_999 } },
  { rule: "corpus.none", fires: {}, silent: { corpusTokens: 1 } },
  { rule: "corpus.small", fires: { corpusTokens: 9.9e8 }, silent: { corpusTokens: 1e9 } },
  {
    rule: "corpus.large",
    fires: { corpusTokens: 1e9, goals: ["knowledge"] },
    silent: { corpusTokens: 9.9e8, goals: ["knowledge"] },
  },
  always("corpus.effort"),
  { rule: "tokenizer.corpus", fires: { changesTokenizer: true }, silent: {} },
  { rule: "tokenizer.full", fires: { changesTokenizer: true }, silent: {} },
  { rule: "tokenizer.adapter", fires: { changesTokenizer: true }, silent: {} },
  { rule: "tokenizer.untouched", fires: { changesTokenizer: true }, silent: {} },
  { rule: "goal.format-style", fires: { rows: 50 }, silent: { rows: 49 } },
  { rule: "goal.schema", fires: { kind: "extraction", goals: ["format"] }, silent: { goals: ["format"] } },
  { rule: "goal.changing-facts", fires: { factsChange: true }, silent: {} },
  { rule: "goal.stale-weights", fires: { factsChange: true }, silent: {} },
  { rule: "goal.knowledge", fires: { goals: ["style", "knowledge"] }, silent: {} },
  { rule: "goal.new-facts", fires: { goals: ["style", "knowledge"] }, silent: {} },
  { rule: "goal.nothing-to-retrieve", fires: {}, silent: { factsChange: true } },
  { rule: "goal.forgetting", fires: { narrow: false }, silent: {} },
  { rule: "goal.reasoning-rows", fires: { ...REASONING, rows: 1000 }, silent: { ...REASONING, rows: 999 } },
  {
    rule: "goal.reasoning-capacity",
    fires: { ...REASONING, rows: 100_000 },
    silent: { ...REASONING, rows: 99_999 },
  },
  { rule: "privacy.index", fires: { personalData: "phi" }, silent: {} },
  { rule: "privacy.weights", fires: { personalData: "pii" }, silent: {} },
  { rule: "reward.verifiable", fires: { ...REASONING, verifiableReward: true }, silent: REASONING },
  {
    rule: "reward.checkable-labels",
    fires: { verifiableReward: true },
    silent: { ...REASONING, verifiableReward: true },
  },
  { rule: "reward.none", fires: {}, silent: { preferencePairs: 1 } },
  { rule: "reward.no-prompts", fires: { rows: 0 }, silent: { rows: 1 } },
  { rule: "reward.model-needed", fires: { preferencePairs: 1 }, silent: {} },
  always("reward.rollouts"),
  { rule: "reward.small-model", fires: { paramCount: 6.9e9, activeParamCount: 6.9e9 }, silent: {} },
  { rule: "pairs.none", fires: {}, silent: { preferencePairs: 1 } },
  { rule: "pairs.few", fires: { preferencePairs: 999 }, silent: { preferencePairs: 1000 } },
  { rule: "pairs.some", fires: { preferencePairs: 1000 }, silent: { preferencePairs: 999 } },
  { rule: "pairs.many", fires: { preferencePairs: 10_000 }, silent: { preferencePairs: 9999 } },
  { rule: "pairs.safety", fires: { ...PAIRS, goals: ["safety"] }, silent: PAIRS },
  { rule: "pairs.style", fires: PAIRS, silent: { ...PAIRS, goals: ["format"] } },
  {
    rule: "pairs.one-right-answer",
    fires: { ...PAIRS, kind: "extraction", goals: ["format"] },
    silent: { ...PAIRS, kind: "extraction" },
  },
  { rule: "pairs.default", fires: PAIRS, silent: {} },
  always("pairs.logits"),
  { rule: "pairs.clear", fires: { preferencePairs: 9999 }, silent: { preferencePairs: 10_000 } },
  { rule: "pairs.unpaired", fires: PAIRS, silent: {} },
  { rule: "pairs.no-reference", fires: PAIRS, silent: {} },
  always("pairs.ppo-parts"),
  { rule: "pairs.ppo-strong", fires: { preferencePairs: 100_000 }, silent: { preferencePairs: 99_999 } },
  { rule: "fit.full", fires: { fleetMemoryGib: 48 }, silent: { fleetMemoryGib: 640 } },
  { rule: "fit.bf16", fires: { fleetMemoryGib: 12 }, silent: { fleetMemoryGib: 48 } },
  { rule: "fit.nf4", fires: { fleetMemoryGib: 3 }, silent: { fleetMemoryGib: 12 } },
  { rule: "fit.estimate", fires: { misfits: [misfit] }, silent: {} },
  always("memory.adapter"),
  always("memory.not-speed"),
  always("memory.quantised-speed"),
  { rule: "memory.full", fires: { paramCount: 13e9, activeParamCount: 13e9 }, silent: {} },
  { rule: "memory.adapter-is-enough", fires: { rows: 99_999 }, silent: { rows: 100_000 } },
  { rule: "memory.quantised-needed", fires: { fleetMemoryGib: 12 }, silent: { fleetMemoryGib: 3 } },
  { rule: "memory.quantised-large", fires: { paramCount: 30e9, activeParamCount: 30e9 }, silent: {} },
  { rule: "memory.quantised-idle", fires: {}, silent: { paramCount: 30e9, activeParamCount: 30e9 } },
  { rule: "memory.experts", fires: { activeParamCount: 2e9 }, silent: {} },
  always("memory.dora-speed"),
  { rule: "memory.dora-gain", fires: REASONING, silent: {} },
];
