import { formatUsd } from "../../../base/units.ts";
import { fineTuneGate } from "../fine-tune-gate.ts";
import { forcedBy, isForced, monthlySpend, SUPERVISED, TRAINED, hasGoal } from "../method-reading.ts";
import type { MethodRule } from "./method-rule.ts";

/** Rules on whether anything needs to be trained. */
export const NEED_RULES: readonly MethodRule[] = [
  {
    id: "need.gate",
    about: "the answer to whether to fine-tune at all is no",
    methods: TRAINED,
    points: -100,
    when: (facts) => fineTuneGate(facts).fineTune === "no",
    sentence: (facts) => `Do not fine-tune now. ${fineTuneGate(facts).reasons[0]!.text}`,
    source: "rules on whether to fine-tune",
  },
  {
    id: "need.baseline",
    about: "always",
    methods: ["prompt-only"],
    points: 10,
    when: () => true,
    sentence: () => "It needs no training and is the baseline that every tuning must beat on the frozen test set.",
    source: "OpenAI fine-tuning guide (prompt and evaluate first)",
  },
  {
    id: "need.untuned",
    about: "the answer to whether to fine-tune at all is no",
    methods: ["prompt-only"],
    points: 20,
    when: (facts) => fineTuneGate(facts).fineTune === "no",
    sentence: () => "Because you should not fine-tune now, use a good prompt on the best model that you may use.",
    source: "rules on whether to fine-tune",
  },
  {
    id: "need.no-api",
    about: "an API is forbidden, data stays on the premises, or latency is under 450 ms",
    methods: ["prompt-only"],
    points: -20,
    when: isForced,
    sentence: (facts) =>
      `Prompting a frontier API is ruled out (${forcedBy(facts)}); only open models can be prompted.`,
    source: "requirements of the programme",
  },
  {
    id: "need.spend-high",
    about: "spend at or above the upper limit",
    methods: ["prompt-only"],
    points: -10,
    when: (facts) => (monthlySpend(facts) ?? 0) >= Number(facts.limits.broadFromUsdPerMonth),
    sentence: (facts) => `Continuing as today costs ${formatUsd(monthlySpend(facts) ?? 0)} USD a month.`,
    source: "article of 26 May 2026, section FAQ",
  },
  {
    id: "need.latency-or-cost",
    about: "a goal is latency or cost",
    methods: ["prompt-only", "rag"],
    points: -10,
    when: (facts) => hasGoal(facts, "latency", "cost"),
    sentence: () => "Instructions, examples and retrieved passages add cost and latency to every call.",
    source: "serving model: prefill time and input price grow with the prompt",
  },
  {
    id: "need.merge",
    about: "a goal is latency or cost",
    methods: SUPERVISED,
    points: 10,
    when: (facts) => hasGoal(facts, "latency", "cost"),
    sentence: () => "A small tuned model needs a short prompt; an adapter merges into the weights and adds no latency.",
    source: "LoRA, arXiv:2106.09685, section 4",
  },
];
