/**
 * Number of words in a run that counts as verbatim: 50 tokens are usual, about 38 words of English. @source Carlini et
 * al. 2021, arXiv:2012.07805
 */
const VERBATIM_WORDS = 38;

/**
 * Minimum length of a row's answer that can be judged, in words; for shorter ones, any good model gives the same
 * answer.
 */
export const SHORTEST_ANSWER = 12;

/**
 * Whether an answer repeats the answer of a row: a run of `VERBATIM_WORDS` words in common, or the complete answer if
 * it is shorter.
 *
 * @returns null if the answer of the row is too short to judge
 */
export function isVerbatim(answer: string, trained: string): boolean | null {
  const [said, learnt] = [wordsOf(answer), wordsOf(trained)];
  if (learnt.length < SHORTEST_ANSWER) return null;
  const size = Math.min(VERBATIM_WORDS, learnt.length);
  const runs = new Set<string>();
  for (let start = 0; start + size <= learnt.length; start += 1) runs.add(learnt.slice(start, start + size).join(" "));
  for (let start = 0; start + size <= said.length; start += 1) {
    if (runs.has(said.slice(start, start + size).join(" "))) return true;
  }
  return false;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
