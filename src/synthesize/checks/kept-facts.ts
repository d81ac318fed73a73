/**
 * Finds a number or a placeholder (`<NAME>`) that a rewording lost or added: each must occur as often as in the
 * original. Numbers in words are not recognised.
 *
 * @returns the difference; undefined if there is none
 */
export function lostFact(original: string, rewording: string): string | undefined {
  const [before, after] = [factsOf(original), factsOf(rewording)];
  for (const [fact, count] of before) if (after.get(fact) !== count) return `${fact} of the original`;
  for (const fact of after.keys()) if (!before.has(fact)) return `${fact}, which the original does not have`;
  return undefined;
}

function factsOf(text: string): Map<string, number> {
  const facts = new Map<string, number>();
  for (const [found] of text.matchAll(/<[A-Z][A-Z_]*>|\d+(?:[.,]\d+)*/g)) {
    const fact = found.replaceAll(/,(?=\d{3}(?!\d))/g, "");
    facts.set(fact, (facts.get(fact) ?? 0) + 1);
  }
  return facts;
}

/** English number words below a hundred. */
const WORDS = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
    .split(" ")
    .map((word, index) => [word, index <= 20 ? index : 10 * (index - 18)]),
);

const MULTIPLES = new Map([
  ["thousand", 1_000],
  ["million", 1_000_000],
  ["billion", 1_000_000_000],
]);

/** Finds a number in an answer, in digits or in English words, that is not in the passage. */
export function unsupportedNumber(answer: string, passage: string): string | undefined {
  const known = new Set([...numbersOf(passage), ...spelledNumbers(passage)]);
  return numbersOf(answer).find((number) => !known.has(number));
}

function numbersOf(text: string): string[] {
  return [...factsOf(text).keys()].filter((fact) => /^\d/.test(fact));
}

/** Numbers in English words, whole ("one hundred and ninety": 190) and word by word. Other languages are not read. */
function spelledNumbers(text: string): string[] {
  const numbers: number[] = [];
  let [total, part] = [0, 0];
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const [value, multiple] = [WORDS.get(word), MULTIPLES.get(word)];
    if (value !== undefined) {
      numbers.push(value);
      part += value;
    } else if (word === "hundred") part = Math.max(1, part) * 100;
    else if (multiple !== undefined) [total, part] = [total + Math.max(1, part) * multiple, 0];
    else if (word !== "and") [total, part] = [0, 0];
    if (total + part > 0) numbers.push(total + part);
  }
  return numbers.map(String);
}
