import { citySize, isCountry } from "./gazetteer.ts";
import { hasLabel } from "./lead-words.ts";
import { type Reading, isFree, take } from "./name-span.ts";
import { CALENDAR, EPONYMS, NAME_LABELS, NAME_SUFFIXES, NO_NAMES, STATES } from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Words of the longest family name and of the longest given names. */
const LONGEST = 3;

/** People as lists and records write them, the family name in capitals: "DELACROIX, Marguerite A.", "GARCIA LOPEZ, MARIA". */
export function findSurnameFirst(reading: Reading): void {
  const { text, tokens, taken } = reading;
  for (let at = 0; at + 1 < tokens.length; at++) {
    if (taken[at] !== 0 || !isFamilyWord(tokens[at]!)) continue;
    let comma = at + 1;
    while (comma < tokens.length && comma - at < LONGEST && tokens[comma]!.gap === GAP.space) {
      if (!isFamilyWord(tokens[comma]!)) break;
      comma += 1;
    }
    const isLabelled = hasLabel({ text, tokens }, at, NAME_LABELS);
    const to = tokens[comma]?.gap === GAP.comma ? givenEnd(tokens, comma) : comma;
    if (to > comma && isFree(reading, at, to) && isPerson(reading, { at, comma, to }, isLabelled)) {
      take(reading, { from: at, to, type: "PERSON", score: isLabelled ? 0.85 : 0.7 });
      at = to - 1;
    } else at = comma - 1;
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

/** True where the lists know one of the two as what it stands for, and the other may be: no town before its state, no list of terms. */
function isPerson(
  { text, tokens }: Reading,
  { at, comma, to }: { at: number; comma: number; to: number },
  isLabelled: boolean,
): boolean {
  const given = tokens[comma]!;
  const name = keyOf(given);
  if (given.text.length < 3 || NO_NAMES.has(name) || CALENDAR.has(name) || EPONYMS.has(name)) return false;
  if (isCountry(name) || STATES.has(name)) return false;
  const { first, last: alsoFamily, common } = factsOf(given);
  const family = tokens.slice(at, comma).map((token) => factsOf(token));
  const isFrequent = family.every(({ last }) => last === 2);
  const isWord = family.some((each) => each.common === 2);
  const isGiven = first === 2 && common < 2;
  const isShort = given.shape === SHAPE.caps && tokens.slice(at, comma + 1).every(({ text: word }) => word.length <= 4);
  if (isShort && !isLabelled) return false; // "ANA, ANCA"
  if (isWord && !(isFrequent && (isGiven || isOnItsOwn(text, tokens[at]!, tokens[to - 1]!)))) return false;
  if (common === 2 && first < 2) return false;
  if (first > 0 && family.some(({ last }) => last > 0)) return true;
  if (isGiven && !isWord && tokens[at]!.text.length >= 5) return true;
  if (first > 0 || common > 0 || alsoFamily === 2 || citySize(name) > 0) return false;
  return isLabelled || (isFrequent && family.every((each) => each.common === 0));
}

/** True where a line begins before a name, and a line, a comma, a colon or a bracket ends it. */
function isOnItsOwn(text: string, first: Token, last: Token): boolean {
  return (
    (first.gap === GAP.start || first.gap === GAP.line || first.gap === GAP.other) &&
    /^\.?\s*(?:$|[\n\r,;:(|])/.test(text.slice(last.end, last.end + 4))
  );
}
