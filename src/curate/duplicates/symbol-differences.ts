import { SHINGLE_TOKENS } from "./row-tokens.ts";
import type { Sketches } from "./sketches.ts";

/** True for two rows that are not duplicates, regardless of common words. */
export type AreDifferent = (row: number, other: number) => boolean;

/** Data by which rows are distinguished. */
export type ComparedParts = Pick<Sketches, "tokens" | "signs" | "facts" | "shortAnswers" | "prompts" | "whole">;

/**
 * Distinguishes rows whose signs differ (`7 > 5` and `7 < 5`, C++ and C#) if a different word
 * would distinguish them too: one that is replaced changes 5 shingles of n, which leaves a similarity of (n - 5) /
 * (n + 5). That is below the threshold of .8 for texts of up to 48 tokens. Rows whose answers state other numbers, or
 * have another label, are distinguished however long they are, and so are a preference pair and its reverse; short answers that differ too, if their words are
 * not compared.
 */
export function differsBySymbols(
  { tokens, signs, facts, shortAnswers, ...pairs }: ComparedParts,
  { threshold, isVerified }: { threshold: number; isVerified: boolean },
): AreDifferent {
  const most = mostTokens(threshold);
  return (row, other) =>
    facts[row] !== facts[other] ||
    isReversed(pairs, row, other) ||
    (!isVerified && shortAnswers[row] !== shortAnswers[other]) ||
    (signs[row] !== signs[other] && Math.min(tokens[row]!, tokens[other]!) <= most);
}

/** Distinguishes rows by their answers alone, for methods that do not compare words. */
export function differsByAnswers({
  facts,
  shortAnswers,
  ...pairs
}: Pick<ComparedParts, "facts" | "shortAnswers" | "prompts" | "whole">): AreDifferent {
  return (row, other) =>
    facts[row] !== facts[other] || shortAnswers[row] !== shortAnswers[other] || isReversed(pairs, row, other);
}

/** True for a preference pair and one with its answers the other way round: however alike their texts are, they contradict each other. */
function isReversed({ prompts, whole }: Pick<ComparedParts, "prompts" | "whole">, row: number, other: number): boolean {
  const low = prompts[2 * row + 1]!;
  if ((low & 1) === 0 || low !== prompts[2 * other + 1] || prompts[2 * row] !== prompts[2 * other]) return false;
  return whole[2 * row] !== whole[2 * other] || whole[2 * row + 1] !== whole[2 * other + 1];
}

/** Maximum tokens of a text in which one different word lowers the similarity below the threshold. */
function mostTokens(threshold: number): number {
  const alikeFrom = Math.ceil((SHINGLE_TOKENS * (1 + threshold)) / (1 - threshold) - 1e-9); // shingles
  return alikeFrom - 1 + SHINGLE_TOKENS - 1;
}
