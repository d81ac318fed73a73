import { areDifferent, askedLanguage, language, longLanguage, shortLanguage } from "./language.ts";
import { areWrittenApart, lettersIn, writing } from "./scripts.ts";
import { smallWords, wordsOf } from "./small-words.ts";

/** Words that request another language than that of the prompt. */
const CUES = new RegExp(
  [
    "translat|traduc|traduz|tradui|tradurre|übersetz|vertaal|tłumacz|перевед|перевод|переклад|翻译|翻譯|翻訳|訳して|번역|ترجم|çevir|अनुवाद",
    "language|idioma|langue|sprache|lingua|język|языке?|语言|言語|언어|لغة",
    "\\b(?:how (?:do|would|can) (?:you|i|we) say|how to say|alphabet|kanji|hiragana|katakana|pinyin|cyrillic|transliterat|transcri(?:be|ption)|proverbs?|lyrics|quotes?|polyglot|bilingual|native speaker)",
    "english|spanish|french|german|italian|portuguese|chinese|mandarin|cantonese|japanese|korean|arabic|russian|hindi|dutch|turkish|polish|swedish|greek|hebrew|latin|vietnamese|thai|swahili|ukrainian|czech|slovak|danish|norwegian|finnish|icelandic|romanian|hungarian|bulgarian|serbian|croatian|slovenian|lithuanian|latvian|estonian|catalan|basque|galician|irish|welsh|gaelic|albanian|armenian|georgian|azerbaijani|kazakh|uzbek|mongolian|persian|farsi|kurdish|pashto|urdu|bengali|punjabi|gujarati|marathi|tamil|telugu|kannada|malayalam|sinhala|nepali|burmese|khmer|\\blao\\b|indonesian|malay|tagalog|filipino|javanese|hawaiian|maori|zulu|xhosa|yoruba|hausa|igbo|amharic|somali|afrikaans|esperanto|sanskrit|yiddish",
    "inglés|español|francés|alemán|italiano|portugués|anglais|français|espagnol|allemand|italien|portugais|englisch|deutsch|spanisch|französisch|italienisch|inglese|spagnolo|francese|tedesco|inglês|português|espanhol|francês|alemão|engels|spaans|frans\\b|duits|angielsk|английск|русск|немецк|французск|英语|英文|中文|汉语|日语|日文|韩语|法语|德语|日本語|英語|中国語|영어|한국어|일본어|중국어|الإنجليزية|العربية|i̇ngilizce|ingilizce|türkçe|अंग्रेज़ी|हिंदी",
  ].join("|"),
);

/** Minimum letters of a prompt and of an answer for comparing their scripts: fewer may be a name or a word. */
const SCRIPT_LETTERS = { prompt: 8, answer: 16 };

/** Minimum letters of a second script in a prompt that quotes a text or contains an instruction in it. */
const HELD = { Latin: 20, other: 4, Han: 2 };

/** Minimum function words for identifying an answer: a long one, a sentence, one in another script than its prompt. */
const SMALL_WORDS = { long: 5, sentence: 3, apart: 2 };

/** Minimum words of an answer that is a sentence, and minimum share of them that begin with a lower-case letter. */
const SENTENCE = { words: 6, small: 0.6 };

/** English words of a sentence that do not occur in a title. */
const OF_SENTENCES =
  /\b(?:is|are|was|were|it|its|they|he|she|you|we|this|that|has|have|had|will|can|because|by|there|be|when|not)\b/;

/** Start of an English instruction, independent of the language of its text. */
const IN_ENGLISH =
  /^\s*(?:please\s+)?(?:summari[sz]e|explain|describe|write|list|give|tell|rewrite|classify|extract|answer|read|what|who|how|why|which|identify|analy[sz]e|paraphrase|correct|fix|continue|complete|generate|create|name|find|is|does|can|the following|based on|given|detect|label|use)\b/i;

type Found = { prompt: string; answer: string };

/**
 * The languages of prompt and answer, if they differ and no other language was requested. Detected by script, by the
 * library for long texts, by function words and letters for short ones.
 */
export function otherLanguage(asked: { prompt: string; all: string }, answer: string): Found | undefined {
  if (answer.length < SCRIPT_LETTERS.answer / 2) return undefined;
  const one = writing(asked.prompt, SCRIPT_LETTERS.prompt)?.name;
  const other = writing(answer, SCRIPT_LETTERS.answer)?.name;
  const found =
    one !== undefined && other !== undefined && areWrittenApart(one, other)
      ? apart({ one, other }, asked.prompt, answer)
      : one === "Latin" && other === "Latin"
        ? latin(asked.prompt, answer)
        : byLibrary(asked.prompt, answer);
  return found === undefined || CUES.test(asked.all) ? undefined : found;
}

/**
 * Compares texts in two scripts; there is no result if the prompt contains some of the other script, or if Latin
 * letters are names or code.
 */
function apart({ one, other }: { one: string; other: string }, prompt: string, answer: string): Found | undefined {
  const isEast = ["Chinese", "Japanese", "Korean", "Han"].includes(other);
  const isWithin = isEast && ["Chinese", "Japanese", "Korean", "Han"].includes(one);
  const held = other === "Latin" ? HELD.Latin : isEast ? HELD.Han : HELD.other;
  if (!isWithin && lettersIn(prompt, isEast ? "Han" : other) >= held) return undefined;
  if (other === "Latin") {
    const known = longLanguage(answer) ?? shortLanguage(smallWords(answer), SMALL_WORDS.apart);
    if (known === undefined || wordsOf(answer).length < SENTENCE.words) return undefined;
  }
  return { prompt: one, answer: other };
}

/**
 * Compares texts in one alphabet: the answer is identified by the library and by its function words, if those of its
 * language are known.
 */
function latin(prompt: string, answer: string): Found | undefined {
  const counts = smallWords(answer);
  const words = shortLanguage(counts, SMALL_WORDS.long);
  const one = askedLanguage(prompt);
  if (one === undefined || words === one) return undefined;
  const other = longLanguage(answer) ?? words ?? sentenceLanguage(answer);
  if (other === undefined || !areDifferent(one, other) || isAskedIn(prompt, other)) return undefined;
  // A list of dishes or of names has no small words of the language that it looks like.
  const own = counts[other] ?? Infinity;
  return own >= SMALL_WORDS.apart && own >= 2 * (counts[one] ?? 0) ? { prompt: one, answer: other } : undefined;
}

/** The language of a short answer that is a sentence, not a title or a list of names. */
function sentenceLanguage(answer: string): string | undefined {
  const words = answer.match(/\p{L}+/gu) ?? [];
  const small = words.filter((word) => word === word.toLowerCase());
  if (words.length < SENTENCE.words || small.length < SENTENCE.small * words.length) return undefined;
  const found = shortLanguage(smallWords(small.join(" ")), SMALL_WORDS.sentence);
  return found === "en" && !OF_SENTENCES.test(small.join(" ")) ? undefined : found;
}

/** True if a part of the prompt is in that language: an instruction before or after a text in another language. */
function isAskedIn(prompt: string, name: string): boolean {
  if (name === "en" && IN_ENGLISH.test(prompt)) return true;
  const parts = prompt.split(/\n+|[:：]\s/);
  return parts.length > 1 && [...parts.slice(0, 4), ...parts.slice(-4)].some((part) => askedLanguage(part) === name);
}

function byLibrary(prompt: string, answer: string): Found | undefined {
  const [one, other] = [longLanguage(prompt), longLanguage(answer) ?? language(answer)];
  if (one === undefined || other === undefined || !areDifferent(one, other)) return undefined;
  return isAskedIn(prompt, other) || longLanguage(answer) === undefined ? undefined : { prompt: one, answer: other };
}
