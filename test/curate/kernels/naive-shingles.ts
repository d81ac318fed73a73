const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/** Tokens by the definition, and of a text that has none all that is seen of it. */
export function naiveTokens(text: string): string[] {
  const words = naiveWords(text);
  const seen = text.normalize("NFC").replaceAll(/[\s\p{Cc}\p{Cf}]/gu, "");
  return words.length > 0 || seen === "" ? words : [seen];
}

/** Words by the definition: composed and lower-cased, words of letters, digits and underscores, unspaced letters one by one. */
function naiveWords(text: string): string[] {
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

/** Signs of a text in which only these are, and none begins a line: each with the token before it. */
export function naiveSigns(text: string): string[] {
  return Array.from(
    text.matchAll(/[<+=]/g),
    ({ 0: sign, index }) => `${naiveTokens(text.slice(0, index)).at(-1)} ${sign}`,
  );
}

/** All that tells a text from others, by the definition: its tokens and signs. */
export function naiveWhole(text: string): string {
  return [...naiveTokens(text), ...naiveSigns(text)].join(" ");
}

/** True where the definition calls two texts alike: by their shingles, and short ones by their signs too. */
export function naiveAlike(one: string, other: string, threshold: number): boolean {
  if (threshold === 1) return naiveTokens(one).length > 0 && naiveWhole(one) === naiveWhole(other);
  const fewest = Math.min(...[one, other].map((text) => naiveTokens(text).length)) - 4;
  const isShort = fewest - 5 < threshold * (fewest + 5) - 1e-9;
  if (isShort && naiveSigns(one).join() !== naiveSigns(other).join()) return false;
  return naiveJaccard(one, other) >= threshold;
}
