import { isCountry } from "./gazetteer.ts";
import { factsOf, GAP, keyOf, type Token } from "./tokens.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** What a country is. */
const KINDS = set("country countries kingdom nation republic state monarchy democracy land member territory");

/** What a country has, and a person has not. */
const OWNED = set(
  "capital population economy government flag king queen president parliament border borders gdp army currency neighbours neighbors constitution coast climate exports territory people history independence language cities",
);

/** Verbs of countries. */
const VERBS = set("borders exports imports gained declared signed joined shares bordered invaded");

/** True for a word that is a country and a first name ("Jordan"), where the words around speak of the country. */
export function isSpokenOfAsCountry(tokens: readonly Token[], position: number): boolean {
  const token = tokens[position]!;
  const [before, after] = [tokens[position - 1], tokens[position + 1]];
  if (token.isPossessive && [position + 1, position + 2].some((index) => OWNED.has(keyOf(tokens[index])))) return true;
  if (VERBS.has(keyOf(after)) && after!.gap === GAP.space) return true;
  if (keyOf(before) === "of" && (OWNED.has(keyOf(tokens[position - 2])) || KINDS.has(keyOf(tokens[position - 2]))))
    return true;
  if (/^(?:is|was|became)$/.test(keyOf(after))) {
    for (let next = position + 2; next < tokens.length && next < position + 8 && !tokens[next]!.isFirst; next++)
      if (KINDS.has(keyOf(tokens[next]))) return true;
  }
  const isJoin = (index: number): boolean => keyOf(tokens[index]) === "and" || keyOf(tokens[index]) === "or";
  const left = isJoin(position - 1) ? tokens[position - 2] : token.gap === GAP.comma ? before : undefined;
  const right = isJoin(position + 1) ? tokens[position + 2] : after?.gap === GAP.comma ? after : undefined;
  if ([left, right].some((other) => other !== undefined && isCountry(other.key) && factsOf(other).first === 0))
    return true;
  return isBordered(tokens, position);
}

/** "Jordan borders Israel": what stands after a country and a verb that nobody does to a person. */
function isBordered(tokens: readonly Token[], position: number): boolean {
  const [country, verb] = [tokens[position - 2], tokens[position - 1]];
  return (
    isCountry(keyOf(country)) &&
    /^(?:borders|bordered|invaded)$/.test(keyOf(verb)) &&
    verb!.gap === GAP.space &&
    tokens[position]!.gap === GAP.space
  );
}

/** What a town is, and a word that tells where it is. */
const TOWN_KINDS = set("city town capital village municipality port suburb metropolis");
const WHERE = set("in of on near at");

/** "Florence is a city in Italy", "Austin is the capital of Texas": not "Florence is the town doctor". */
export function isCalledTown(tokens: readonly Token[], position: number): boolean {
  if (!/^(?:is|was|became)$/.test(keyOf(tokens[position])) || !/^(?:an?|the)$/.test(keyOf(tokens[position + 1])))
    return false;
  const kind = [position + 2, position + 3, position + 4].find((index) => TOWN_KINDS.has(keyOf(tokens[index])));
  return kind !== undefined && WHERE.has(keyOf(tokens[kind + 1])) && tokens[kind + 1]!.gap === GAP.space;
}
