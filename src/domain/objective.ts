import type { RunSpec } from "./run-spec.ts";

/** Properties of an objective that determine memory and time. */
export type ObjectiveTraits = {
  /** Kind of one row of the data: a text, a pair of answers, a labelled answer, or a prompt for sampled answers. */
  row: "text" | "pair" | "answer" | "prompt";
  /** Sequences per row in one forward pass of the model. */
  sequencesPerRow: 1 | 2;
  /** Uses a frozen reference policy. */
  hasReference: boolean;
  /** Trains a critic in addition to the policy, and scores answers with a reward model. */
  hasCritic: boolean;
  /** The head outputs one number per sequence instead of logits over the vocabulary. */
  isScalarHead: boolean;
};

const PAIR: ObjectiveTraits = {
  row: "pair",
  sequencesPerRow: 2,
  hasReference: true,
  hasCritic: false,
  isScalarHead: false,
};
const TEXT: ObjectiveTraits = { ...PAIR, row: "text", sequencesPerRow: 1, hasReference: false };
const PROMPT: ObjectiveTraits = { ...PAIR, row: "prompt", sequencesPerRow: 1 };

/**
 * Properties of every objective.
 *
 * @source DPO arXiv:2305.18290, IPO 2310.12036 and KTO 2402.01306 compare the policy with a reference; ORPO 2403.07691
 *   and SimPO 2405.14734 have none; GRPO 2402.03300 drops the critic of PPO 1707.06347
 */
export const OBJECTIVES: Readonly<Record<RunSpec["objective"], ObjectiveTraits>> = {
  sft: TEXT,
  dpo: PAIR,
  ipo: PAIR,
  kto: { ...PAIR, row: "answer", sequencesPerRow: 1 },
  orpo: { ...PAIR, hasReference: false },
  simpo: { ...PAIR, hasReference: false },
  reward: { ...PAIR, hasReference: false, isScalarHead: true },
  grpo: PROMPT,
  ppo: { ...PROMPT, hasCritic: true },
};
