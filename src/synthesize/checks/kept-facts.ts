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

/** Number words. Those of other languages and larger numbers are not recognised. */
const WORDS = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
    .split(" ")
    .map((word, index) => [word, String(index <= 20 ? index : 10 * (index - 18))]),
);

/** Finds a number in an answer, in digits or in English words, that is not in the passage. */
export function unsupportedNumber(answer: string, passage: string): string | undefined {
  const known = new Set(numbersOf(passage));
  for (const word of passage.toLowerCase().match(/[a-z]+/g) ?? []) {
    const number = WORDS.get(word);
    if (number !== undefined) known.add(number);
  }
  return numbersOf(answer).find((number) => !known.has(number));
}

function numbersOf(text: string): string[] {
  return [...factsOf(text).keys()].filter((fact) => /^\d/.test(fact));
}
