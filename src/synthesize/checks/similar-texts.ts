/** Maximum length of a text that is compared word by word; longer ones are compared by shingles only. */
const MOST_WORDS = 200;

/** Maximum number of stored texts. */
const MOST_TEXTS = 200_000;

/** An index of texts for finding similar ones. */
export type SimilarTexts = {
  /** Stores a text with its name; only the first 200,000 are stored. */
  add: (text: string, name: string) => void;
  /** The most similar earlier text, if its similarity reaches the threshold. */
  find: (text: string) => { name: string; score: number } | undefined;
};

/**
 * Finds texts with the same words in the same order: by ROUGE-L, the longest common subsequence of words divided by the
 * mean of the lengths. A text is compared only with texts that share one of its rarest words; without any of these
 * words, too few remain to reach the threshold, so no match is missed.
 *
 * @param threshold above 0, at most 1
 * @source Wang et al. 2023, Self-Instruct, arXiv:2212.10560: a new task is kept if its ROUGE-L with every earlier one
 * is below 0.7
 */
export function similarTexts(threshold: number): SimilarTexts {
  const names: string[] = [];
  const texts: string[][] = [];
  const placesOf = new Map<string, number[]>();
  return {
    add: (text, name) => {
      const words = wordsOf(text);
      if (words === undefined || texts.length >= MOST_TEXTS) return;
      for (const word of new Set(words)) {
        const places = placesOf.get(word);
        if (places === undefined) placesOf.set(word, [texts.length]);
        else places.push(texts.length);
      }
      names.push(name);
      texts.push(words);
    },
    find: (text) => {
      const words = wordsOf(text);
      if (words === undefined) return undefined;
      let best: { place: number; score: number } | undefined;
      for (const place of candidates(words)) {
        const other = texts[place]!;
        const most = (2 * Math.min(words.length, other.length)) / (words.length + other.length);
        if (most < threshold || most <= (best?.score ?? 0)) continue;
        const score = (2 * commonLength(words, other)) / (words.length + other.length);
        if (score >= threshold && score > (best?.score ?? 0)) best = { place, score };
      }
      return best === undefined ? undefined : { name: names[best.place]!, score: best.score };
    },
  };

  /** Candidates that may reach the threshold, in the order in which they were added. */
  function candidates(words: readonly string[]): number[] {
    // 2 L / (m + n) ≥ t and n ≥ L give L ≥ t m / (2 - t): at least this many words are shared.
    const least = Math.ceil((threshold * words.length) / (2 - threshold) - 1e-9);
    const byRarity = words.toSorted((a, b) => (placesOf.get(a)?.length ?? 0) - (placesOf.get(b)?.length ?? 0));
    const probed = byRarity.slice(0, words.length - least + 1);
    const places = new Set([...new Set(probed)].flatMap((word) => placesOf.get(word) ?? []));
    return [...places].toSorted((a, b) => a - b);
  }
}

/** Words of a text in lower case; undefined if it has none, or too many. */
function wordsOf(text: string): string[] | undefined {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.length === 0 || words.length > MOST_WORDS ? undefined : words;
}

/** Length of the longest common subsequence of words. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Uint16Array(b.length + 1);
  for (const word of a) {
    const next = new Uint16Array(b.length + 1);
    for (const [index, other] of b.entries()) {
      next[index + 1] = word === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!);
    }
    row = next;
  }
  return row[b.length]!;
}
