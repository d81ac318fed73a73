import { isWord, textWords } from "../quality/text-words.ts";

/** Minimum share of distinct words that a changed row has in common with the original. */
const ALIKE = 0.6;

/** Maximum number of rows compared on either side: larger differences cannot be described as changes. */
export const COMPARED_MAX = 20_000;

/** A word in more rows than this does not identify a row. */
const COMMON_ROWS = 200;

/** Number of characters of a row that are compared. */
const CHARACTERS = 20_000;

/** The distinct words of a row's values. */
export function rowWords(text: string): ReadonlySet<string> {
  const values: string[] = [];
  const open: unknown[] = [JSON.parse(text)];
  while (open.length > 0) {
    const value = open.pop();
    if (value !== null && typeof value === "object") open.push(...Object.values(value).toReversed());
    else if (typeof value === "string" || typeof value === "number") values.push(String(value));
  }
  return new Set(textWords(values.join("\n").slice(0, CHARACTERS).toLowerCase()).filter(isWord));
}

/**
 * Pairs removed rows with new rows that share most of their words (Dice's coefficient of .6 or more): the most similar
 * pairs first, each row once; of equal ones, the earlier row.
 *
 * @returns for each new row the index of the original row; undefined for an added row
 */
export function alikeRows(
  gone: readonly ReadonlySet<string>[],
  fresh: readonly ReadonlySet<string>[],
): (number | undefined)[] {
  const places = new Map<string, number[]>();
  for (const [place, words] of gone.entries()) {
    for (const word of words) {
      const rowsOfWord = places.get(word);
      if (rowsOfWord === undefined) places.set(word, [place]);
      else if (rowsOfWord.length <= COMMON_ROWS) rowsOfWord.push(place);
    }
  }
  const pairs: { from: number; to: number; share: number }[] = [];
  for (const [to, words] of fresh.entries()) {
    const candidates = new Set<number>();
    for (const word of words) {
      const rowsOfWord = places.get(word) ?? [];
      if (rowsOfWord.length <= COMMON_ROWS) for (const place of rowsOfWord) candidates.add(place);
    }
    for (const from of candidates) {
      let common = 0;
      for (const word of words) if (gone[from]!.has(word)) common += 1;
      const share = (2 * common) / (words.size + gone[from]!.size);
      if (share >= ALIKE) pairs.push({ from, to, share });
    }
  }
  pairs.sort((a, b) => b.share - a.share || a.to - b.to || a.from - b.from);
  const was: (number | undefined)[] = fresh.map(() => undefined);
  const taken = new Set<number>();
  for (const { from, to } of pairs) {
    if (was[to] !== undefined || taken.has(from)) continue;
    was[to] = from;
    taken.add(from);
  }
  return was;
}
