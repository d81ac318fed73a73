import { fold } from "../names/fold.ts";
import { namesLike, townsLike } from "../names/gazetteer.ts";
import { NAME_SUFFIXES, PARTICLES } from "../names/terms.ts";
import { keyedPlace } from "./keyed-order.ts";
import type { RedactionKey } from "./redaction-key.ts";

const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;

/** Syllables of generated names: 16 consonants and 5 vowels make 80 syllables. */
const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aeiou";

/**
 * Number of syllables of such a name: 80^7, or 44 bits. Among a million names, the probability that two are equal is
 * one in forty.
 */
const SYLLABLES = 7;

const cache = new WeakMap<RedactionKey, Map<string, string>>();

/**
 * Another name for that of a person, word by word. Under one key, a word has the same surrogate in every document; two
 * words of the lists never share one, and no word is its own. "Mr. Smith" therefore stays as ambiguous as it was next
 * to "John Smith" and "Mary Smith", without guessing. Forms of address, "van der" and "Jr." stay; capitals are
 * preserved; accents are ignored. A frequent first name becomes a frequent first name, and so on.
 */
export function nameSurrogate(key: RedactionKey, name: string): string {
  return name.replaceAll(WORD, (word) => {
    const folded = fold(word).replaceAll("'", "");
    const isSmall = PARTICLES.has(folded) && word === word.toLowerCase();
    return isSmall || NAME_SUFFIXES.has(folded) ? word : inCase(word, wordSurrogate(key, folded));
  });
}

/** Another town of similar size for a listed town; undefined for others, and if no other has that size. */
export function townSurrogate(key: RedactionKey, name: string): string | undefined {
  const pool = townsLike(fold(name));
  if (pool === undefined) return undefined;
  const place = keyedPlace(key, "surrogate town", { place: pool.place, count: pool.names.length });
  if (place === undefined) return undefined;
  const town = pool.names[place]!;
  return name === name.toUpperCase()
    ? town.toUpperCase()
    : town.replaceAll(/(^|[ -])[a-z]/g, (start) => start.toUpperCase());
}

function wordSurrogate(key: RedactionKey, folded: string): string {
  let known = cache.get(key);
  if (known === undefined) cache.set(key, (known = new Map()));
  let surrogate = known.get(folded);
  if (surrogate === undefined) {
    surrogate = madeSurrogate(key, folded);
    if (known.size > 100_000) known.clear();
    known.set(folded, surrogate);
  }
  return surrogate;
}

function madeSurrogate(key: RedactionKey, folded: string): string {
  if (folded.length === 1) {
    const place = folded.charCodeAt(0) - 97;
    if (place < 0 || place > 25) return "x";
    return String.fromCharCode(97 + keyedPlace(key, "surrogate initial", { place, count: 26 })!);
  }
  const pool = namesLike(folded);
  const place =
    pool === undefined ? undefined : keyedPlace(key, "surrogate name", { place: pool.place, count: pool.names.length });
  if (pool !== undefined && place !== undefined) return pool.names[place]!;
  const bytes = key.mac("surrogate unknown", folded);
  let name = "";
  for (let syllable = 0; syllable < SYLLABLES; syllable++) {
    const value = bytes.readUInt16BE(2 * syllable) % (CONSONANTS.length * VOWELS.length);
    name += CONSONANTS.charAt(Math.floor(value / VOWELS.length)) + VOWELS.charAt(value % VOWELS.length);
  }
  return name;
}

/** The surrogate with the capitals of the word. */
function inCase(word: string, surrogate: string): string {
  const first = word.charAt(0);
  if (word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase()) return surrogate.toUpperCase();
  return first === first.toUpperCase() && first !== first.toLowerCase()
    ? surrogate.charAt(0).toUpperCase() + surrogate.slice(1)
    : surrogate;
}
