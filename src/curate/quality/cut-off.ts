import { endsInList } from "./cut-off-list.ts";
import { isOpenClause, isStranded } from "./open-clause.ts";
import { isOpenCode } from "./open-code.ts";

/** Words that cannot end a sentence of their language. */
const NOT_LAST: readonly ReadonlySet<string>[] = [
  "the a an and or because which its their our my your his of to with from by into than as is are was were be that for at this these very such",
  "el la los las un una unos unas y o que de del al con por para su sus se en es como",
  "le la les un une des et ou que qui de du au aux avec pour par sur dans son sa ses est en",
  "der die das den dem des ein eine einen einem und oder mit von zu für auf im in ist sind als dass",
  "il lo la i gli le un una e o che di del della con per da nel nella su è",
  "o a os as um uma e ou que de do da dos das com por para em no na é",
  "de het een en of van met voor op in is dat die als om te",
].map((words) => new Set(words.split(" ")));

/** A comma and a conjunction, which cannot end a sentence in any language. */
const JOINS =
  /[,،、]\s+(?:and|or|but|because|so that|which|und|oder|aber|weil|et|ou|mais|y|o|pero|porque|e|ma|perché|mas|och|eller|men|og|en|of|maar|omdat|i|lub|ale|a|nebo|ve|veya|ama|và|hoặc|nhưng|dan|atau|tetapi|și|sau|dar|ja|tai|mutta|és|vagy|de|и|или|но|та|або|але|και|ή|αλλά)$/;

/** Words that cannot end a sentence in any language here. */
const OPEN_WORD = /[.!?]\s(?:[^.!?]{0,300}\s)?(?:and|because|the|und|weil|och|eftersom|omdat|eller|oder)$/;

/** English, French, German and Spanish words that cannot end any sentence. */
const NEVER_LAST = new Set(
  "the an and because your their our my its whose every than und oder weil et ou mais parce y pero porque".split(" "),
);

/** Prepositions and articles of other languages than English, which end no sentence. */
const PREPOSITIONS = new Set(
  "de du des aux del della con por para pour avec dans da do dos das mit von zur zum für van voor".split(" "),
);

/** The start of a noun phrase: "a combination of", "costs $5 and". */
const OPEN_PHRASE = /(?:^|\s)(?:an?|the)\s[\p{L}-]{3,30}\sof$|\S\s+(?:[$€£]\s?\d|\d[\d.,]*\s?%?)\S*\s+(?:and|or)$/iu;

/** Requests for a word or a phrase, which may be one of these. */
const OF_PHRASES =
  /\b(?:words?|phrases?|prepositions?|conjunctions?|articles?|idioms?|grammar|blanks?|fill|translate)\b/i;

/** Words that identify one of those languages. */
const TELLING = new Set(
  "you it i is are was were should can will would must may we they he she this that these to of in for on with first if when not do does have has use there ist sind sie ich wir er es nicht zu vous il elle nous est sont ne pas que se no es son está usted debe para".split(
    " ",
  ),
);

/** Minimum words of a sentence that is checked for this ending. */
const BROKEN_WORDS = 4;

/** Minimum words of a line that is checked for such a word. */
const JOINED = 3;

/** Further words of the same language required at the end of an answer, to confirm the language. */
const OTHERS = 2;

/** Number of characters at the end that are checked. */
const LOOKED_AT = 600;

/** Minimum words of a line before its open end: shorter ones are greetings, titles, answers. */
const WORDS_BEFORE = 5;

/** Requests whose answers need no full stop. */
const OF_VERSE =
  /\b(?:poem|haiku|limerick|sonnet|lyrics|song|verse|rap|tweet|slogan|title|headline|caption|names?|continue|complete|finish)\b/i;

/**
 * Way in which an answer is cut off: within a statement of SQL or JSON, in a list of words, after a word that cannot end
 * a sentence, or without a full stop although all earlier sentences have one. Undefined for a complete answer.
 */
export function cutOff(answer: string, asked: string): string | undefined {
  const text = answer.trimEnd();
  if (endsInList(text, asked)) return text.slice(text.lastIndexOf("\n") + 1).slice(-60);
  if (isOpenCode(text)) return text.slice(-60);
  if (!/[\p{L},(\-–—:]$/u.test(text)) return undefined;
  const end = text.slice(-LOOKED_AT);
  const line = end.slice(end.lastIndexOf("\n") + 1).trim();
  if (/^(?:[|#>]|```)/.test(line)) return undefined;
  const sentence = line.slice(line.search(/[^.!?。！？…:]{0,600}.$/u)).trim();
  const words = wordsOf(sentence);
  const isCut =
    isOpen(line, words) ||
    isJoined(line, words, asked) ||
    isBroken(words, asked) ||
    isBrokenItem(end, asked) ||
    isOpenPhrase(line, asked) ||
    (isOpenClause(sentence, words.length) && !OF_VERSE.test(asked)) ||
    (endsInside(words, end) && !isStranded(sentence, words.at(-1)!)) ||
    lacksStop({ text, line, words, asked });
  return isCut ? line.slice(-60) : undefined;
}

function isOpen(line: string, words: readonly string[]): boolean {
  return (
    /[,(\-–—:]$/.test(line) &&
    words.length >= WORDS_BEFORE &&
    !/\b(?:regards|sincerely|wishes|yours?|love|cheers|thanks?|looking forward|hear(?:ing)? from)\b/i.test(line)
  );
}

/** A short sentence whose last word cannot end a sentence of its language: "You should first check the". */
function isBroken(words: readonly string[], asked: string): boolean {
  const last = words.at(-1);
  if (last === undefined || words.length < BROKEN_WORDS || !NEVER_LAST.has(last) || OF_VERSE.test(asked)) return false;
  return words.slice(0, -1).some((word) => TELLING.has(word.toLowerCase()));
}

/** An answer that ends in an open noun phrase, or joins another number or amount. */
function isOpenPhrase(line: string, asked: string): boolean {
  if (OF_VERSE.test(asked) || OF_PHRASES.test(asked) || !OPEN_PHRASE.test(line)) return false;
  return !/\bof$/i.test(line) || !isStranded(line, "of");
}

/** The last item of a numbered list, also within a line, that is cut off: "1. Open the lid 2. Remove the". */
function isBrokenItem(end: string, asked: string): boolean {
  const item = /(?:^|\s)\d{1,2}[.)]\s+(\p{L}[^.!?:…\n]{0,300})$/u.exec(end)?.[1] ?? "";
  const words = wordsOf(item).slice(0, -1);
  // "1. of the 2. in the" are phrases that somebody asked for.
  const saysMore = words.some((word) => !TELLING.has(word.toLowerCase()) && !NEVER_LAST.has(word.toLowerCase()));
  return saysMore && isBroken(wordsOf(end), asked);
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{M}'’-]+/gu) ?? [];
}

function isJoined(line: string, words: readonly string[], asked: string): boolean {
  return words.length >= JOINED && !OF_VERSE.test(asked) && (JOINS.test(line) || OPEN_WORD.test(line));
}

function endsInside(words: readonly string[], end: string): boolean {
  const last = words.at(-1);
  if (last === undefined || words.length < WORDS_BEFORE - 1) return false;
  const before = wordsOf(end.toLowerCase());
  const others = (set: ReadonlySet<string>): Set<string> =>
    new Set(before.slice(0, -1).filter((word) => word !== last && set.has(word)));
  // A sentence of four words is open after a preposition, if two different words tell its language.
  if (words.length < WORDS_BEFORE)
    return NOT_LAST.some((set) => PREPOSITIONS.has(last) && set.has(last) && others(set).size >= OTHERS);
  // "La la la" is of no language.
  return NOT_LAST.some(
    (set) =>
      set.has(last) && others(set).size > 0 && before.slice(0, -1).filter((word) => set.has(word)).length >= OTHERS,
  );
}

/** Every earlier sentence ends with a full stop, in prose or in list items, and the last does not. */
function lacksStop({
  text,
  line,
  words,
  asked,
}: {
  text: string;
  line: string;
  words: readonly string[];
  asked: string;
}): boolean {
  if (
    words.length < WORDS_BEFORE ||
    !/\p{L}$/u.test(line) ||
    /[@#/]|\.\w{2,4}$/.test(line.slice(-60)) ||
    OF_VERSE.test(asked)
  )
    return false;
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((part) => part !== "");
  const isItem = (text: string): boolean => /^(?:[-*•]|\d{1,3}[.)])\s/.test(text);
  const before = lines.slice(0, -1);
  if (isItem(line)) {
    const items = before.filter(isItem);
    return items.length >= 2 && items.every((item) => /[.!?]["')*]?$/.test(item));
  }
  const stops = line.match(/[.!?]["')]?\s/g)?.length ?? 0;
  return stops >= 2 && before.every((text) => isItem(text) || /^[#|>]/.test(text) || /[.!?:"')*。]$/.test(text));
}
