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
  const { all, of } = letters(text);
  // A letter of Chinese, Japanese or Korean says as much as a few of an alphabet.
  if (all + 4 * of[HAN]! < FEWEST_LETTERS && lettersOfAny(text) + 4 * of[HAN]! < FEWEST_LETTERS) return undefined;
  const found = eld.detect(text.slice(0, LOOKED_AT));
  return found.isReliable() ? found.language : undefined;
}

/** Letters of any script, as Unicode has them. */
function lettersOfAny(text: string): number {
  return text.slice(0, LOOKED_AT).match(/\p{L}/gu)?.length ?? 0;
}

/** Small words by language: those that a short question can hardly do without. */
const SMALL_WORDS: readonly (readonly [name: string, words: string])[] = Object.entries({
  en: "the he she they it in on at there has had so then what is are was how why who when where which of to and for with do does did you my your give write tell explain list describe make name should can could would this that every me about from have not",
  es: "el la los las qué cuál cuáles cómo por quién dónde cuándo es son una un y para con del al en mi tu dame escribe explica dime haz describe puedo puede se lo más esta este no",
  fr: "le la les des quel quelle quels quelles est sont comment pourquoi qui où quand une un et pour avec du au en mon ton donne écris explique dis fais décris peut ce cette dans sur pas plus je",
  de: "der die das den dem was ist sind wie warum wer wo wann welche welcher eine ein einen und für mit von zu ich du mein dein gib schreibe erkläre nenne mach kann soll dieser nicht auf im",
  it: "il lo gli le che qual quali è sono come perché chi dove quando una un e per con del della di mio tuo dammi scrivi spiega dimmi fai può questo questa nel non più si",
  pt: "o os as que qual quais é são como quem onde quando uma um e para com do da dos meu teu seu escreva explique diga faça pode este esta no na não mais se",
  nl: "de het wat is zijn hoe waarom wie waar wanneer welke een en voor met van ik je mijn jouw geef schrijf leg noem maak kan deze dit niet op in",
});

/** Languages of each small word, a bit each. */
const LANGUAGES_OF = new Map<string, number>();
for (const [index, [, words]] of SMALL_WORDS.entries()) {
  for (const word of words.split(" ")) LANGUAGES_OF.set(word, (LANGUAGES_OF.get(word) ?? 0) | (1 << index));
}

/** How many different small words of each language a text has. */
export function smallWords(text: string): Readonly<Record<string, number>> {
  const counts = new Uint16Array(SMALL_WORDS.length);
  const seen = new Set<string>();
  for (const word of text
    .slice(0, LOOKED_AT)
    .toLowerCase()
    .match(/\p{L}+/gu) ?? []) {
    const of = LANGUAGES_OF.get(word);
    if (of === undefined || seen.size === seen.add(word).size) continue;
    for (let index = 0; index < counts.length; index++) if ((of >> index) & 1) counts[index]! += 1;
  }
  return Object.fromEntries(SMALL_WORDS.map(([name], index) => [name, counts[index]!]));
}

/**
 * The language of a text that is too short for `language`, by the numbers of its small words; of seven languages of Europe. Undefined
 * where it has fewer of its language than are asked for, or half as many of another.
 */
export function shortLanguage(counts: Readonly<Record<string, number>>, fewest: number): string | undefined {
  const [best, next] = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  return best![1] >= fewest && 2 * next![1] <= best![1] ? best![0] : undefined;
}

/** Scripts that are told apart, by ranges of their letters; those of East Asia are one. */
const SCRIPTS: readonly (readonly [name: string, ranges: readonly (readonly [from: number, to: number])[]])[] = [
  [
    "Latin",
    [
      [0x41, 0x5a],
      [0x61, 0x7a],
      [0xc0, 0x24f],
      [0x1e00, 0x1eff],
    ],
  ],
  [
    "Han",
    [
      [0x3041, 0x30ff],
      [0x3400, 0x9fff],
      [0xac00, 0xd7a3],
    ],
  ],
  ["Cyrillic", [[0x400, 0x52f]]],
  [
    "Arabic",
    [
      [0x620, 0x64a],
      [0x671, 0x6ff],
      [0x750, 0x77f],
    ],
  ],
  ["Devanagari", [[0x900, 0x97f]]],
  [
    "Greek",
    [
      [0x370, 0x3ff],
      [0x1f00, 0x1fff],
    ],
  ],
  ["Hebrew", [[0x5d0, 0x5ea]]],
  ["Thai", [[0xe01, 0xe4e]]],
];

/** Number of the scripts of East Asia among them. */
const HAN = 2;

/** Number of its script of each letter of the basic plane, from 1; 0 for what is none of these. */
const SCRIPT_OF = new Uint8Array(0x10000);
for (const [index, [, ranges]] of SCRIPTS.entries()) {
  for (const [from, to] of ranges) SCRIPT_OF.fill(index + 1, from, to + 1);
}
for (const mark of [0xd7, 0xf7]) SCRIPT_OF[mark] = 0;

/** The letters at the start of a text: how many there are, and of each script. */
function letters(text: string): { all: number; of: Uint16Array } {
  const of = new Uint16Array(SCRIPTS.length + 1);
  const end = Math.min(text.length, LOOKED_AT);
  for (let at = 0; at < end; at++) of[SCRIPT_OF[text.charCodeAt(at)]!]! += 1;
  of[0] = 0;
  return { all: of.reduce((sum, count) => sum + count, 0), of };
}

/** Share of its letters that a text has in its script. */
const MOST = 0.8;

/** The script that nearly all letters of a text are of; undefined where there is none, or fewer letters than are asked for. */
export function mainScript(text: string, fewest: number): string | undefined {
  const { all, of } = letters(text);
  if (all < fewest) return undefined;
  const index = SCRIPTS.findIndex((_, script) => of[script + 1]! >= MOST * all);
  return SCRIPTS[index]?.[0];
}

/** True for two languages that are not easily taken for each other. */
export function areDifferent(one: string, other: string): boolean {
  return one !== other && !ALIKE.some((group) => group.has(one) && group.has(other));
}
