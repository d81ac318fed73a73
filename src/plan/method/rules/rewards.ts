import { formatCount } from "../../../base/units.ts";
import { isReasoning } from "../method-reading.ts";
import type { MethodRule } from "./method-rule.ts";

/** Rules on reinforcement learning from rewards. */
export const REWARDS_RULES: readonly MethodRule[] = [
  {
    id: "reward.verifiable",
    about: "a reasoning, code or agent task whose answers a program can check",
    methods: ["grpo"],
    points: 40,
    when: (facts) => isReasoning(facts) && facts.verifiableReward,
    sentence: () => "A program can check the answers, which is what reinforcement learning needs to improve reasoning.",
    source: "DeepSeekMath, arXiv:2402.03300; Tülu 3 (RLVR), arXiv:2411.15124",
  },
  {
    id: "reward.checkable-labels",
    about: "answers can be checked, and the task is not to reason",
    methods: ["grpo"],
    points: -10,
    when: (facts) => facts.verifiableReward && !isReasoning(facts),
    sentence: () => "The checked answers are already labels: learning from them directly is cheaper than from rewards.",
    source: "planning measurements: a GRPO step takes 7.9 times the time per token of SFT (NeMo-RL 8B)",
  },
  {
    id: "reward.none",
    about: "answers cannot be checked, and there are no preference pairs",
    methods: ["grpo"],
    points: -100,
    excludes: "no-data",
    when: ({ verifiableReward, preferencePairs }) => !verifiableReward && preferencePairs === 0,
    sentence: () => "There is nothing to reward: no program can check an answer and no pairs can train a reward model.",
    source: "DeepSeekMath, arXiv:2402.03300",
  },
  {
    id: "reward.no-prompts",
    about: "no rows",
    methods: ["grpo"],
    points: -100,
    excludes: "no-data",
    when: ({ rows }) => rows === 0,
    sentence: () => "There are no prompts to roll out.",
    source: "DeepSeekMath, arXiv:2402.03300",
  },
  {
    id: "reward.model-needed",
    about: "answers cannot be checked, and preference pairs exist",
    methods: ["grpo"],
    points: -20,
    when: ({ verifiableReward, preferencePairs }) => !verifiableReward && preferencePairs > 0,
    sentence: () => "Without a checkable answer a reward model must be trained first, and can be gamed.",
    source: "Scaling Laws for Reward Model Overoptimization, arXiv:2210.10760",
  },
  {
    id: "reward.rollouts",
    about: "always",
    methods: ["grpo", "rlhf"],
    points: -10,
    when: () => true,
    sentence: () =>
      "It trains on 8 to 16 sampled answers per prompt, and sampling is bound by decoding: 7.9 times the time per token of SFT was measured, six tenths of a step is rollout.",
    source:
      "TRL and NeMo-RL defaults; NeMo-RL 8B on 16 H100 (1,581 against 12,400 tokens/s per GPU); verl on DeepSeek 671B",
  },
  {
    id: "reward.small-model",
    about: "fewer than 7 billion parameters",
    methods: ["grpo"],
    points: -10,
    when: ({ paramCount }) => paramCount < 7e9,
    sentence: ({ paramCount }) =>
      `At ${formatCount(paramCount)} parameters learning from a stronger model's answers has beaten reinforcement learning on the model itself.`,
    source: "DeepSeek-R1, arXiv:2501.12948 (distillation against reinforcement learning)",
  },
];
