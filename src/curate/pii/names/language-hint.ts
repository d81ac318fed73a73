import { SHAPE, type Token } from "./tokens.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Function words, folded, that only one of English and another language has. */
const SMALL_WORDS = {
  en: set("the is and my i to of for can what how does do it have with was she he are you your not this that but"),
  de: set(
    "ich und der die das ist nicht ein eine mit seit habe hat wie kann mein meine auf zu den dem im sie er es bei",
  ),
  es: set("el la los las que de en mi por para con una un es y no me se tengo como puede desde hace"),
  fr: set("le la les des je mon ma est et que pour avec une un ne pas depuis il elle dans ai sur"),
  it: set("il lo la gli che di mio mia per con una un non sono ho da e mi si come"),
  pt: set("o a os as que de meu minha para com uma um nao e em tenho por se como"),
  nl: set("ik het een en van mijn is niet met voor te dat heb kan hij zij op"),
} as const;

/** A language that function words identify. */
type Language = keyof typeof SMALL_WORDS;

/** Languages that have a function word, in the order above. */
const LANGUAGES_OF: ReadonlyMap<string, readonly Language[]> = new Map(
  [...new Set(Object.values(SMALL_WORDS).flatMap((words) => [...words]))].map((word) => [
    word,
    (Object.keys(SMALL_WORDS) as Language[]).filter((language) => SMALL_WORDS[language].has(word)),
  ]),
);

/** Number of words that are read to identify the language of a text. */
const READ = 60;

/** Minimum number of function words of another language for a text not to count as English. */
const LEAST = 3;

const known = new WeakMap<readonly Token[], Language>();

/** Language of a text by its function words; English if there are few. */
export function languageHint(tokens: readonly Token[]): Language {
  let language = known.get(tokens);
  if (language === undefined) known.set(tokens, (language = countedLanguage(tokens)));
  return language;
}

function countedLanguage(tokens: readonly Token[]): Language {
  const counts = new Map<Language, number>();
  let read = 0;
  for (const { key, shape, isFirst } of tokens) {
    if (shape !== SHAPE.lower && !isFirst && shape !== SHAPE.initial) continue;
    read += 1;
    if (read > READ) break;
    for (const language of LANGUAGES_OF.get(key) ?? []) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  let best: Language = "en";
  for (const [language, count] of counts) {
    if (count >= LEAST && count > (counts.get(best) ?? 0)) best = language;
  }
  return best;
}
