/**
 * Finds a number or a placeholder (`<NAME>`) that a rewording lost or brought in: each must come as often as before. Numbers
 * in words are not seen.
 *
 * @returns what differs; undefined for nothing
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
