import { citySize, isCountry } from "./gazetteer.ts";
import { hasLabel } from "./lead-words.ts";
import { type Reading, isFree, take } from "./name-span.ts";
import { CALENDAR, EPONYMS, NAME_LABELS, NAME_SUFFIXES, NO_NAMES, STATES } from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Maximum number of words of a family name and of given names. */
const LONGEST = 3;

/**
 * Finds people in lists and records that write the family name in capitals: "DELACROIX, Marguerite A.", "GARCIA LOPEZ,
 * MARIA".
 */
export function findSurnameFirst(reading: Reading): void {
  const { text, tokens, taken } = reading;
  for (let index = 0; index + 1 < tokens.length; index++) {
    if (taken[index] !== 0 || !isFamilyWord(tokens[index]!)) continue;
    let comma = index + 1;
    while (comma < tokens.length && comma - index < LONGEST && tokens[comma]!.gap === GAP.space) {
      if (!isFamilyWord(tokens[comma]!)) break;
      comma += 1;
    }
    const isLabelled = hasLabel({ text, tokens }, index, NAME_LABELS);
    const to = tokens[comma]?.gap === GAP.comma ? givenEnd(tokens, comma) : comma;
    if (to > comma && isFree(reading, index, to) && isPerson(reading, { at: index, comma, to }, isLabelled)) {
      take(reading, { from: index, to, type: "PERSON", score: isLabelled ? 0.85 : 0.7 });
      index = to - 1;
    } else index = comma - 1;
  }
}

function isFamilyWord({ shape, text, key, isPossessive }: Token): boolean {
  if (shape !== SHAPE.caps || text.length < 3 || isPossessive) return false;
  return !NO_NAMES.has(key) && !CALENDAR.has(key) && !EPONYMS.has(key) && !NAME_SUFFIXES.has(key);
}

/** End of the given names and initials from a place on. */
function givenEnd(tokens: readonly Token[], from: number): number {
  let to = from;
  while (to < tokens.length && to - from < LONGEST) {
    const next = tokens[to]!;
    const isInitial = next.shape === SHAPE.initial;
    if (
      to > from &&
      next.gap !== GAP.space &&
      !(next.gap === GAP.dot && tokens[to - 1]!.shape === SHAPE.initial && isInitial)
    )
      break;
    if (!isCapitalised(next) || NAME_SUFFIXES.has(keyOf(next))) break;
    if (to > from && !isInitial && factsOf(next).common === 2) break;
    to += 1;
    if (next.isPossessive) break;
  }
  return to;
}

/**
 * True if the lists know one of the two names in its role and the other is possible; false for a town before its state
 * and for a list of terms.
 */
function isPerson(
  { text, tokens }: Reading,
  { at: index, comma, to }: { at: number; comma: number; to: number },
  isLabelled: boolean,
): boolean {
  const given = tokens[comma]!;
  const name = keyOf(given);
  if (given.text.length < 3 || NO_NAMES.has(name) || CALENDAR.has(name) || EPONYMS.has(name)) return false;
  if (isCountry(name) || STATES.has(name)) return false;
  const { first, last: alsoFamily, common } = factsOf(given);
  const family = tokens.slice(index, comma).map((token) => factsOf(token));
  const isFrequent = family.every(({ last }) => last === 2);
  const isWord = family.some((wordFacts) => wordFacts.common === 2);
  const isGiven = first === 2 && common < 2;
  const isShort =
    given.shape === SHAPE.caps && tokens.slice(index, comma + 1).every(({ text: word }) => word.length <= 4);
  if (isShort && !isLabelled) return false; // "ANA, ANCA"
  if (isWord && !(isFrequent && (isGiven || isOnItsOwn(text, tokens[index]!, tokens[to - 1]!)))) return false;
  if (common === 2 && first < 2) return false;
  if (first > 0 && family.some(({ last }) => last > 0)) return true;
  if (isGiven && !isWord && tokens[index]!.text.length >= 5) return true;
  if (first > 0 || common > 0 || alsoFamily === 2 || citySize(name) > 0) return false;
  return isLabelled || (isFrequent && family.every((wordFacts) => wordFacts.common === 0));
}

/** True if a name begins a line and is followed by a line break, a comma, a colon or a bracket. */
function isOnItsOwn(text: string, first: Token, last: Token): boolean {
  return (
    (first.gap === GAP.start || first.gap === GAP.line || first.gap === GAP.other) &&
    /^\.?\s*(?:$|[\n\r,;:(|])/.test(text.slice(last.end, last.end + 4))
  );
}
