import { fold, isForeign } from "./fold.ts";
import { citySize, wordFacts } from "./gazetteer.ts";
import { languageHint } from "./language-hint.ts";
import { hasLabel, hasLead, isBirthName, isCounted } from "./lead-words.ts";
import { type Reading, isFree, take } from "./name-span.ts";
import { isSignature, isSigner, mayFollowSignOff, type SignOff, signOffBefore } from "./signature.ts";
import { isProduct, isSoftware } from "./software-names.ts";
import { speakersIn } from "./speakers.ts";
import { isDemonym } from "./demonyms.ts";
import {
  AUXILIARIES,
  BRANDED_DOCTORS,
  CALENDAR,
  DEVICES,
  EPONYM_HEADS,
  EPONYM_TAILS,
  EPONYMS,
  HONORIFICS,
  NAME_LABELS,
  NAME_LEADS,
  NAME_SUFFIXES,
  NO_NAMES,
  NOBODIES,
  OWNED_TAILS,
  PARTICLES,
  PURE_TITLES,
  RELATIONS,
  SPEAKING,
  SURE_NAME_LEADS,
  TITLES,
} from "./terms.ts";
import { factsOf, GAP, isCapitalised, isLineEnd, isLineStart, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Score of two capitalised words that are in no list. */
const UNKNOWN_PAIR = 0.35;

/** Maximum words of a name. */
const LONGEST = 6;

/** Tokens `from` to `to`; the end is exclusive. */
type Range = { from: number; to: number };

/** Start of a name: its first token, and whether a form of address, a label or a leading word precedes it. */
type Opening = {
  title: boolean;
  pure: boolean;
  honour: boolean;
  label: boolean;
  sure: boolean;
  lead: boolean;
  /** True below a line that closes a letter. */
  signed: SignOff;
};

/**
 * Finds people by lists of first and family names, forms of address, adjacent words, and the shape of the words. A
 * common word needs more evidence than its capital; a medical term named after somebody is not a person.
 *
 * @param labelled only people after a label ("Apellidos: Díaz Madrid"), who take precedence over towns of the same name
 */
export function findPeople(reading: Reading, { labelled }: { labelled: boolean }): void {
  const { text, tokens, taken } = reading;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (taken[index] !== 0 || token.shape === SHAPE.number) continue;
    const titles = titlesEnd(reading, index);
    const label = hasLabel(reading, index, NAME_LABELS) && !speakersIn(text).has(keyOf(tokens[index - 1]));
    if (labelled && !label) continue;
    const opensWithParticle =
      PARTICLES.has(keyOf(token)) && (label || hasLead(tokens, index, SURE_NAME_LEADS) || isBirthName(tokens, index));
    if (titles === index && !isCapitalised(token) && !opensWithParticle) continue;
    const opening = {
      title: titles > index,
      pure: titles > index && PURE_TITLES.has(keyOf(tokens[titles - 1])),
      honour: titles > index && HONORIFICS.has(keyOf(tokens[titles - 1])),
      label,
      sure: hasLead(tokens, index, SURE_NAME_LEADS) || isBirthName(tokens, index),
      lead: hasLead(tokens, index, NAME_LEADS),
      signed: mayFollowSignOff(token) ? signOffBefore(reading, index) : undefined,
    };
    const { from, to } = trimmed(tokens, { from: titles, to: nameEnd(tokens, titles) }, opening);
    if (to <= from || !isFree(reading, from, to)) {
      if (to <= from) index = Math.max(index, titles - 1);
      continue;
    }
    const score = nameScore(reading, { from, to }, opening);
    if (score < 0.15) continue;
    if (titles > index && from === titles && isFree(reading, index, titles))
      take(reading, { from: index, to: titles, type: "TITLE", score: score < 0.35 ? score : 0.7 });
    take(reading, { from, to, type: "PERSON", score });
    index = to - 1;
  }
}

/** Token after the forms of address at a position: "Prof. Dr.". */
function titlesEnd({ tokens, taken }: Reading, index: number): number {
  let to = index;
  while (to < tokens.length && to - index < 3 && taken[to] === 0) {
    const token = tokens[to]!;
    const key = keyOf(token);
    const next = tokens[to + 1];
    if (!TITLES.has(key) || next === undefined || token.isPossessive) break;
    const isAttached = next.gap === GAP.space || next.gap === GAP.dot;
    if (!isAttached || !(isCapitalised(next) || PARTICLES.has(keyOf(next)))) break;
    if (!isCapitalised(token) && !PURE_TITLES.has(key)) break;
    if (next.gap === GAP.dot && token.text.length > 4) break;
    to += 1;
  }
  return to;
}

/** Maximum end of a name that starts at a position. */
function nameEnd(tokens: readonly Token[], from: number): number {
  let to = from + 1;
  while (to < tokens.length && to - from < LONGEST) {
    const before = tokens[to - 1]!;
    const next = tokens[to]!;
    if (before.isPossessive || PURE_TITLES.has(next.key)) break;
    const isAfterInitial = next.gap === GAP.dot && before.shape === SHAPE.initial;
    if (next.gap !== GAP.space && !isAfterInitial) break;
    if (isCapitalised(next)) to += 1;
    else if (isParticleInside(tokens, to)) to += 1;
    else break;
  }
  while (to > from && !isCapitalised(tokens[to - 1]!)) to -= 1;
  return to;
}

/** A small word followed by a capitalised one, possibly after another small one: "van der Berg". */
function isParticleInside(tokens: readonly Token[], index: number): boolean {
  if (!PARTICLES.has(keyOf(tokens[index]))) return false;
  const next = tokens[index + 1];
  if (next === undefined || next.gap !== GAP.space) return false;
  if (isCapitalised(next)) return keyOf(tokens[index]) !== "i";
  const further = tokens[index + 2];
  return PARTICLES.has(keyOf(next)) && further !== undefined && further.gap === GAP.space && isCapitalised(further);
}

/** Removes words at both ends that belong to the sentence: "Please", "Thursday", "I". */
function trimmed(tokens: readonly Token[], { from: start, to: end }: Range, opening: Opening): Range {
  let [from, to] = [start, end];
  const isKept = opening.title || opening.label || opening.sure || opening.signed !== undefined;
  if (!isKept) while (from < to && isSentenceWord(tokens, from, to)) from += 1;
  while (to > from && isTail(tokens, to - 1, from)) to -= 1;
  return { from, to };
}

function isSentenceWord(tokens: readonly Token[], index: number, to: number): boolean {
  const token = tokens[index]!;
  const key = keyOf(token);
  if (token.text === "I" || CALENDAR.has(key) || NO_NAMES.has(key) || isDemonym(key))
    return !(factsOf(token).first > 0 && isFamily(tokens[index + 1], index + 1 < to));
  const { first, last, common } = factsOf(token);
  if (common === 0) return false;
  if (token.isFirst && token.shape === SHAPE.initial && tokens[index + 1]?.gap === GAP.dot && index + 1 < to)
    return false;
  if (isAlone(tokens, index) && first > 0 && isNamedBySentence(tokens, index)) return false;
  // "Can Ehlers-Danlos be cured?"
  if (token.isFirst && AUXILIARIES.has(key) && first < 2) return true;
  if (common === 2 && token.isFirst) return !isSureFamily(tokens[index + 1], index + 1 < to) || first === 0;
  if (first > 0 && isFamily(tokens[index + 1], index + 1 < to)) return false;
  if (common === 2) return first < 2;
  return first === 0 && (token.isFirst || last === 0);
}

function isAlone(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  return next === undefined || next.gap !== GAP.space || !isCapitalised(next);
}

/**
 * A first name that is also a common word, if its sentence is about a person: "Mark has a cough", "her carer Blessing".
 */
function isNamedBySentence(tokens: readonly Token[], index: number): boolean {
  const { isFirst, gap, shape } = tokens[index]!;
  if (shape !== SHAPE.capital) return false;
  if (isFirst) return factsOf(tokens[index]!).first === 2 && /^ha[sd]$/.test(keyOf(tokens[index + 1]));
  return gap === GAP.space && tokens[index - 1]!.shape === SHAPE.lower && RELATIONS.has(keyOf(tokens[index - 1]));
}

/** True for a word that is rather a family name than part of a sentence. */
function isFamily(token: Token | undefined, isInside: boolean): boolean {
  if (!isInside || token === undefined) return false;
  const { last, common } = factsOf(token);
  return token.shape === SHAPE.initial || (last > 0 && (common === 0 || last === 2)) || common === 0;
}

/** True for a family name of the lists that is not a term, or one with a letter that English words do not have. */
function isSureFamily(token: Token | undefined, isInside: boolean): boolean {
  if (!isInside || token === undefined || EPONYMS.has(keyOf(token))) return false;
  const { last, common } = factsOf(token);
  return last > 0 ? common === 0 || last === 2 : common === 0 && isForeign(token.text);
}

function isTail(tokens: readonly Token[], index: number, from: number): boolean {
  const token = tokens[index]!;
  const key = keyOf(token);
  if (NAME_SUFFIXES.has(key)) return index === from;
  if (token.text === "I" && index > from) return true;
  if (index > from && (CALENDAR.has(key) || NO_NAMES.has(key))) return factsOf(token).last === 0 || CALENDAR.has(key);
  const { first, last, common } = factsOf(token);
  if (token.shape === SHAPE.initial) return index > from && factsOf(tokens[from]!).first === 0;
  return index > from && common === 2 && first === 0 && last < 2;
}

/** Evidence for a person, from 0 to 1; below 0.15 there is none. */
function nameScore({ text, tokens }: Reading, { from, to }: Range, opening: Opening): number {
  const words = tokens.slice(from, to).filter((token) => isCapitalised(token));
  if (words.length === 0 && !opening.label) return 0;
  if (opening.title && BRANDED_DOCTORS.has(keyOf(tokens[from])) && keyOf(tokens[from - 1]).startsWith("d")) return 0;
  if (opening.honour && NOBODIES.has(`${keyOf(tokens[from - 1])} ${keyOf(tokens[from])}`)) return 0;
  if (!opening.pure && !opening.honour && isTerm(tokens, from, to)) return opening.title ? 0.3 : 0;
  if (opening.signed !== undefined && isSigner({ text, tokens }, { from, to, signed: opening.signed })) return 0.6;
  if (isBare(opening) && (to - from === 1 ? isSoftware(tokens, from) : isProduct(tokens, from, to))) return 0;
  const isAlone = words.length === 1;
  const key = keyOf(words[0]);
  if (isAlone && !opening.title && !opening.label && (CALENDAR.has(key) || NO_NAMES.has(key) || isDemonym(key)))
    return 0;
  if (isAlone && TITLES.has(key) && !opening.title) return 0;
  if (tokens[to - 1]!.shape === SHAPE.initial && text.charAt(tokens[to - 1]!.end) === "<") return 0; // "An C<E> element"
  if (words.every(({ shape }) => shape === SHAPE.initial)) return opening.title || opening.label ? 0.5 : 0;
  if (opening.label) return isNothing(words, isAlone, tokens[to]) ? 0.2 : 0.85;
  if (words.every((word) => word.shape === SHAPE.initial || isCamel(word))) return 0.1;
  if (opening.title) return words.some((word) => isTitledName(word, opening)) ? 0.85 : 0.3;
  const facts = words.map((word) => factsOf(word));
  if (opening.sure) return facts.some(({ first, last, common }) => first + last > 0 || common === 0) ? 0.8 : 0.2;
  return isAlone ? singleScore({ text, tokens }, from, opening) : severalScore(words, { text, tokens, from, to });
}

/** "Mr. President". */
const OFFICES: ReadonlySet<string> = new Set(
  "president speaker chairman chair secretary minister mayor ambassador vice justice".split(" "),
);

/**
 * After "Mrs" any name of the lists counts, including White and King; after a word that is not only a title, a name
 * that is not a common word.
 */
function isTitledName(word: Token, { pure, honour }: Opening): boolean {
  const { first, last, common } = factsOf(word);
  if (common < 2) return true;
  if (pure) return first + last > 0 && !OFFICES.has(keyOf(word));
  return honour && (last === 2 || first === 2) && !OFFICES.has(keyOf(word));
}

/** True without a form of address, a label or "named" before it. */
function isBare({ title, label, sure }: Opening): boolean {
  return !title && !label && !sure;
}

/**
 * A single word: a first name that is not a common word, or a family name if the surrounding words indicate a person.
 */
function singleScore(
  { text, tokens }: { text: string; tokens: readonly Token[] },
  position: number,
  opening: Opening,
): number {
  const token = tokens[position]!;
  if (token.shape === SHAPE.initial) return 0;
  const { first, last, common } = factsOf(token);
  const isSpeaking =
    SPEAKING.has(keyOf(tokens[position + 1])) || (SPEAKING.has(keyOf(tokens[position - 1])) && token.gap === GAP.space);
  const isCalled = text.charAt(token.end) === ":" && token.isFirst;
  const isAsked = AUXILIARIES.has(keyOf(tokens[position - 1])) && token.gap === GAP.space;
  const isRelated = RELATIONS.has(keyOf(tokens[position - 1])) && token.gap === GAP.space;
  const isSigned = first > 0 && isSignature({ text, tokens }, position, position + 1);
  const bonus =
    isSpeaking || isCalled || isRelated || (isAsked && first > 0) || isSigned
      ? 0.25
      : opening.lead
        ? 0.15
        : token.isPossessive
          ? 0.1
          : 0;
  if (token.shape === SHAPE.caps && (token.text.length <= 4 || first < 2)) return 0;
  if (bonus === 0 && isCounted(tokens, position)) return 0;
  const before = tokens[position - 1]?.shape;
  const isAmidst = before === SHAPE.lower && token.shape === SHAPE.capital && token.gap <= GAP.comma;
  if (common === 2) {
    if (first > 0 && isNamedBySentence(tokens, position)) return 0.4;
    return first === 2 && !token.isFirst ? (isAmidst ? 0.4 : 0.15) + bonus : 0;
  }
  if (common === 1 && isSigned) return 0.45;
  if (common === 1)
    return first === 2 ? (token.isFirst ? 0.2 : 0.35) + bonus : first === 1 && !token.isFirst ? 0.1 + bonus : 0;
  if (token.text.includes("-") && first === 0 && last < 2) return isSpeaking || isRelated ? 0.4 : 0.15; // "Z-Pak"
  if (first === 0 && languageHint(tokens) === "de") return isSpeaking || isRelated ? 0.35 : 0.1; // any noun has a capital
  const isTown = citySize(keyOf(token)) >= 2;
  if (first === 2) return (isTown ? 0.45 : 0.65) + bonus;
  if (first === 1) return (isTown ? 0.25 : 0.45) + bonus;
  if (last === 2) return (token.isFirst || isTown ? 0.25 : 0.4) + bonus;
  if (last === 1) return (token.isFirst ? 0.15 : 0.3) + bonus;
  return (
    (isForeign(token.text) && !token.isFirst ? 0.2 : 0) +
    (isSpeaking ? 0.45 : isCalled ? 0.3 : opening.lead && !token.isFirst ? 0.15 : 0)
  );
}

/** A value after a label that is not a person: "Attending: Yes", "name: Upload coverage", "name: Install CodeQL". */
function isNothing(words: readonly Token[], isAlone: boolean, after: Token | undefined): boolean {
  const [word] = words;
  if (word === undefined || (isAlone && isPlainWord(word))) return word !== undefined;
  const { first, last, common } = factsOf(word);
  if (isAlone && common > 0 && after?.gap === GAP.space && /^(?:the|an?|all)$/.test(after.text)) return true; // "Mark the job"
  if (first + last > 0) return false;
  const goesOn = after !== undefined && after.gap === GAP.space && after.shape === SHAPE.lower;
  return words.some((word) => isCamel(word)) || (common > 0 && (goesOn || words.length > 1));
}

/** "JuliaFormatter", "SizedQueue"; not McDonald, DeAngelo or MacLeod, and not two joined names such as "MarySmith". */
function isCamel({ text }: Token): boolean {
  if (
    !/\p{Ll}\p{Lu}|^\p{Lu}{2,}\p{Ll}{2}/u.test(text) ||
    /^(?:Ma?c|De|Di|D[aou]|La|Le|Lo|Van|Von|Fitz|Al|El|Ben|Ab[du]+|O|St)\p{Lu}/u.test(text)
  )
    return false;
  return wordFacts(fold(/^\p{L}\p{Ll}+/u.exec(text)?.[0] ?? "")).first < 2;
}

/** "Spouse: None", "Attending: Yes". */
function isPlainWord(token: Token): boolean {
  const { first, last, common } = factsOf(token);
  return common === 2 && first === 0 && last < 2;
}

/** Two or more words. */
function severalScore(
  words: readonly Token[],
  { text, tokens, from, to }: { text: string; tokens: readonly Token[]; from: number; to: number },
): number {
  const facts = words.map((word) => factsOf(word));
  const isPlain = (index: number): boolean =>
    words[index]!.shape !== SHAPE.initial && facts[index]!.common > 0 && facts[index]!.first === 0;
  const first = facts[0]!;
  const rest = facts.slice(1);
  const isInitialised = words.some(({ shape }, index) => index > 0 && shape === SHAPE.initial);
  const foreign = words.filter(({ text: word }) => isForeign(word)).length;
  const isWholeLine = isLineStart(text, tokens[from]!.start) && isLineEnd(text, tokens[to - 1]!.end);
  const line = isWholeLine && words.length <= 4 ? 0.15 : 0;
  if (words.every(({ shape }) => shape === SHAPE.caps) && first.first < 2) return 0.1 + line;
  if (facts.every((_, index) => isPlain(index))) return 0;
  if (first.first < 2 && text.charAt(tokens[to - 1]!.end) === ":") return 0.1;
  if (facts.every(({ common }) => common > 0)) {
    return first.first === 2 && words.length <= 3 && rest.every(({ last }) => last === 2) ? 0.7 : 0.3;
  }
  if (first.first < 2 && words.some(({ text: word }) => /\d/.test(word))) return 0.1; // "Canon CR3"
  const isFamilyKnown = rest.some(({ last, first: given, common }) => last > 0 || (given > 0 && common < 2));
  const isFamilyPlain = rest.every(({ common, last }) => common === 2 || (common === 1 && last === 0));
  if (first.first === 2 && first.common < 2) return isFamilyPlain ? 0.5 : 0.85;
  if (first.first > 0) return isFamilyPlain ? 0.25 : isFamilyKnown || foreign > 0 || isInitialised ? 0.8 : 0.65 + line;
  if (isInitialised && facts.some(({ common }, index) => common === 0 && words[index]!.shape !== SHAPE.initial))
    return 0.7;
  // "Kubernetes Secret": a rare first name that is a common word is no evidence after a word that is in no list.
  if (facts.some(({ common, first: given }, index) => isPlain(index) || (common === 2 && given < 2))) return 0.15;
  if (words.some((word) => isCamel(word)) && rest.every(({ last }) => last < 2)) return 0.1; // "Vivitar ViviCam"
  if (facts.some(({ first: given }) => given === 2)) return 0.6;
  if (languageHint(tokens) === "de") return isFamilyKnown ? 0.3 : 0.1;
  if (isFamilyKnown) return 0.5 + line;
  // "Adderall XR", "Mucinex DM".
  if (words.some(({ shape }) => shape === SHAPE.caps)) return 0.2 + line;
  return (foreign > 0 ? 0.45 : UNKNOWN_PAIR) + line;
}

/** A medical term: "Crohn's disease", "síndrome de Down", or a word that is now only a term. */
function isTerm(tokens: readonly Token[], from: number, to: number): boolean {
  const last = tokens[to - 1]!;
  const after = tokens[to];
  if (after !== undefined && after.gap === GAP.space && EPONYM_TAILS.has(keyOf(after))) {
    const isOwner = last.isPossessive && OWNED_TAILS.has(keyOf(after)) && !EPONYMS.has(keyOf(last));
    if (!isOwner || factsOf(tokens[from]!).first < 2) return true;
  }
  if (isDevice(tokens, from, to)) return true;
  if (to - from === 1 && isInTitledTerm(tokens, to)) return true;
  if (EPONYM_TAILS.has(keyOf(last)) && to - from > 1) return true;
  const isJoined = PARTICLES.has(keyOf(tokens[from - 1])) || keyOf(tokens[from - 1]) === "of";
  const before = isJoined ? tokens[from - 2] : tokens[from - 1];
  if (before !== undefined && tokens[from]!.gap === GAP.space && EPONYM_HEADS.has(keyOf(before))) return true;
  if (to - from === 1 && last.key.includes("-")) return last.key.split("-").some((part) => EPONYMS.has(part));
  return EPONYMS.has(keyOf(tokens[from])) && (to - from === 1 || EPONYMS.has(keyOf(last)));
}

/** "A Hickman line", "the Jackson Pratt drain"; not "Will Tom pump". */
function isDevice(tokens: readonly Token[], from: number, to: number): boolean {
  const [first, last, after] = [tokens[from]!, tokens[to - 1]!, tokens[to]];
  if (after === undefined || after.gap !== GAP.space || !DEVICES.has(keyOf(after)) || last.isPossessive) return false;
  if (after.shape !== SHAPE.lower || AUXILIARIES.has(keyOf(tokens[from - 1]))) return false;
  return to - from > 1 || factsOf(first).first < 2;
}

/** Part of capitalised common words that end in a medical term, as in "Rocky Mountain Spotted Fever". */
function isInTitledTerm(tokens: readonly Token[], from: number): boolean {
  for (let index = from; index < tokens.length && index - from < 4; index++) {
    const token = tokens[index]!;
    if (token.gap !== GAP.space || factsOf(token).common === 0) return false;
    if (index === from && !isCapitalised(token)) return false;
    if (EPONYM_TAILS.has(token.key) || token.key === "lodge") return true;
  }
  return false;
}
