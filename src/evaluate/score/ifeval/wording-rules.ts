import { countSentences } from "./sentences.ts";
import {
  countSetting,
  type InstructionRule,
  isEnough,
  type LanguageOf,
  listSetting,
  textSetting,
} from "./instruction.ts";

const WORD = /[\p{L}\p{N}_]+/gu;

/** Marks at which words are split; full stops and hyphens stay inside. */
const BETWEEN_WORDS = /["[\](){}<>;@#$%&?!\u201c\u201d\s]|[:,](?!\d)|--/u;

/** Endings of contractions, which are separate words. */
const CONTRACTION = /('(?:s|m|d|ll|re|ve)|n't)$/iu;

/** Rules on words, letters, sentences and language. */
export const WORDING_RULES: Readonly<Record<string, InstructionRule>> = {
  "keywords:existence": (answer, settings) =>
    listSetting(settings, "keywords").every((word) => literal(word).test(answer)),
  "keywords:forbidden_words": (answer, settings) =>
    !listSetting(settings, "forbidden_words").some((word) => wholeWord(word).test(answer)),
  "keywords:frequency": (answer, settings) => {
    const keyword = textSetting(settings, "keyword").trim();
    const found = keyword === "" ? 0 : [...answer.matchAll(literal(keyword, "giu"))].length;
    return isEnough(found, countSetting(settings, "frequency"), textSetting(settings, "relation"));
  },
  "keywords:letter_frequency": (answer, settings) => {
    const letter = textSetting(settings, "letter").trim().toLowerCase();
    const found = Array.from(answer.toLowerCase()).filter((sign) => sign === letter).length;
    return isEnough(found, countSetting(settings, "let_frequency"), textSetting(settings, "let_relation"));
  },
  "language:response_language": (answer, settings, languageOf) =>
    !hasLetters(answer) || languageOf(answer) === textSetting(settings, "language").replace(/-.*/, ""),
  "length_constraints:number_sentences": (answer, settings) =>
    isEnough(countSentences(answer), countSetting(settings, "num_sentences"), textSetting(settings, "relation")),
  "length_constraints:number_words": (answer, settings) =>
    isEnough([...answer.matchAll(WORD)].length, countSetting(settings, "num_words"), textSetting(settings, "relation")),
  "change_case:english_capital": (answer, _settings, languageOf) => isUpper(answer) && isEnglish(answer, languageOf),
  "change_case:english_lowercase": (answer, _settings, languageOf) =>
    /\p{Ll}/u.test(answer) && !/[\p{Lu}\p{Lt}]/u.test(answer) && isEnglish(answer, languageOf),
  "change_case:capital_word_frequency": (answer, settings) =>
    isEnough(
      capitalWords(answer),
      countSetting(settings, "capital_frequency"),
      textSetting(settings, "capital_relation"),
    ),
  "punctuation:no_comma": (answer) => !answer.includes(","),
};

function literal(word: string, flags = "iu"): RegExp {
  return new RegExp(escaped(word), flags);
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])`, "iu");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text);
}

function isUpper(text: string): boolean {
  return /\p{Lu}/u.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text);
}

/** True for English, and if the language is uncertain, because the instruction is about case. */
function isEnglish(answer: string, languageOf: LanguageOf): boolean {
  return ["en", undefined].includes(languageOf(answer.toLowerCase()));
}

function capitalWords(answer: string): number {
  return answer
    .split(BETWEEN_WORDS)
    .flatMap((word) => word.replace(CONTRACTION, " $1").split(" "))
    .filter(isUpper).length;
}
