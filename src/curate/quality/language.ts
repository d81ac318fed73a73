import { eld } from "eld/small";

/** Characters that are looked at: more change nothing. */
const LOOKED_AT = 1000;

/** Letters with which a language is told: of English and Spanish texts this long it takes one in a hundred for another. */
const FEWEST_LETTERS = 80;

/**
 * Languages that the library takes for each other, and that people write into each other's data: a text in one is no
 * answer in another language than a text in the other.
 */
const ALIKE: readonly ReadonlySet<string>[] = [
  "es pt ca gl",
  "da no sv",
  "hr sr sl bs",
  "cs sk",
  "ms id tl",
  "ru uk be bg",
  "hi mr",
  "fa ur ku ar",
  "az tr",
].map((group) => new Set(group.split(" ")));

/**
 * The language of a text as ISO 639-1, or undefined where it is too short to tell, or the library is not sure.
 *
 * @accuracy eld 2.1 with its small table: of paragraphs of 80 letters and more it took 0.1 % of 3,206 English ones
 *   (self-instruct, GSM8K) and 1.1 % of 1,658 Spanish ones (MEDDOCAN) for another language; franc-min 2.6 and 4.8 %
 */
export function language(text: string): string | undefined {
  const start = text.slice(0, LOOKED_AT);
  const letters = start.match(/\p{L}/gu)?.length ?? 0;
  // A letter of Chinese, Japanese or Korean says as much as a few of an alphabet.
  const dense = start.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  if (letters + 4 * dense < FEWEST_LETTERS) return undefined;
  const found = eld.detect(start);
  return found.isReliable() ? found.language : undefined;
}

/** Small words by language: those that a short question can hardly do without. */
const SMALL_WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    en: "the he she they it in on at there has had so then what is are was how why who when where which of to and for with do does did you my your give write tell explain list describe make name should can could would this that every me about from have not",
    es: "el la los las qué cuál cuáles cómo por quién dónde cuándo es son una un y para con del al en mi tu dame escribe explica dime haz describe puedo puede se lo más esta este no",
    fr: "le la les des quel quelle quels quelles est sont comment pourquoi qui où quand une un et pour avec du au en mon ton donne écris explique dis fais décris peut ce cette dans sur pas plus je",
    de: "der die das den dem was ist sind wie warum wer wo wann welche welcher eine ein einen und für mit von zu ich du mein dein gib schreibe erkläre nenne mach kann soll dieser nicht auf im",
    it: "il lo gli le che qual quali è sono come perché chi dove quando una un e per con del della di mio tuo dammi scrivi spiega dimmi fai può questo questa nel non più si",
    pt: "o os as que qual quais é são como quem onde quando uma um e para com do da dos meu teu seu escreva explique diga faça pode este esta no na não mais se",
    nl: "de het wat is zijn hoe waarom wie waar wanneer welke een en voor met van ik je mijn jouw geef schrijf leg noem maak kan deze dit niet op in",
  }).map(([name, words]) => [name, new Set(words.split(" "))]),
);

/** How many different small words of each language a text has. */
export function smallWords(text: string): Readonly<Record<string, number>> {
  const words = new Set(
    text
      .slice(0, LOOKED_AT)
      .toLowerCase()
      .match(/\p{L}+/gu),
  );
  return Object.fromEntries(
    [...SMALL_WORDS].map(([name, small]) => [name, [...small].filter((word) => words.has(word)).length]),
  );
}

/**
 * The language of a text that is too short for `language`, by its small words; of seven languages of Europe. Undefined
 * where it has fewer of its language than are asked for, or half as many of another.
 */
export function shortLanguage(text: string, fewest: number): string | undefined {
  const [best, next] = Object.entries(smallWords(text)).toSorted(([, one], [, other]) => other - one);
  return best![1] >= fewest && 2 * next![1] <= best![1] ? best![0] : undefined;
}

/** Scripts that are told apart; those of East Asia are one. */
const SCRIPTS: readonly (readonly [name: string, letters: RegExp])[] = [
  ["Latin", /\p{Script=Latin}/gu],
  ["Han", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu],
  ["Cyrillic", /\p{Script=Cyrillic}/gu],
  ["Arabic", /\p{Script=Arabic}/gu],
  ["Devanagari", /\p{Script=Devanagari}/gu],
  ["Greek", /\p{Script=Greek}/gu],
  ["Hebrew", /\p{Script=Hebrew}/gu],
  ["Thai", /\p{Script=Thai}/gu],
];

/** Share of its letters that a text has in its script. */
const MOST = 0.8;

/** The script that nearly all letters of a text are of; undefined where there is none, or fewer letters than are asked for. */
export function mainScript(text: string, fewest: number): string | undefined {
  const start = text.slice(0, LOOKED_AT);
  const letters = start.match(/\p{L}/gu)?.length ?? 0;
  if (letters < fewest) return undefined;
  return SCRIPTS.find(([, of]) => (start.match(of)?.length ?? 0) >= MOST * letters)?.[0];
}

/** True for two languages that are not easily taken for each other. */
export function areDifferent(one: string, other: string): boolean {
  return one !== other && !ALIKE.some((group) => group.has(one) && group.has(other));
}
