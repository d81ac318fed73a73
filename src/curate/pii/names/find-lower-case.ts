import { isDemonym } from "./demonyms.ts";
import { citySize, isCountry } from "./gazetteer.ts";
import { languageHint } from "./language-hint.ts";
import { endsPhrase, hasLabel, hasLead, isBirthName, isBirthWord } from "./lead-words.ts";
import { familyEnd, isFamilyFirst, pairScore } from "./lower-pair.ts";
import { type Reading, take } from "./name-span.ts";
import { isSignature, signOffAbove } from "./signature.ts";
import {
  AUXILIARIES,
  CALENDAR,
  EPONYM_TAILS,
  EPONYMS,
  GIVEN_NAME_LEADS,
  NO_NAMES,
  NAME_LABELS,
  OWN_NAME_LEADS,
  PARTICLES,
  PLACE_LEADS,
  PLACE_PREPOSITIONS,
  RELATIONS,
  SMALL_TITLES,
  SPEAKING,
} from "./terms.ts";
import { factsOf, GAP, keyOf, SHAPE, type Token } from "./tokens.ts";

/**
 * Finds names written without capitals: in any text after a form of address ("dr patel"), after "my name is", after a
 * relation ("my son tim"); in a text without capitalised words also frequent first names, large towns and countries on
 * their own.
 */
export function findLowerCase(reading: Reading): void {
  const { tokens, taken } = reading;
  const isSmall = tokens.every(({ shape }) => shape !== SHAPE.capital);
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (taken[index] !== 0 || token.shape !== SHAPE.lower || token.text.length < 2) continue;
    const led = ledScore(reading, index);
    if (led > 0) {
      if (isTitle(tokens, index) && taken[index - 1] === 0)
        take(reading, { from: index - 1, to: index, type: "TITLE", score: led });
      const to = withUnlisted(tokens, index, familyEnd(tokens, index, true));
      take(reading, { from: index, to, type: "PERSON", score: led });
    } else if (isSmall && token.key.length >= 3) findByLists(reading, index);
  }
}

/** Names in a text without capitals, by the lists alone. */
function findByLists(reading: Reading, index: number): void {
  const { tokens } = reading;
  const key = keyOf(tokens[index]);
  const { first, last, common } = factsOf(tokens[index]!);
  if (isTerm(tokens, index)) return;
  // A nationality written small is seldom about one person: "indian food", "german measles".
  if (isCountry(key)) return take(reading, { from: index, to: index + 1, type: "LOCATION", score: 0.5 });
  if (isDemonym(key) && common < 2) return take(reading, { from: index, to: index + 1, type: "NRP", score: 0.3 });
  if (common > 0 || NO_NAMES.has(key) || CALENDAR.has(key) || EPONYMS.has(key)) return;
  const size = citySize(key);
  const isPlaced = size === 3 && PLACE_PREPOSITIONS.has(keyOf(tokens[index - 1]));
  if (hasLead(tokens, index, PLACE_LEADS)) take(reading, { from: index, to: index + 1, type: "LOCATION", score: 0.5 });
  else if (isPlaced && first < 2) take(reading, { from: index, to: index + 1, type: "LOCATION", score: 0.45 });
  else if (first === 2) {
    const to = familyEnd(tokens, index, false);
    const isDoubtful = ARTICLES.has(keyOf(tokens[index - 1])) || languageHint(tokens) !== "en";
    take(reading, { from: index, to, type: "PERSON", score: to > index + 1 ? 0.5 : isDoubtful ? 0.2 : 0.4 });
  } else if (size >= 2 && last === 0) take(reading, { from: index, to: index + 1, type: "LOCATION", score: 0.4 });
  else if (first === 1) take(reading, { from: index, to: index + 1, type: "PERSON", score: 0.2 });
}

/** Words that precede a thing, and rarely a name: "a charley horse". */
const ARTICLES: ReadonlySet<string> = new Set(["a", "an", "the", "positive", "negative"]);

/** Confidence that a lower-case word is a name, from the words before it; 0 if they give no indication. */
function ledScore({ text, tokens }: Reading, index: number): number {
  const facts = factsOf(tokens[index]!);
  if (index === 0) return pairScore({ text, tokens }, index);
  if (!mayLead(tokens[index - 1]!) && facts.first < 2) return 0; // excludes most words early
  if (isTerm(tokens, index)) return 0;
  const key = keyOf(tokens[index]);
  if (NO_NAMES.has(key) || CALENDAR.has(key) || EPONYMS.has(key) || SPEAKING.has(key) || PARTICLES.has(key)) return 0;
  // "my name is will."
  if (AUXILIARIES.has(key)) return facts.first > 0 && endsClause(tokens, index) && isOwn(tokens, index) ? 0.45 : 0;
  const { first, last, common } = facts;
  const isListed = first + last > 0;
  if (isTitle(tokens, index)) {
    const title = keyOf(tokens[index - 1]);
    const isOffice = title.length > 4 && ARTICLES.has(keyOf(tokens[index - 2])); // "the doctor orchard hammer"
    if (isOffice && (first < 2 || common > 0)) return 0;
    if (common === 0) return isListed || title === "dr" ? 0.6 : title.length <= 3 ? 0.5 : 0;
    return isListed && (common === 1 || (isFamilyFirst(tokens[index]!) && title !== "doctor" && title !== "nurse"))
      ? 0.5
      : 0;
  }
  if (first === 2 && common < 2) {
    const to = familyEnd(tokens, index, true);
    if (isSignature({ text, tokens }, index, to) || signOffAbove({ text, tokens }, index, to) !== undefined)
      return 0.45;
  }
  if (first === 2 && common < 2 && hasLabel({ text, tokens }, index, NAME_LABELS))
    return isPair(tokens, index) ? 0.5 : common === 0 && endsClause(tokens, index) ? 0.45 : 0;
  const isBirth = isBirthName(tokens, index);
  if (isBirth || isOwn(tokens, index)) {
    if (common === 0) return isListed || isBirth || !isOwnedByThing(tokens, index) ? 0.6 : 0;
    return isListed && (common === 1 || first === 2 || isBirth) ? 0.5 : 0;
  }
  const pair = pairScore({ text, tokens }, index);
  if (pair > 0 || tokens[index]!.gap !== GAP.space) return pair;
  if (hasLead(tokens, index, GIVEN_NAME_LEADS) && first > 0 && common < 2)
    return first === 2 || common === 0 ? 0.45 : 0;
  const before = keyOf(tokens[index - 1]) === "of" ? tokens[index - 2] : tokens[index - 1];
  if (!RELATIONS.has(keyOf(before)) || common === 2) return 0;
  return first === 2 || (first === 1 && common === 0) ? 0.45 : 0;
}

/** "the name's metadata": a word in no list after a name that is nobody's. */
function isOwnedByThing(tokens: readonly Token[], index: number): boolean {
  const lead = keyOf(tokens[index - 1]) === "name" ? index - 2 : index - 3;
  return ["the", "a", "each", "every", "this", "file", "class"].includes(keyOf(tokens[lead]));
}

/** True after words such as "my name is". */
function isOwn(tokens: readonly Token[], index: number): boolean {
  return hasLead(tokens, index, OWN_NAME_LEADS);
}

/** True for a first name followed by a family name of the lists. */
function isPair(tokens: readonly Token[], index: number): boolean {
  return familyEnd(tokens, index, true) > index + 1;
}

/** True for the last word before a full stop, a comma or another break. */
function endsClause(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  return next === undefined || next.gap !== GAP.space;
}

/** Minimum length of a family name that is in no list. */
const UNLISTED = 4;

/** End of a name including a last word that is in no list, after words such as "my name is" only. */
function withUnlisted(tokens: readonly Token[], index: number, to: number): number {
  const last = tokens[to];
  if (to !== index + 1 || last?.gap !== GAP.space || !isOwn(tokens, index)) return to;
  const { first, last: family, common } = factsOf(last);
  const isUnlisted = first + family + common === 0 && last.shape === SHAPE.lower && last.key.length >= UNLISTED;
  return isUnlisted && endsClause(tokens, to) ? to + 1 : to;
}

/** True for a word after which a lower-case word may be a name: a title, a relation, "of", the end of "my name is". */
function mayLead({ word }: Token): boolean {
  word.mayLead ??=
    word.key === "of" ||
    SMALL_TITLES.has(word.key) ||
    RELATIONS.has(word.key) ||
    endsPhrase(word.key, OWN_NAME_LEADS) ||
    isBirthWord(word.key) ||
    endsPhrase(word.key, GIVEN_NAME_LEADS);
  return word.mayLead;
}

/** A lower-case form of address immediately before a word: "dr patel", "dr. rosen". */
function isTitle(tokens: readonly Token[], index: number): boolean {
  const { gap } = tokens[index]!;
  return (gap === GAP.space || gap === GAP.dot) && SMALL_TITLES.has(keyOf(tokens[index - 1]));
}

/** "parkinson disease", "a charley horse". */
function isTerm(tokens: readonly Token[], index: number): boolean {
  return tokens[index + 1]?.gap === GAP.space && EPONYM_TAILS.has(keyOf(tokens[index + 1]));
}
