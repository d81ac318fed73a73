import { areDifferent, language, mainScript, shortLanguage, smallWords } from "./language.ts";

/** Words of a request for another language than its own. */
const CUES = new RegExp(
  [
    "translat|traduc|traduz|tradui|tradurre|übersetz|vertaal|tłumacz|перевед|перевод|переклад|翻译|翻譯|翻訳|訳して|번역|ترجم|çevir|अनुवाद",
    "language|idioma|langue|sprache|lingua|język|языке?|语言|言語|언어|لغة",
    "\\b(?:how (?:do|would|can) (?:you|i|we) say|how to say|alphabet|kanji|hiragana|katakana|pinyin|cyrillic|transliterat|transcri(?:be|ption)|proverbs?|lyrics|quotes?|polyglot|bilingual|native speaker)",
    "english|spanish|french|german|italian|portuguese|chinese|mandarin|cantonese|japanese|korean|arabic|russian|hindi|dutch|turkish|polish|swedish|greek|hebrew|latin|vietnamese|thai|swahili|ukrainian|czech|slovak|danish|norwegian|finnish|icelandic|romanian|hungarian|bulgarian|serbian|croatian|slovenian|lithuanian|latvian|estonian|catalan|basque|galician|irish|welsh|gaelic|albanian|armenian|georgian|azerbaijani|kazakh|uzbek|mongolian|persian|farsi|kurdish|pashto|urdu|bengali|punjabi|gujarati|marathi|tamil|telugu|kannada|malayalam|sinhala|nepali|burmese|khmer|\\blao\\b|indonesian|malay|tagalog|filipino|javanese|hawaiian|maori|zulu|xhosa|yoruba|hausa|igbo|amharic|somali|afrikaans|esperanto|sanskrit|yiddish",
    "inglés|español|francés|alemán|italiano|portugués|anglais|français|espagnol|allemand|italien|portugais|englisch|deutsch|spanisch|französisch|italienisch|inglese|spagnolo|francese|tedesco|inglês|português|espanhol|francês|alemão|engels|spaans|frans\\b|duits|angielsk|английск|русск|немецк|французск|英语|英文|中文|汉语|日语|日文|韩语|法语|德语|日本語|英語|中国語|영어|한국어|일본어|중국어|الإنجليزية|العربية|i̇ngilizce|ingilizce|türkçe|अंग्रेज़ी|हिंदी",
  ].join("|"),
);

/** Letters of a prompt and of an answer from which their scripts are compared: below, a name or a word is asked for. */
const SCRIPT_LETTERS = { prompt: 8, dense: 4, answer: 16 };

/** Small words by which a short prompt and a short answer are known. */
const SMALL_WORDS = { prompt: 2, answer: 5 };

/**
 * In which language a prompt is and in which its answer, where those are two and no other was asked for. Told by their
 * scripts, by the library where they are long enough, by their small words where they are short.
 */
export function otherLanguage(
  asked: { prompt: string; all: string },
  answer: string,
): { prompt: string; answer: string } | undefined {
  if (answer.length < SCRIPT_LETTERS.answer) return undefined;
  const one = mainScript(asked.prompt, SCRIPT_LETTERS.prompt) ?? denseScript(asked.prompt);
  const other = mainScript(answer, SCRIPT_LETTERS.answer);
  const found =
    one !== undefined && other !== undefined && one !== other
      ? { prompt: one, answer: other }
      : one === "Latin" && other === "Latin"
        ? latin(asked.prompt, answer)
        : byLibrary(asked.prompt, answer);
  return found === undefined || CUES.test(asked.all) ? undefined : found;
}

/** Han, of a question that is short because a letter of it says a word. */
function denseScript(prompt: string): string | undefined {
  const script = mainScript(prompt, SCRIPT_LETTERS.dense);
  return script === "Han" ? script : undefined;
}

/** Texts of one alphabet: the answer by the library and by its small words, where those of its language are known. */
function latin(prompt: string, answer: string): { prompt: string; answer: string } | undefined {
  const counts = smallWords(answer);
  const words = shortLanguage(counts, SMALL_WORDS.answer);
  const asked = shortLanguage(smallWords(prompt), SMALL_WORDS.prompt);
  if (words !== undefined && words === asked) return undefined; // the library would take longer to say the same
  const one = language(prompt) ?? asked;
  const other = one === undefined ? undefined : (language(answer) ?? words);
  if (one === undefined || other === undefined || !areDifferent(one, other)) return undefined;
  // A list of dishes or of names has no small words of the language that it looks like.
  const own = counts[other] ?? Infinity;
  return own >= SMALL_WORDS.prompt && own >= 2 * (counts[one] ?? 0) ? { prompt: one, answer: other } : undefined;
}

function byLibrary(prompt: string, answer: string): { prompt: string; answer: string } | undefined {
  const [one, other] = [language(prompt), language(answer)];
  if (one === undefined || other === undefined || !areDifferent(one, other)) return undefined;
  return { prompt: one, answer: other };
}
