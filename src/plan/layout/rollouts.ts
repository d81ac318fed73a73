import type { Assumption } from "../../domain/assumption.ts";
import type { Rollouts } from "../../domain/run-spec.ts";
import { pointRange } from "../../domain/point-range.ts";

/** GRPO sampling per prompt: as stated by the user, otherwise from the assumptions. */
export function rolloutsOf(
  stated: {
    groupSize?: number | undefined;
    completionTokens?: number | undefined;
    rolloutTokensPerSec?: number | undefined;
  },
  assumption: (id: string) => Assumption,
): Rollouts {
  const range = (value: number | undefined, id: string): Rollouts["groupSize"] => {
    const { p10, p50, p90 } = value === undefined ? assumption(id) : pointRange(value);
    return { p10, p50, p90 };
  };
  return {
    groupSize: range(stated.groupSize, GROUP_SIZE),
    completionTokens: range(stated.completionTokens, COMPLETION_TOKENS),
    stepShare: range(undefined, ROLLOUT_SHARE),
    ...(stated.rolloutTokensPerSec === undefined ? {} : { outputTokensPerSecPerGpu: stated.rolloutTokensPerSec }),
  };
}

/** Assumption for the number of answers per prompt. */
export const GROUP_SIZE = "grpo.group-size";
/** Assumption for the share of a reinforcement step spent sampling. */
export const ROLLOUT_SHARE = "method.grpo.rollout.share";
/** Assumption for the length of a sampled answer. */
export const COMPLETION_TOKENS = "grpo.completion.tokens";
