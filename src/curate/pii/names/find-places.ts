import { isCalledTown, isListedTown, isSpokenOfAsCountry } from "./country-or-person.ts";
import { beginsTown, citySize, isCountry } from "./gazetteer.ts";
import { hasLabel, hasLead } from "./lead-words.ts";
import { type Reading, isFree, take } from "./name-span.ts";
import { isDemonym } from "./demonyms.ts";
import {
  CALENDAR,
  EPONYM_TAILS,
  NO_NAMES,
  PARTICLES,
  PLACE_LABELS,
  PLACE_LEADS,
  PLACE_PREPOSITIONS,
  PURE_TITLES,
  ROAD_AFTER,
  STATE_CODES,
  STATES,
  TITLES,
  VISIT_LEADS,
  ZIP_LEADS,
} from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Maximum number of words of a place name that is looked up. */
const LONGEST = 5;

/** Score of a town by its known size (none, small, middle, large) without other evidence. */
const CITY_SCORES = [0, 0.4, 0.5, 0.6];

/** Finds postcodes after an introductory word, and in "City, ST 12345". */
export function findPostcodes(reading: Reading): void {
  const { text, tokens } = reading;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (reading.taken[index] !== 0) continue;
    if (token.shape === SHAPE.number && token.text.length >= 3 && token.text.length <= 10) {
      if (
        /^\d{3,6}(?:-\d{3,4})?$/.test(token.text) &&
        (hasLead(tokens, index, ZIP_LEADS) || hasLabel({ text, tokens }, index, ZIP_LEADS))
      ) {
        take(reading, { from: index, to: index + 1, type: "ZIP_CODE", score: 0.8 });
      } else if (/^\d{4,5}$/.test(token.text)) takeTownAfter(reading, index);
      continue;
    }
    if (token.shape !== SHAPE.caps || !STATE_CODES.has(token.text) || index === 0) continue;
    const after = tokens[index + 1];
    const hasZip = after !== undefined && after.gap === GAP.space && /^\d{5}(?:-\d{4})?$/.test(after.text);
    if (token.gap !== GAP.comma && !hasZip) continue;
    let from = index;
    while (
      from > 0 &&
      index - from < 3 &&
      tokens[from]!.gap === (from === index ? token.gap : GAP.space) &&
      isCapitalised(tokens[from - 1]!)
    )
      from -= 1;
    while (from < index && index - from > 1 && tokens[from]!.isFirst && isSentenceWord(tokens[from]!)) from += 1;
    const name = tokens
      .slice(from, index)
      .map((token) => token.key)
      .join(" ");
    if (!hasZip && (citySize(name) === 0 || name === "")) continue;
    const to = hasZip ? index + 2 : index + 1;
    if (isFree(reading, from, to)) take(reading, { from, to, type: "LOCATION", score: hasZip ? 0.85 : 0.7 });
  }
}

/** A common word at the start of a sentence that is not more likely a first name: "Hector Villanueva, MD". */
function isSentenceWord(token: Token): boolean {
  const { first, common } = factsOf(token);
  return common > 0 && first < 2;
}

/** "28014 Madrid", "04700, El Ejido": a postcode before a town of the list, as in most of Europe. */
function takeTownAfter(reading: Reading, index: number): void {
  const { tokens } = reading;
  const next = tokens[index + 1];
  if (next === undefined || (next.gap !== GAP.space && next.gap !== GAP.comma) || !isCapitalised(next)) return;
  const found = longest(tokens, index + 1, (name) => citySize(name) > 0 || STATES.has(name));
  if (found === 0 || factsOf(next).common === 2 || !isFree(reading, index, index + 1 + found)) return;
  take(reading, { from: index, to: index + 1 + found, type: "LOCATION", score: 0.7 });
}

/** Finds countries, states and groups of people whose names are rarely anything else. */
export function findCountries(reading: Reading): void {
  const { text, tokens, taken } = reading;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (taken[index] !== 0 || !isCapitalised(token)) continue;
    const found = longest(tokens, index, (name) => isCountry(name) || STATES.has(name));
    if (found > 0 && isFree(reading, index, index + found) && !isInName(tokens, index, found)) {
      if (found === 1 && !hasPreposition(tokens, index) && isTail(tokens[index + 1])) continue; // "Brazil nuts"
      const isShort = found === 1 && token.text.length <= 3 && token.shape !== SHAPE.caps;
      const isFirstName =
        found === 1 &&
        factsOf(token).first === 2 &&
        !hasPreposition(tokens, index) &&
        keyOf(tokens[index - 1]) !== "for" &&
        !isSpokenOfAsCountry(tokens, index);
      if (!isShort && !isFirstName) {
        const bracket = /^ \((?:Greek|Northern|Republic)\)/.exec(text.slice(token.end, token.end + 12));
        const to = bracket === null ? index + found + townAfter(tokens, index + found) : index + found + 1;
        take(reading, { from: index, to, type: "LOCATION", score: 0.65 });
        index = to - 1;
      }
      continue;
    }
    if (token.shape !== SHAPE.initial && isDemonym(keyOf(token)) && !isInName(tokens, index, 1)) {
      // "Chinese medicine", "Japanese encephalitis" are of nobody.
      take(reading, { from: index, to: index + 1, type: "NRP", score: isTail(tokens[index + 1]) ? 0.3 : 0.55 });
    }
  }
}

/** After a state or a country that is also the name of a town: 1 for the City of "New York City", "Mexico City". */
function townAfter(tokens: readonly Token[], index: number): number {
  const next = tokens[index];
  return next !== undefined && next.gap === GAP.space && isCapitalised(next) && TOWN_ENDS.has(next.key) ? 1 : 0;
}

const TOWN_ENDS: ReadonlySet<string> = new Set(["city", "county", "township", "dc"]);

function isTail(token: Token | undefined): boolean {
  return token !== undefined && token.gap === GAP.space && EPONYM_TAILS.has(token.key);
}

/** Finds towns of the list, and any name after words such as "lives in", "flew to", or the label of an address. */
export function findTowns(reading: Reading): void {
  const { text, tokens, taken } = reading;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (taken[index] !== 0 || !isCapitalised(token) || token.shape === SHAPE.initial) continue;
    const isVisited = hasLead(tokens, index, VISIT_LEADS) && isWholeName(tokens, index);
    const isLed =
      (!isVisited && hasLead(tokens, index, PLACE_LEADS)) || hasLabel({ text, tokens }, index, PLACE_LABELS);
    const isPrepared = isLed || hasPreposition(tokens, index);
    const found = townLength(tokens, index);
    if (found > 0 && isFree(reading, index, index + found)) {
      const name = nameOf(tokens, index, index + found);
      const size = Math.max(citySize(name), citySize(spelledOut(name)));
      const score = townScore(tokens, index, { count: found, size, isLed, isPrepared });
      const isTerm = EPONYM_TAILS.has(keyOf(tokens[index + found])) && !isLed;
      if (score >= 0.2 && !isTerm) {
        take(reading, { from: index, to: index + found, type: "LOCATION", score });
        index += found - 1;
        continue;
      }
    }
    if (!isLed || isTitled(tokens, index)) continue;
    const to = properName(tokens, index);
    if (to > index && isFree(reading, index, to)) {
      take(reading, { from: index, to, type: "LOCATION", score: 0.5 });
      index = to - 1;
    }
  }
}

/** A title before a name, as in "visited Ms. Smith" and "flew to Dr. Kierkegaard": a person follows, not a town. */
function isTitled(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  return (
    PURE_TITLES.has(keyOf(tokens[index])) &&
    next !== undefined &&
    (next.gap === GAP.space || next.gap === GAP.dot) &&
    isCapitalised(next)
  );
}

/**
 * A first name followed by a family name, or a frequent first name that is not a town: "visited Mary Smith", "visited
 * Mary".
 */
function isWholeName(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  const { first } = factsOf(tokens[index]!);
  const isFollowed =
    next !== undefined &&
    next.gap === GAP.space &&
    isCapitalised(next) &&
    (isNamePart(next) || factsOf(next).last === 2);
  return first > 0 && (isFollowed || (first === 2 && citySize(keyOf(tokens[index])) < 3));
}

function townScore(
  tokens: readonly Token[],
  index: number,
  { count, size, isLed, isPrepared }: { count: number; size: number; isLed: boolean; isPrepared: boolean },
): number {
  if (isLed) return 0.75;
  const token = tokens[index]!;
  const { first, last, common } = factsOf(token);
  if (isInName(tokens, index, count)) return 0;
  if (isCalledTown(tokens, index + count)) return 0.65;
  if (first > 0 && common === 0 && size >= 2 && count === 1 && isListedTown(tokens, index)) return 0.6;
  const after = tokens[index + count];
  const goesOn = after !== undefined && after.gap === GAP.space && isCapitalised(after) && factsOf(after).common > 0;
  if (goesOn && !isPrepared && count === 1) return 0;
  if (count > 1) return Math.max(isPrepared ? 0.7 : 0.55, CITY_SCORES[size]!);
  if (NO_NAMES.has(keyOf(token)) || (token.shape === SHAPE.caps && token.text.length <= 4)) return 0;
  if (common > 0) return isPrepared && !token.isFirst && common === 1 && size >= 2 ? 0.45 : 0;
  if (isPrepared) return first === 2 && size < 3 ? 0.4 : 0.6;
  if (first > 0 || (last === 2 && size < 3)) return size === 3 && first < 2 ? 0.45 : 0;
  return CITY_SCORES[size]! - (last > 0 ? 0.1 : 0);
}

/** Number of tokens of the longest town name at a position; 0 for none. */
function townLength(tokens: readonly Token[], index: number): number {
  const { key } = tokens[index]!;
  if (ABBREVIATED.has(key)) return isInStreet(tokens, index) ? 0 : longest(tokens, index, (name) => citySize(name) > 0);
  if (beginsTown(key)) return longest(tokens, index, (name) => citySize(name) > 0);
  return citySize(key) > 0 ? 1 : 0;
}

/** True if the word is part of a longer name: "Paris Hilton", "Mr. London"; not "Bank of England". */
function isInName(tokens: readonly Token[], index: number, count: number): boolean {
  const before = tokens[index - 1];
  const after = tokens[index + count];
  if (before !== undefined && TITLES.has(keyOf(before)) && tokens[index]!.gap <= GAP.dot && isCapitalised(before))
    return true;
  if (
    before !== undefined &&
    tokens[index]!.gap === GAP.space &&
    isCapitalised(before) &&
    !before.isFirst &&
    isNamePart(before)
  )
    return true;
  return (
    after !== undefined &&
    after.gap === GAP.space &&
    isCapitalised(after) &&
    factsOf(tokens[index]!).first > 0 &&
    (isNamePart(after) || isFullName(tokens, index, count))
  );
}

/** "the notes of Mary Smith": a family name that is also a word; not "in Austin Winter", "of Victoria Park". */
function isFullName(tokens: readonly Token[], index: number, count: number): boolean {
  const after = tokens[index + count]!;
  const before = keyOf(tokens[index - 1]);
  if (count > 1 || factsOf(tokens[index]!).first < 2 || factsOf(after).last < 2) return false;
  return before !== "in" && before !== "at" && !CALENDAR.has(after.key) && !PLACE_ENDS.has(after.key);
}

/** Family names that also end names of places. */
const PLACE_ENDS: ReadonlySet<string> = new Set([
  ...ROAD_AFTER,
  ..."hall bay lake rivers river island beach church field fields house school bank banks forest woods castle port north south east west".split(
    " ",
  ),
]);

function isNamePart(token: Token): boolean {
  if (NO_NAMES.has(keyOf(token))) return false;
  const { first, last, common } = factsOf(token);
  return token.shape === SHAPE.initial ? token.text !== "I" : common < 2 && first + last > 0;
}

function hasPreposition(tokens: readonly Token[], index: number): boolean {
  return index > 0 && tokens[index]!.gap === GAP.space && PLACE_PREPOSITIONS.has(keyOf(tokens[index - 1]));
}

/** First words of town names that are usually abbreviated. */
const ABBREVIATED: ReadonlyMap<string, string> = new Map([
  ["st", "saint"],
  ["ste", "sainte"],
  ["mt", "mount"],
  ["ft", "fort"],
]);

/** "saint paul" for "st paul". */
function spelledOut(name: string): string {
  const space = name.indexOf(" ");
  const word = space === -1 ? undefined : ABBREVIATED.get(name.slice(0, space));
  return word === undefined ? name : word + name.slice(space);
}

/** True for the "St." of "Main St. Louis said": a name of a street stands before it. */
function isInStreet(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return before !== undefined && tokens[index]!.gap === GAP.space && isCapitalised(before) && !before.isFirst;
}

/** Number of tokens of the longest known name at a position; 0 for none. */
function longest(tokens: readonly Token[], position: number, isKnown: (name: string) => boolean): number {
  let name = "";
  let best = 0;
  const isShort = ABBREVIATED.has(tokens[position]!.key);
  for (let to = position; to < tokens.length && to - position < LONGEST; to++) {
    const token = tokens[to]!;
    const mayFollow = token.gap === GAP.space || (isShort && to === position + 1 && token.gap === GAP.dot);
    if (to > position && !mayFollow) break;
    name = to === position ? token.key : `${name} ${token.key}`;
    if (isCapitalised(token) && (isKnown(name) || (isShort && isKnown(spelledOut(name))))) best = to - position + 1;
    if (token.isPossessive) break;
  }
  return best;
}

function nameOf(tokens: readonly Token[], from: number, to: number): string {
  return tokens
    .slice(from, to)
    .map((token) => token.key)
    .join(" ");
}

/**
 * End of the capitalised words from a position on, at most four, with small words inside; the first is not a common
 * word.
 */
function properName(tokens: readonly Token[], index: number): number {
  const start = tokens[index]!;
  if (
    factsOf(start).common === 2 ||
    NO_NAMES.has(keyOf(start)) ||
    (start.shape === SHAPE.caps && start.text.length <= 3)
  )
    return index;
  let to = index + 1;
  while (to < tokens.length && to - index < 4) {
    const next = tokens[to]!;
    if (next.gap !== GAP.space || (!isCapitalised(next) && !PARTICLES.has(keyOf(next)))) break;
    to += 1;
  }
  while (to > index && !isCapitalised(tokens[to - 1]!)) to -= 1;
  return to;
}
