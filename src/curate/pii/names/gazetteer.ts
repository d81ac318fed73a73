import { readFileSync } from "node:fs";

import { fold } from "./fold.ts";
import { FORM_WORDS } from "./terms.ts";

/** Roles of a word: first name, family name, common word. Each 0 (no), 1 (yes), 2 (frequent). */
export type WordFacts = { first: number; last: number; common: number };

/** Roles of a word that is in none of the lists. */
const UNKNOWN: WordFacts = { first: 0, last: 0, common: 0 };

/** Roles of a word by its ending alone. */
const A_WORD: WordFacts = { first: 0, last: 0, common: 2 };

/**
 * Endings of words that are not names in Romance languages and English: actions, qualities, findings, branches of
 * medicine.
 */
const ABSTRACT =
  /(?:[cstx]ion|[cs]iones|logia|logico|logica|grafia|scopia|ectomia|otomia|plastia|terapia|patia|dades?|miento|itis|osis|emia|algia|uria|ness|ment|ology|ectomy|pathy|therapy|amina|icina|mycin|cillin|azole|pril|statin)$/;

/** All 27 kinds of word, by the index of their letter in `words.txt`. */
const KINDS: readonly WordFacts[] = Array.from({ length: 27 }, (_, code) => ({
  first: Math.floor(code / 9),
  last: Math.floor(code / 3) % 3,
  common: code % 3,
}));

/** Maximum number of parts of a hyphenated word that are examined. */
const PARTS = 4;

let words: ReadonlyMap<string, number> | undefined;
let cities: ReadonlyMap<string, number> | undefined;
let pools: ReadonlyMap<number, readonly string[]> | undefined;
let townPools: ReadonlyMap<number, readonly string[]> | undefined;
let townStarts: ReadonlySet<string> | undefined;
let countries: ReadonlySet<string> | undefined;

/**
 * Roles of a folded word in the lists. A hyphenated word is looked up by its parts: it is a first name if all are
 * ("jean-pierre"), a family name if one is.
 */
export function wordFacts(folded: string): WordFacts {
  words ??= readWords();
  const key = folded.includes("'") ? folded.replaceAll("'", "") : folded;
  if (FORM_WORDS.has(key)) return A_WORD;
  const code = words.get(key);
  if (code !== undefined) return KINDS[code]!;
  if (!key.includes("-")) return ABSTRACT.test(key) ? A_WORD : UNKNOWN;
  return key
    .split("-", PARTS)
    .map((part) => KINDS[words!.get(part) ?? 0]!)
    .reduce((best, part) => ({
      first: Math.min(best.first, part.first),
      last: Math.max(best.last, part.last),
      common: Math.min(best.common, part.common),
    }));
}

/**
 * The names with the same roles as a folded one, in order, and its index among them; undefined if it is not a name of
 * the lists.
 */
export function namesLike(folded: string): { names: readonly string[]; place: number } | undefined {
  words ??= readWords();
  pools ??= pooled(words);
  const code = words.get(folded);
  const names = code === undefined ? undefined : pools.get(code);
  return names === undefined ? undefined : { names, place: placeIn(names, folded) };
}

/** The towns of similar size to a folded one, in order, and its index among them. */
export function townsLike(folded: string): { names: readonly string[]; place: number } | undefined {
  cities ??= readCities();
  townPools ??= pooled(cities);
  const size = cities.get(folded);
  const names = size === undefined ? undefined : townPools.get(size);
  return names === undefined ? undefined : { names, place: placeIn(names, folded) };
}

/** Names by their kind, in the order of the lists, which are sorted; words that are not names are omitted. */
function pooled(all: ReadonlyMap<string, number>): ReadonlyMap<number, readonly string[]> {
  const byKind = new Map<number, string[]>();
  for (const [name, kind] of all) {
    if (all === words && kind < 3) continue;
    const pool = byKind.get(kind);
    if (pool === undefined) byKind.set(kind, [name]);
    else pool.push(name);
  }
  return byKind;
}

function placeIn(sorted: readonly string[], name: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Size of the town of a name (folded, with spaces): 0 unknown, 1 up to 100,000 people, 2 up to 500,000, 3 more. */
export function citySize(folded: string): number {
  cities ??= readCities();
  return cities.get(folded) ?? 0;
}

/** True for a folded word that begins the name of a town of several words. */
export function beginsTown(folded: string): boolean {
  townStarts ??= new Set([...(cities ??= readCities()).keys()].filter((name) => name.includes(" ")).map(firstWord));
  return townStarts.has(folded);
}

function firstWord(name: string): string {
  return name.slice(0, name.indexOf(" "));
}

/** True for the name of a country in one of seven languages, folded. */
export function isCountry(folded: string): boolean {
  countries ??= countryNames();
  return countries.has(folded);
}

/**
 * Reads packed words: how many letters are shared with the previous word, the other letters, and a capital for the
 * kind.
 */
function readWords(): ReadonlyMap<string, number> {
  const packed = readData("words.txt");
  const all = new Map<string, number>();
  let word = "";
  let start = 0;
  for (let index = 0; index < packed.length; index++) {
    const code = packed.charCodeAt(index);
    const isKind = (code >= 65 && code <= 90) || code === 95;
    if (!isKind) {
      if (code === 10) start = index + 1;
      continue;
    }
    word = word.slice(0, packed.charCodeAt(start) - 48) + packed.slice(start + 1, index);
    all.set(word, code === 95 ? 26 : code - 65);
    start = index + 1;
  }
  return all;
}

/** Reads packed towns, one per line, with the letter A to C for their size. */
function readCities(): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  let name = "";
  for (const line of readData("cities.txt").split("\n")) {
    if (line === "") continue;
    name = name.slice(0, Number.parseInt(line.charAt(0), 36)) + line.slice(1, -1);
    all.set(name, line.charCodeAt(line.length - 1) - 64);
  }
  return all;
}

const LANGUAGES = ["en", "es", "fr", "de", "it", "pt", "nl"];

const MORE_COUNTRIES =
  "usa|u.s.a|u.s|uk|u.k|uae|america|england|scotland|wales|northern ireland|great britain|britain|holland|czech republic|burma|ivory coast|south korea|north korea|russia|turkey|vietnam|macedonia|swaziland|eeuu|ee.uu|estados unidos de america|congo|palestine|hong kong|united states of america|cyprus (greek)";

/** Names of countries from Unicode CLDR (as provided by Node.js), and common short forms. */
function countryNames(): ReadonlySet<string> {
  const names = new Set(MORE_COUNTRIES.split("|"));
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  for (const language of LANGUAGES) {
    const region = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    for (const code of letters.flatMap((a) => letters.map((b) => a + b))) {
      const name = region.of(code);
      if (name !== undefined && !NO_COUNTRY.has(code)) names.add(fold(name.replace(/ \(.*\)$/, "")));
    }
  }
  names.delete("cipro"); // Cyprus in Italian, and a drug
  return names;
}

/** Codes that CLDR names although they are not countries: unknown region, pseudo accents, unions. */
const NO_COUNTRY = new Set(["ZZ", "XA", "XB", "QO", "UN", "EZ", "EU"]);

function readData(name: string): string {
  return readFileSync(new URL(`./data/${name}`, import.meta.url), "utf8").replaceAll(/^#.*\n/gm, "");
}
