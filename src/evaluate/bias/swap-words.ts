/** A word of the user's list and its replacement in the variant of a group. */
export type WordSwap = { group: string; from: string; to: string };

/**
 * A text with the words of a list replaced simultaneously, so that `he` to `she` and `she` to `he` are swapped. Matches
 * complete words in any case; capitals are preserved.
 *
 * @returns undefined if no word of the list occurs
 */
export function swapWords(text: string, swaps: readonly Pick<WordSwap, "from" | "to">[]): string | undefined {
  const byWord = new Map(swaps.map(({ from, to }) => [from.toLowerCase(), to]));
  const longestFirst = [...byWord.keys()].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  if (longestFirst.length === 0) return undefined;
  const words = longestFirst.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words})(?![\\p{L}\\p{N}_])`, "giu");
  const swapped = text.replaceAll(pattern, (word) => inCaseOf(word, byWord.get(word.toLowerCase())!));
  return swapped === text ? undefined : swapped;
}

function inCaseOf(model: string, word: string): string {
  const isUpper = model.length > 1 && model === model.toUpperCase() && model !== model.toLowerCase();
  if (isUpper) return word.toUpperCase();
  const [first = ""] = Array.from(model);
  return first === first.toLowerCase() ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
