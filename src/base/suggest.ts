import { distance } from "fastest-levenshtein";

/**
 * The known words closest to a mistyped one, best first: at most `limit`, and none that differs by more than a third.
 */
export function suggest(word: string, known: Iterable<string>, limit = 3): string[] {
  const wanted = word.toLowerCase();
  return [...new Set(known)]
    .map((candidate) => {
      const name = candidate.toLowerCase();
      const inside = wanted.length >= 3 && name.includes(wanted) ? 0.5 : 0;
      return {
        candidate,
        cost: inside > 0 ? inside : isSwap(wanted, name) ? 1 : distance(wanted, name),
        size: Math.max(name.length, wanted.length),
      };
    })
    .filter(({ cost, size }) => cost <= Math.max(1, Math.floor(size / 3)))
    .toSorted((a, b) => a.cost - b.cost || a.size - b.size || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** The items whose names are closest to a mistyped word, best first, each once with its closest name. */
export function suggestNamed<Thing>(
  word: string,
  things: readonly Thing[],
  namesOf: (thing: Thing) => readonly string[],
): { name: string; thing: Thing }[] {
  const owners = new Map(things.flatMap((thing) => namesOf(thing).map((name) => [name, thing] as const)));
  const nearest = new Map<Thing, string>();
  for (const name of suggest(word, owners.keys(), owners.size)) {
    const thing = owners.get(name)!;
    if (!nearest.has(thing)) nearest.set(thing, name);
  }
  return [...nearest].slice(0, 3).map(([thing, name]) => ({ name, thing }));
}

/** The hint `did you mean "a" or "b"?`, or undefined if nothing is close. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = suggest(word, known).map((candidate) => `"${candidate}"`);
  return near.length === 0 ? undefined : `did you mean ${near.join(" or ")}?`;
}

/** True if exactly two neighbouring letters are swapped: one typing error, but an edit distance of two. */
function isSwap(a: string, b: string): boolean {
  let position = 0;
  while (position < a.length && a[position] === b[position]) position += 1;
  return (
    a[position] === b[position + 1] &&
    a[position + 1] === b[position] &&
    a.slice(position + 2) === b.slice(position + 2)
  );
}
