const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/** Tokens by the definition: composed and lower-cased, words of letters, digits and underscores, unspaced letters one by one. */
export function naiveTokens(text: string): string[] {
  const composed = text.normalize("NFC").toLowerCase().normalize("NFC");
  return (composed.match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((word) => {
    const parts: string[] = [];
    let open = "";
    for (const letter of word) {
      if (!UNSPACED.test(letter)) open += letter;
      else {
        parts.push(...(open === "" ? [] : [open]), letter);
        open = "";
      }
    }
    return open === "" ? parts : [...parts, open];
  });
}

/** The set of shingles by the definition. */
export function naiveShingles(text: string): Set<string> {
  const tokens = naiveTokens(text);
  if (tokens.length === 0) return new Set();
  if (tokens.length < 5) return new Set([tokens.join(" ")]);
  return new Set(tokens.slice(4).map((_token, index) => tokens.slice(index, index + 5).join(" ")));
}

/** Jaccard similarity of two texts by the definition; 0 where either has no word. */
export function naiveJaccard(one: string, other: string): number {
  const [a, b] = [naiveShingles(one), naiveShingles(other)];
  const inter = [...a].filter((shingle) => b.has(shingle)).length;
  return a.size === 0 || b.size === 0 ? 0 : inter / (a.size + b.size - inter);
}
