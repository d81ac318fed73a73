import { SHINGLE_TOKENS, withMarks } from "./row-tokens.ts";
import type { Sketches } from "./sketches.ts";

/** True for two rows that are not duplicates, even if their words are similar. */
export type AreDifferent = (row: number, other: number) => boolean;

/** Data by which rows are distinguished. */
export type ComparedParts = Pick<
  Sketches,
  "tokens" | "signs" | "facts" | "marks" | "shortAnswers" | "prompts" | "whole"
>;

/**
 * Distinguishes rows whose signs differ (`7 > 5` and `7 < 5`, C++ and C#) if a different word would distinguish them
 * too. Replacing one word changes 5 of n shingles, which leaves a similarity of (n - 5) / (n + 5); this is below the
 * threshold of .8 for texts of up to 48 tokens. Rows of any length are distinguished if their answers contain different
 * numbers or have different labels, and so are a preference pair and its reverse. Different short answers are
 * distinguished too, if words are not compared.
 */
export function differsBySymbols(
  { tokens, signs, facts, shortAnswers, ...pairs }: ComparedParts,
  { threshold, isVerified }: { threshold: number; isVerified: boolean },
): AreDifferent {
  const most = mostTokens(threshold);
  return (row, other) =>
    facts[row] !== facts[other] ||
    isReversed(pairs, row, other) ||
    isMarkedOtherwise(pairs, row, other) ||
    (!isVerified && shortAnswers[row] !== shortAnswers[other]) ||
    (signs[row] !== signs[other] && Math.min(tokens[row]!, tokens[other]!) <= most);
}

/** Distinguishes rows by their answers alone, for methods that do not compare words. */
export function differsByAnswers({
  facts,
  shortAnswers,
  ...pairs
}: Pick<ComparedParts, "facts" | "marks" | "shortAnswers" | "prompts" | "whole">): AreDifferent {
  return (row, other) =>
    facts[row] !== facts[other] ||
    shortAnswers[row] !== shortAnswers[other] ||
    isReversed(pairs, row, other) ||
    isMarkedOtherwise(pairs, row, other);
}

/** True for rows with the same text and other marks. */
function isMarkedOtherwise(
  { whole, marks }: Pick<ComparedParts, "whole" | "marks">,
  row: number,
  other: number,
): boolean {
  if (marks[row] === marks[other]) return false;
  const plain = (index: number): [low: number, high: number] =>
    withMarks([whole[2 * index]!, whole[2 * index + 1]!], marks[index]!);
  const [[low, high], [otherLow, otherHigh]] = [plain(row), plain(other)];
  return low === otherLow && high === otherHigh;
}

/** True for a preference pair and its reverse: they contradict each other, no matter how similar their texts are. */
function isReversed({ prompts, whole }: Pick<ComparedParts, "prompts" | "whole">, row: number, other: number): boolean {
  const low = prompts[2 * row + 1]!;
  if ((low & 1) === 0 || low !== prompts[2 * other + 1] || prompts[2 * row] !== prompts[2 * other]) return false;
  return whole[2 * row] !== whole[2 * other] || whole[2 * row + 1] !== whole[2 * other + 1];
}

/** Maximum number of tokens of a text in which one different word lowers the similarity below the threshold. */
function mostTokens(threshold: number): number {
  const alikeFrom = Math.ceil((SHINGLE_TOKENS * (1 + threshold)) / (1 - threshold) - 1e-9); // shingles
  return alikeFrom - 1 + SHINGLE_TOKENS - 1;
}
