import type { FunnelStage, StageTokens } from "../../domain/funnel.ts";
import { CHARACTERS_PER_TOKEN, loadTokenCounter } from "../token-counter.ts";

/** Tokens of the rows that each stage let through, by their characters alone: no row is read, no tokenizer loaded. */
export async function characterTokens(stages: readonly FunnelStage[]): Promise<StageTokens> {
  const { method, name, errorFactors, errorNote } = await loadTokenCounter("characters");
  const [low, high] = errorFactors;
  return {
    method,
    tokenizer: name,
    errorNote,
    stages: stages.map(({ stage, charactersKept }) => {
      const tokens = charactersKept / CHARACTERS_PER_TOKEN;
      return {
        stage,
        sampledRows: 0,
        kept: Math.round(tokens),
        keptLow: Math.round(tokens * low),
        keptHigh: Math.round(tokens * high),
      };
    }),
  };
}
