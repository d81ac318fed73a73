import { SHINGLE_TOKENS, type Sketches } from "./sketches.ts";

/** True for two rows that are not alike, whatever words they share. */
export type ToldApart = (row: number, other: number) => boolean;

/**
 * Tells rows apart whose signs differ, as those of `7 > 5` and `7 < 5` or of C++ and C# do, where a word that differs would
 * tell them apart as well: one that is replaced changes 5 shingles of n, which leaves a similarity of (n - 5) / (n + 5).
 * That is below the threshold of .8 for texts of up to 48 tokens.
 */
export function toldBySigns({ tokens, signs }: Pick<Sketches, "tokens" | "signs">, threshold: number): ToldApart {
  const most = mostTokens(threshold);
  return (row, other) => signs[row] !== signs[other] && Math.min(tokens[row]!, tokens[other]!) <= most;
}

/** Most tokens of a text that one other word makes unlike. */
function mostTokens(threshold: number): number {
  const alikeFrom = Math.ceil((SHINGLE_TOKENS * (1 + threshold)) / (1 - threshold) - 1e-9); // shingles
  return alikeFrom - 1 + SHINGLE_TOKENS - 1;
}
