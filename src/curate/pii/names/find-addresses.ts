import { citySize, isCountry } from "./gazetteer.ts";
import { type Reading, isFree, take } from "./name-span.ts";
import {
  CALENDAR,
  DOSE_UNITS,
  DOUBTFUL_ROAD_BEFORE,
  EPONYMS,
  MILITARY,
  NO_NAMES,
  NUMBER_WORDS,
  PARTICLES,
  ROAD_AFTER,
  ROAD_BEFORE,
  ROAD_ENDING,
  STATE_CODES,
  SURE_ROAD_AFTER,
  TOWN_PARTICLES,
  UNITS,
} from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Maximum words of a street name, and of the rest of an address after it. */
const NAME_WORDS = 5;
const TAIL_WORDS = 16;

/** Part of a text that may be an address: tokens, and the confidence from its shape alone. */
type Core = { from: number; to: number; score: number };

/**
 * Finds street addresses by their shape: a kind of road before, after or inside a name, with a number; a unit; and the
 * town, state, postcode and country after them. A number, one to four names and a number are an address in any
 * language.
 */
export function findAddresses(reading: Reading): void {
  const { tokens } = reading;
  for (let index = 0; index < tokens.length; index++) {
    if (reading.taken[index] !== 0 || !mayOpen(tokens[index]!)) continue;
    const core =
      corner(reading, index) ??
      roadBefore(reading, index) ??
      roadAfter(tokens, index) ??
      numbersAround(reading, index) ??
      numberBefore(tokens, index) ??
      unit(tokens, index) ??
      military(tokens, index);
    if (core === undefined || isRestOfNumber(reading.text, tokens[core.from]!)) continue;
    const from = extendLeft(tokens, core);
    const to = extendRight(reading, core.to);
    if (!isFree(reading, from, to) || isDump(reading, from, to)) continue;
    const score = to > core.to + 1 ? Math.max(core.score, 0.85) : core.score;
    take(reading, { from, to, type: "STREET_ADDRESS", score });
    index = to - 1;
  }
}

/** "FF FF 7F 00": bytes. */
function isDump({ text, tokens }: Reading, from: number, to: number): boolean {
  return /^[\dA-F]{2}(?:\s[\dA-F]{2}){3,}$/i.test(text.slice(tokens[from]!.start, tokens[to - 1]!.end));
}

/** False for most words: in lower case, only a kind of road, a corner or a military post office begins an address. */
function mayOpen({ shape, key, word }: Token): boolean {
  word.mayOpenAddress ??=
    shape !== SHAPE.lower || key === "corner" || ROAD_BEFORE.has(key) || MILITARY.has(key) || SHIPS.has(key);
  return word.mayOpenAddress;
}

/** Roads that are also words of other languages: "Via Garibaldi 22" inside a sentence, with a number. */
const ITALIAN_ROADS: ReadonlySet<string> = new Set(["via", "largo", "corso"]);

/** "Calle Carmen Romero, 23", "31 rue de la Hulotais", "ul. Północna 73". */
function roadBefore({ text, tokens }: Reading, index: number): Core | undefined {
  const token = tokens[index]!;
  const kind = keyOf(token);
  if (!ROAD_BEFORE.has(kind)) return undefined;
  const isAbbreviated = text.charAt(token.end) === "." || text.charAt(token.end) === "/";
  const isDoubtful =
    DOUBTFUL_ROAD_BEFORE.has(kind) && !isAbbreviated && !(isNumber(tokens[index - 1]) && token.gap === GAP.space);
  if (isDoubtful && (!ITALIAN_ROADS.has(kind) || token.shape !== SHAPE.capital || token.isFirst)) return undefined;
  let to = index + 1;
  let names = 0;
  while (to < tokens.length && to - index <= NAME_WORDS + 2) {
    const next = tokens[to]!;
    const isJoined = next.gap === GAP.space || (to === index + 1 && isAbbreviated && next.gap !== GAP.line);
    if (!isJoined) break;
    if (isCapitalised(next)) names += 1;
    else if (
      !PARTICLES.has(keyOf(next)) &&
      !TOWN_PARTICLES.has(keyOf(next)) &&
      !(names === 0 && next.shape === SHAPE.number)
    )
      break;
    to += 1;
  }
  while (to > index + 1 && !isCapitalised(tokens[to - 1]!) && tokens[to - 1]!.shape !== SHAPE.number) to -= 1;
  if (names === 0) return undefined;
  // "K 4 Cl 101 CO2 24"
  if (kind.length <= 2 && !isAbbreviated && tokens[index + 1]!.shape === SHAPE.number) return undefined;
  const number = houseNumberEnd({ text, tokens }, to);
  if (number > to) return { from: index, to: number, score: 0.8 };
  if (isHouseNumber(tokens[to]) && (tokens[to]!.gap === GAP.space || tokens[to]!.gap === GAP.comma)) {
    return { from: index, to: to + 1, score: 0.8 };
  }
  if (isDoubtful) return undefined;
  if (isNumber(tokens[index - 1]) && token.gap <= GAP.comma) return { from: index, to, score: 0.8 };
  return isCapitalised(token) && names <= 4 ? { from: index, to, score: token.isFirst ? 0.3 : 0.45 } : undefined;
}

/** End of the number after a street: "nº 6", "s/n" (without number); the given index if there is neither. */
function houseNumberEnd({ text, tokens }: Pick<Reading, "text" | "tokens">, index: number): number {
  const token = tokens[index];
  if (token === undefined || (token.gap !== GAP.space && token.gap !== GAP.comma)) return index;
  const key = token.text.toLowerCase();
  if (key === "s" && /^\/[nN]/.test(text.slice(token.end, token.end + 2))) return index + 2;
  return (NUMBER_WORDS.has(key) || NUMBER_WORDS.has(key.replace(/[º°]$/, ""))) && isHouseNumber(tokens[index + 1])
    ? index + 2
    : index;
}

/** "60 Balsham Road", "5th Avenue". The kind of road is found from the number before it. */
function roadAfter(tokens: readonly Token[], index: number): Core | undefined {
  const token = tokens[index]!;
  if (token.shape === SHAPE.number) {
    for (let to = index + 1; to < tokens.length && to - index <= NAME_WORDS; to++) {
      const next = tokens[to]!;
      if (next.gap !== GAP.space) return undefined;
      const isRoad = ROAD_AFTER.has(keyOf(next));
      if (
        isRoad &&
        (to > index + 1 || /[a-z]/.test(token.text)) &&
        (isCapitalised(next) || SURE_ROAD_AFTER.has(keyOf(next)))
      ) {
        if (next.shape === SHAPE.lower && tokens.slice(index + 1, to).some((word) => factsOf(word).common === 2))
          return undefined;
        const further = tokens[to + 1];
        // "3 Rocky Point oysters"
        const isGoingOn = further !== undefined && further.gap === GAP.space && !isCapitalised(further);
        if (isGoingOn && !SURE_ROAD_AFTER.has(keyOf(next)) && !ADDRESS_LEADS.has(keyOf(tokens[index - 1])))
          return undefined;
        const end =
          further !== undefined && further.gap === GAP.space && isCapitalised(further) && ROAD_AFTER.has(keyOf(further))
            ? to + 2
            : to + 1;
        return { from: index, to: end, score: SURE_ROAD_AFTER.has(keyOf(next)) ? 0.8 : 0.65 };
      }
      if (
        !isCapitalised(next) &&
        !PARTICLES.has(keyOf(next)) &&
        !(next.shape === SHAPE.lower && to === index + 1 && factsOf(next).common === 0)
      )
        return undefined;
    }
    return undefined;
  }
  if (!isCapitalised(token) || token.isFirst || factsOf(token).common === 2) return undefined;
  for (let to = index + 1; to < tokens.length && to - index <= 3; to++) {
    const next = tokens[to]!;
    if (next.gap !== GAP.space || !isCapitalised(next)) return undefined;
    if (SURE_ROAD_AFTER.has(keyOf(next)) && keyOf(next) !== "dr" && keyOf(next) !== "st")
      return { from: index, to: to + 1, score: 0.45 };
  }
  return undefined;
}

/** "Koskikatu 25", "1593 Pagari 18", "22120 Eriksbo Västergärde 78": names between numbers, or with a road. */
function numbersAround({ text, tokens }: Reading, index: number): Core | undefined {
  const hasNumber = isHouseNumber(tokens[index]);
  const names = hasNumber ? index + 1 : index;
  const to = namesEnd(tokens, names, hasNumber);
  const end = tokens[to];
  if (to === names || end === undefined || !isHouseNumber(end) || /^[.,:]\d|^%/.test(text.slice(end.end, end.end + 2)))
    return undefined;
  if (end.gap !== GAP.space && !(end.gap === GAP.dot && /\.\s$/.test(text.slice(end.start - 2, end.start))))
    return undefined;
  const words = tokens.slice(names, to);
  if (words.some(isRoadByEnding)) return { from: hasNumber ? index : names, to: to + 1, score: 0.75 };
  const isName =
    words.every((word) => factsOf(word).common === 0 || word.shape === SHAPE.initial || words.length > 1) &&
    words.some((word) => factsOf(word).common === 0) &&
    words.some(({ shape, text: word }) => shape !== SHAPE.caps || word.length > 4) &&
    !words.some((word) => isNoStreet(keyOf(word))) &&
    !DOSE_UNITS.has(keyOf(tokens[to + 1]));
  if (!isName) return undefined;
  const after = tokens[to + 1];
  const isUnit = after !== undefined && isCapitalised(after) && UNITS.has(keyOf(after)) && isNumber(tokens[to + 2]);
  if (!hasNumber) return isUnit ? { from: names, to: to + 1, score: 0.7 } : undefined;
  return isUnit || isPlacedAsAddress(tokens, index) ? { from: index, to: to + 1, score: 0.6 } : undefined;
}

/** End of at most five capitalised words, with small words inside. Only an abbreviation may precede a full stop. */
function namesEnd(tokens: readonly Token[], from: number, isAfterNumber: boolean): number {
  let to = from;
  while (to < tokens.length && to - from < 5) {
    const next = tokens[to]!;
    const isAbbreviated = to > from && next.gap === GAP.dot && isAbbreviation(tokens[to - 1]!);
    if ((to > from || isAfterNumber) && next.gap !== GAP.space && !isAbbreviated) break;
    if (!isCapitalised(next) && !(to > from && PARTICLES.has(keyOf(next)))) break;
    to += 1;
  }
  return to;
}

/** "Pachergasse", "Hansinegata"; not English words with these endings: "Committee". */
function isRoadByEnding(token: Token): boolean {
  return (
    token.text.length >= 5 && ROAD_ENDING.test(token.text) && factsOf(token).common === 0 && !isNoStreet(keyOf(token))
  );
}

/** A word that often precedes a number but is never the name of a street. */
function isNoStreet(key: string): boolean {
  return NO_NAMES.has(key) || EPONYMS.has(key) || CALENDAR.has(key);
}

/** Words before an address in a sentence. */
const ADDRESS_LEADS: ReadonlySet<string> = new Set(["at", "to", "in", "is", "are", "on", "with", "and", "from", "for"]);

/** Three or more digits, at the start of a line or clause, or after "lives at"; not a year after "in". */
function isPlacedAsAddress(tokens: readonly Token[], index: number): boolean {
  const { gap, text } = tokens[index]!;
  const before = keyOf(tokens[index - 1]);
  if (text.length < 3) return false;
  if (gap !== GAP.space) return gap !== GAP.dot;
  return ADDRESS_LEADS.has(before) && !((before === "in" || before === "from") && /^(?:19|20)\d\d$/.test(text));
}

/** True for digits after the point, comma or colon of a number: the 2 of "7.2", the 22 of "14:22". */
function isRestOfNumber(text: string, { start, shape }: Token): boolean {
  return shape === SHAPE.number && /\d[.,:]$/.test(text.slice(Math.max(0, start - 2), start));
}

/**
 * "41 Popović Dam\n Suite 860", "9816 214 Pavlou Drandaki": a number and names, if a unit or a second number confirms
 * them.
 */
function numberBefore(tokens: readonly Token[], index: number): Core | undefined {
  if (!isHouseNumber(tokens[index])) return undefined;
  const names = isHouseNumber(tokens[index + 1]) && tokens[index + 1]!.gap === GAP.space ? index + 2 : index + 1;
  let to = names;
  while (to < tokens.length && to - names < 4) {
    const next = tokens[to]!;
    if (next.gap !== GAP.space || UNITS.has(keyOf(next)) || isNoStreet(keyOf(next))) break;
    if (!isCapitalised(next) && !(to > names && (PARTICLES.has(keyOf(next)) || TOWN_PARTICLES.has(keyOf(next))))) break;
    to += 1;
  }
  while (to > names && !isCapitalised(tokens[to - 1]!)) to -= 1;
  if (to === names) return undefined;
  const isUnit = UNITS.has(keyOf(tokens[to])) && isNumber(tokens[to + 1]);
  if (isUnit) return { from: index, to, score: 0.65 };
  const isPair =
    names === index + 2 &&
    !(isNumber(tokens[index - 1]) && tokens[index]!.gap === GAP.space) &&
    tokens[names]!.text.length > 1 &&
    tokens.slice(names, to).every((token) => factsOf(token).common === 0 || to - names > 1);
  return isPair && factsOf(tokens[names]!).common < 2 ? { from: index, to, score: 0.5 } : undefined;
}

/** "Apt. 641", "Unit 1293 Box 4311", "PSC 1234", "P.O. Box 12". */
function unit(tokens: readonly Token[], index: number): Core | undefined {
  const token = tokens[index]!;
  const kind = keyOf(token);
  if (!UNITS.has(kind) || !isCapitalised(token)) return undefined;
  const next = tokens[index + 1];
  if (next === undefined || !isNumber(next) || (next.gap !== GAP.space && next.gap !== GAP.dot)) return undefined;
  const isSure = kind === "apt" || kind === "suite" || kind === "psc" || kind === "box" || kind === "apartment";
  const isPost = kind === "box" && keyOf(tokens[index - 1]) === "o" && keyOf(tokens[index - 2]) === "p";
  return { from: isPost ? index - 2 : index, to: index + 2, score: isSure ? 0.6 : 0.4 };
}

/** Prefixes of ships of the United States Navy. */
const SHIPS: ReadonlySet<string> = new Set(["uss", "usns", "usnv", "uscgc"]);

/** "USS Lorenzen\nFPO AE 25990". */
function military(tokens: readonly Token[], position: number): Core | undefined {
  const isPost = (index: number): boolean =>
    MILITARY.has(keyOf(tokens[index])) && STATE_CODES.has(tokens[index + 1]?.text ?? "") && isNumber(tokens[index + 2]);
  if (isPost(position)) return { from: position, to: position + 3, score: 0.85 };
  if (SHIPS.has(keyOf(tokens[position])) && isPost(position + 2))
    return { from: position, to: position + 5, score: 0.85 };
  return undefined;
}

/** "the corner of Pachergasse 64 and Radolič Harbor". */
function corner({ tokens }: Reading, index: number): Core | undefined {
  if (keyOf(tokens[index]) !== "corner" || keyOf(tokens[index + 1]) !== "of") return undefined;
  const name = (from: number): number => {
    let to = from;
    while (to < tokens.length && to - from < 6) {
      const { gap, shape } = tokens[to]!;
      const isSpaced = gap === GAP.space || (gap === GAP.dot && tokens[to - 1]!.text.length <= 3);
      if (!isSpaced || (shape === SHAPE.lower && !PARTICLES.has(keyOf(tokens[to])) && to > from)) break;
      to += 1;
    }
    while (to > from && PARTICLES.has(keyOf(tokens[to - 1]))) to -= 1;
    return to;
  };
  const middle = name(index + 2);
  if (keyOf(tokens[middle]) !== "and") return undefined;
  const to = name(middle + 1);
  const from = keyOf(tokens[index - 1]) === "the" ? index - 1 : index;
  return to > middle + 1 ? { from, to, score: 0.75 } : undefined;
}

/** House numbers before the core, and a name with a number before them: "Aqqusinersuaq 176 Pinto Hill". */
function extendLeft(tokens: readonly Token[], { from }: Core): number {
  let index = from;
  while (index > 0 && from - index < 2 && tokens[index]!.gap === GAP.space && isHouseNumber(tokens[index - 1]))
    index -= 1;
  if (!isHouseNumber(tokens[index])) return index;
  let name = index;
  while (
    name > 0 &&
    index - name < 3 &&
    tokens[name]!.gap === GAP.space &&
    isCapitalised(tokens[name - 1]!) &&
    factsOf(tokens[name - 1]!).common === 0
  ) {
    name -= 1;
  }
  return name;
}

/** Unit, town, state, postcode and country after a street. */
function extendRight(reading: Reading, start: number): number {
  const { text, tokens, taken } = reading;
  let index = start;
  while (index < tokens.length && index - start < TAIL_WORDS && taken[index] === 0) {
    const token = tokens[index]!;
    const between = text.slice(tokens[index - 1]!.end, token.start);
    if (!/^[\s,.>?(º°ª/-]{1,12}$/.test(between)) break;
    if (between.includes(".") && !isAbbreviation(tokens[index - 1]!) && !UNITS.has(keyOf(token))) break;
    const isNewPart = token.gap === GAP.line || token.gap === GAP.comma;
    const step = tailPart(reading, index, isNewPart);
    if (step === 0) break;
    index += step;
  }
  return index;
}

function isAbbreviation(token: Token): boolean {
  return (
    token.text.length <= 4 &&
    (UNITS.has(keyOf(token)) ||
      ROAD_AFTER.has(keyOf(token)) ||
      ROAD_BEFORE.has(keyOf(token)) ||
      token.shape === SHAPE.initial)
  );
}

/** Number of tokens from `index` that continue an address; 0 if it has ended. */
function tailPart({ text, tokens }: Reading, index: number, isNewPart: boolean): number {
  const token = tokens[index]!;
  if (UNITS.has(keyOf(token)) && isNumber(tokens[index + 1]) && tokens[index + 1]!.gap <= GAP.dot) return 2;
  if (token.shape === SHAPE.number) return /^\d{1,6}(?:-\d{2,4})?[A-Za-zºª]?$/.test(token.text) ? 1 : 0;
  if (!isCapitalised(token)) return 0;
  if (token.text.length === 2 && token.shape === SHAPE.caps && (isNewPart || STATE_CODES.has(token.text))) return 1;
  let to = index;
  while (to < tokens.length && to - index < 4) {
    const next = tokens[to]!;
    if (to > index && next.gap !== GAP.space) break;
    if (!isCapitalised(next) && !(to > index && isSmallWord(next))) break;
    if (
      isCapitalised(next) &&
      factsOf(next).common === 2 &&
      citySize(keyOf(next)) === 0 &&
      !PARTICLES.has(keyOf(next)) &&
      !ROAD_AFTER.has(keyOf(next))
    )
      break;
    to += 1;
  }
  while (to > index && !isCapitalised(tokens[to - 1]!)) to -= 1;
  if (to === index || text.charAt(tokens[to - 1]!.end) === ":") return 0;
  const words = tokens.slice(index, to).map((token) => token.key);
  if (isCountry(words.join(" ")) || citySize(words.join(" ")) > 0) return to - index;
  if (isNewPart) return to - index;
  const parts = tokens.slice(index, to);
  const isAfterNumber = isNumber(tokens[index - 1]) && parts.every((part) => factsOf(part).common === 0);
  return isAfterNumber || parts.every(({ shape }) => shape === SHAPE.caps) || ROAD_AFTER.has(words.at(-1)!)
    ? to - index
    : 0;
}

/** A small word inside the name of a street or a town. */
function isSmallWord(token: Token): boolean {
  return PARTICLES.has(keyOf(token)) || TOWN_PARTICLES.has(keyOf(token));
}

function isNumber(token: Token | undefined): boolean {
  return token !== undefined && token.shape === SHAPE.number;
}

/** A house number: up to five digits, optionally with a letter. */
function isHouseNumber(token: Token | undefined): boolean {
  return token !== undefined && token.shape === SHAPE.number && /^\d{1,5}[A-Za-z]?$/.test(token.text);
}
