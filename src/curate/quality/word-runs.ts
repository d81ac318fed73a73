/** Words of a text as numbers: equal words have equal numbers, from 0 in order of first occurrence. */
export type WordNumbers = { numbers: Uint32Array; words: readonly string[]; distinct: number };

/** Numbers the words of a text. */
export function wordNumbers(words: readonly string[]): WordNumbers {
  const known = new Map<string, number>();
  const numbers = new Uint32Array(words.length);
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    let number = known.get(word);
    if (number === undefined) known.set(word, (number = known.size));
    numbers[index] = number;
  }
  return { numbers, words, distinct: known.size };
}

/**
 * A hash table of positions, keyed by the run of words that begins there: 0 is free, otherwise the position plus one.
 */
type RunTable = { places: Uint32Array; times: Uint32Array; size: number };

/**
 * Table reused for all texts, as large as the longest of them requires; each use clears only the part that it needs.
 */
const TABLE: RunTable = { places: new Uint32Array(0), times: new Uint32Array(0), size: 0 };

function clearTable(words: number): void {
  let size = 64;
  while (size < 2 * words) size *= 2;
  if (size > TABLE.places.length) {
    TABLE.places = new Uint32Array(size);
    TABLE.times = new Uint32Array(size);
  } else TABLE.places.fill(0, 0, size);
  TABLE.size = size;
}

/** The slot of the run of the given number of words at a position: that of an equal earlier run, or a free one. */
function slotOf({ numbers }: WordNumbers, index: number, count: number): number {
  let hash = count;
  for (let word = index; word < index + count; word++)
    hash = Math.imul(hash ^ numbers[word]!, 0x9e3779b1) ^ (hash >>> 15);
  const { places, size } = TABLE;
  for (let slot = (hash ^ (hash >>> 13)) & (size - 1); ; slot = (slot + 1) & (size - 1)) {
    const before = places[slot]!;
    if (before === 0) return slot;
    let word = 0;
    while (word < count && numbers[before - 1 + word] === numbers[index + word]) word += 1;
    if (word === count) return slot;
  }
}

/**
 * The most frequent run of the given number of words; if several are equally frequent, the first: its start and count.
 * Undefined for a text of fewer words. Exact: runs are compared word by word.
 */
export function topRun(words: WordNumbers, count: number): { at: number; times: number } | undefined {
  if (words.numbers.length < count) return undefined;
  clearTable(words.numbers.length);
  const { places, times } = TABLE;
  let most = 0;
  for (let index = 0; index + count <= words.numbers.length; index++) {
    const slot = slotOf(words, index, count);
    if (places[slot] === 0) {
      places[slot] = index + 1;
      times[slot] = 1;
    } else times[slot]! += 1;
    most = Math.max(most, times[slot]!);
  }
  if (most === 1) return { at: 0, times: 1 };
  for (let index = 0; ; index++) if (times[slotOf(words, index, count)] === most) return { at: index, times: most };
}

/**
 * Characters of the words in repeated runs, each counted once: after a repeated run, the next one begins behind it.
 * Exact, like `topRun`.
 */
export function repeatedRuns(words: WordNumbers, count: number): number {
  clearTable(words.numbers.length);
  let characters = 0;
  for (let index = 0; index + count <= words.numbers.length;) {
    const slot = slotOf(words, index, count);
    if (TABLE.places[slot] === 0) {
      TABLE.places[slot] = index + 1;
      index += 1;
      continue;
    }
    characters += runCharacters(words, index, count);
    index += count;
  }
  return characters;
}

/** Characters of the words of a run, without the separators. */
export function runCharacters({ words }: WordNumbers, index: number, count: number): number {
  let characters = 0;
  for (let word = index; word < index + count; word++) characters += words[word]!.length;
  return characters;
}
