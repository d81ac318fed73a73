import { factsOf, GAP, keyOf, SHAPE, type Token } from "./tokens.ts";

/** A text and its tokens. */
type Source = { text: string; tokens: readonly Token[] };

/** Maximum words of a lead or label. */
const LONGEST = 5;

/** True if one of some phrases (folded) immediately precedes a token, separated by spaces only. */
export function hasLead(tokens: readonly Token[], position: number, phrases: ReadonlySet<string>): boolean {
  if (position === 0 || tokens[position]!.gap !== GAP.space) return false;
  const last = tokens[position - 1]!;
  if (!lastWordsOf(phrases).has(last.isPossessive ? `${last.key}'s` : last.key)) return false;
  let phrase = "";
  for (let back = position - 1; back >= 0 && position - back <= LONGEST; back--) {
    const token = tokens[back]!;
    const word = keyOf(token) + (token.isPossessive ? "'s" : "");
    phrase = phrase === "" ? word : `${word} ${phrase}`;
    if (phrases.has(phrase)) return true;
    if (token.gap !== GAP.space) return false;
  }
  return false;
}

/** True for the last word of one of several phrases, also with the "'s" that it may have in a text. */
export function endsPhrase(key: string, phrases: ReadonlySet<string>): boolean {
  const words = lastWordsOf(phrases);
  return words.has(key) || words.has(`${key}'s`);
}

const lastWords = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

/** Last words of the phrases, to rule out most tokens quickly. */
function lastWordsOf(phrases: ReadonlySet<string>): ReadonlySet<string> {
  let words = lastWords.get(phrases);
  if (words === undefined) {
    words = new Set([...phrases].map((phrase) => phrase.slice(phrase.lastIndexOf(" ") + 1)));
    lastWords.set(phrases, words);
  }
  return words;
}

/** Words and abbreviations before a family name of birth: "geb. Schmidt". */
const BIRTH_WORDS: ReadonlySet<string> = new Set(
  "geb geborene geborener nee nascida nacida rozena fodt fodd".split(" "),
);

/** True for a word that stands before a family name of birth. */
export function isBirthWord(key: string): boolean {
  return BIRTH_WORDS.has(key);
}

/**
 * True for a token after such a word. After "geb.", which also shortens "gebunden", only a family name of the lists, or
 * any word if a name precedes the abbreviation.
 */
export function isBirthName(tokens: readonly Token[], position: number): boolean {
  if (position === 0 || !BIRTH_WORDS.has(keyOf(tokens[position - 1]))) return false;
  const { gap } = tokens[position]!;
  if (keyOf(tokens[position - 1]) !== "geb") return gap === GAP.space;
  if (gap !== GAP.space && gap !== GAP.dot) return false;
  return isListed(tokens[position]) || isListed(tokens[position - 2]);
}

function isListed(token: Token | undefined): boolean {
  if (token === undefined) return false;
  const { first, last } = factsOf(token);
  return first + last > 0;
}

/** Words before a thing, and not before the name of a person. */
const BEFORE_THINGS: ReadonlySet<string> = new Set(
  "the a an any each every no some this that these those which what two three four five six seven eight nine ten hundred thousand".split(
    " ",
  ),
);

/** "the Raven", "any Bill", "ten Miles": a common word that is counted or told from others. */
export function isCounted(tokens: readonly Token[], position: number): boolean {
  const before = tokens[position - 1];
  const { last, common } = factsOf(tokens[position]!);
  const isWord = common === 2 || (common === 1 && last < 2);
  if (!isWord || before === undefined || tokens[position]!.gap !== GAP.space) return false;
  return BEFORE_THINGS.has(keyOf(before)) || before.shape === SHAPE.number;
}

/** Things that have a name and are not a person. */
const THINGS: ReadonlySet<string> = new Set(
  "file class function method variable challenge project event product brand table column field host domain module package step job task action workflow branch repo repository server database tag book song movie film game course key event team group model theme font metric dataset script command app application service algorithm".split(
    " ",
  ),
);

/** True if a label with a colon precedes a token: "Nombre: Pedro". */
export function hasLabel({ text, tokens }: Source, position: number, labels: ReadonlySet<string>): boolean {
  if (position === 0) return false;
  const { gap } = tokens[position]!;
  if (gap !== GAP.other && gap !== GAP.line) return false;
  const before = tokens[position - 1]!;
  const between = text.slice(before.end, Math.min(tokens[position]!.start, before.end + 16));
  if (!/^(?:'s)?\s{0,3}[:>]\s{0,9}$/.test(between)) return false;
  const from = Math.max(0, before.end - 40);
  const line = text.slice(from, before.end);
  const start = Math.max(line.lastIndexOf("\n"), line.lastIndexOf("."), line.lastIndexOf(","), line.lastIndexOf("|"));
  const label = line.slice(start + 1).trim();
  if (labels.has(foldLabel(label))) return true;
  const parts = foldLabel(label).split(/[\s_-]+/);
  if (THINGS.has(parts.at(-2) ?? "")) return false; // "Project name: Max"
  return labels.has(foldLabel(label.split(/\s+/).at(-1) ?? ""));
}

function foldLabel(label: string): string {
  return label.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "");
}
