/** Number of characters that are checked; more do not change the result. */
export const LOOKED_AT = 1000;

type Range = readonly [from: number, to: number];

/** Scripts, by ranges of their letters, and the language of those used by a single language. */
const SCRIPTS: readonly { name: string; language?: string; ranges: readonly Range[] }[] = [
  {
    name: "Latin",
    ranges: [
      [0x41, 0x5a],
      [0x61, 0x7a],
      [0xc0, 0x24f],
      [0x1e00, 0x1eff],
    ],
  },
  { name: "Han", ranges: [[0x3400, 0x9fff]] },
  { name: "Kana", ranges: [[0x3041, 0x30ff]] },
  { name: "Hangul", ranges: [[0xac00, 0xd7a3]] },
  { name: "Cyrillic", ranges: [[0x400, 0x52f]] },
  {
    name: "Arabic",
    ranges: [
      [0x620, 0x64a],
      [0x671, 0x6ff],
      [0x750, 0x77f],
    ],
  },
  { name: "Devanagari", ranges: [[0x900, 0x97f]] },
  {
    name: "Greek",
    language: "el",
    ranges: [
      [0x370, 0x3ff],
      [0x1f00, 0x1fff],
    ],
  },
  { name: "Hebrew", language: "he", ranges: [[0x5d0, 0x5ea]] },
  { name: "Thai", language: "th", ranges: [[0xe01, 0xe4e]] },
  { name: "Bengali", language: "bn", ranges: [[0x980, 0x9ff]] },
  { name: "Gurmukhi", language: "pa", ranges: [[0xa00, 0xa7f]] },
  { name: "Gujarati", language: "gu", ranges: [[0xa80, 0xaff]] },
  { name: "Tamil", language: "ta", ranges: [[0xb80, 0xbff]] },
  { name: "Telugu", language: "te", ranges: [[0xc00, 0xc7f]] },
  { name: "Kannada", language: "kn", ranges: [[0xc80, 0xcff]] },
  { name: "Malayalam", language: "ml", ranges: [[0xd00, 0xd7f]] },
  { name: "Sinhala", language: "si", ranges: [[0xd80, 0xdff]] },
  { name: "Lao", language: "lo", ranges: [[0xe80, 0xeff]] },
  { name: "Burmese", language: "my", ranges: [[0x1000, 0x109f]] },
  { name: "Georgian", language: "ka", ranges: [[0x10a0, 0x10ff]] },
  { name: "Ethiopic", language: "am", ranges: [[0x1200, 0x137f]] },
  { name: "Khmer", language: "km", ranges: [[0x1780, 0x17ff]] },
  { name: "Armenian", language: "hy", ranges: [[0x531, 0x587]] },
];

/** Indexes of the East Asian scripts. */
const [HAN, KANA, HANGUL] = [2, 3, 4];

/** Script number of each letter of the basic plane, from 1; 0 for other characters. */
const SCRIPT_OF = new Uint8Array(0x10000);
for (const [index, { ranges }] of SCRIPTS.entries()) {
  for (const [from, to] of ranges) SCRIPT_OF.fill(index + 1, from, to + 1);
}
for (const mark of [0xd7, 0xf7]) SCRIPT_OF[mark] = 0;

/** Chinese characters and function words that Japanese does not use: a text with two of them is Chinese. */
const OF_CHINESE =
  /[么吗呢吧这那们说没你她个为对时还让给从请问样样这怎哪谁啊啦的是了在这嗎這們說麼沒個為對時還讓給從請樣誰]/g;

/** Minimum share of letters in the script of a text. */
const MOST = 0.8;

/** Minimum share of kana in Japanese, and of hangul in Korean; the rest is Han. */
const OWN = { kana: 0.1, hangul: 0.3 };

/** Script and language of a text. */
export type Writing = {
  /** Script; Chinese, Japanese or Korean if detected; Han if the text may be more than one of them. */
  name: string;
  /** Language, if the script determines it: ISO 639-1. */
  language: string | undefined;
};

/** The letters at the start of a text: their number, and those of each script by its number from 1. */
function letters(text: string): { all: number; of: Uint16Array } {
  const byScript = new Uint16Array(SCRIPTS.length + 1);
  const end = Math.min(text.length, LOOKED_AT);
  for (let index = 0; index < end; index++) byScript[SCRIPT_OF[text.charCodeAt(index)]!]! += 1;
  byScript[0] = 0;
  return { all: byScript.reduce((sum, count) => sum + count, 0), of: byScript };
}

/** East Asian characters among those: each counts as several letters of an alphabet. */
function dense(byScript: Uint16Array): number {
  return byScript[HAN]! + byScript[KANA]! + byScript[HANGUL]!;
}

/** Number of letters of a text, with East Asian characters counted several times. */
export function weightOf(text: string, ofDense: number): number {
  const { all, of: byScript } = letters(text);
  return all + (ofDense - 1) * dense(byScript);
}

/** Letters of a text by the name of a script; for East Asian languages, all of their letters. */
export function lettersIn(text: string, name: string): number {
  const { of: byScript } = letters(text);
  const index = SCRIPTS.findIndex((entry) => entry.name === name);
  return index === -1 || name === "Han" ? dense(byScript) : byScript[index + 1]!;
}

/**
 * The script of nearly all letters of a text; undefined if it is mixed or has too few letters. An East Asian character
 * counts as two.
 */
export function writing(text: string, fewest: number): Writing | undefined {
  const { all, of: byScript } = letters(text);
  const east = dense(byScript);
  if (all + east < fewest || all === 0) return undefined;
  if (east >= MOST * all) return eastern(text, byScript);
  const index = SCRIPTS.findIndex((_, script) => byScript[script + 1]! >= MOST * all);
  const script = SCRIPTS[index];
  return script && { name: script.name, language: script.language };
}

function eastern(text: string, byScript: Uint16Array): Writing {
  const all = dense(byScript);
  if (byScript[HANGUL]! >= OWN.hangul * all) return { name: "Korean", language: "ko" };
  if (byScript[KANA]! >= OWN.kana * all) return { name: "Japanese", language: "ja" };
  const signs = new Set(text.slice(0, LOOKED_AT).match(OF_CHINESE));
  return signs.size >= 2 ? { name: "Chinese", language: "zh" } : { name: "Han", language: undefined };
}

/** True for two scripts that one text cannot both have. */
export function areWrittenApart(one: string, other: string): boolean {
  const isEither = (name: string): boolean => ["Han", "Chinese", "Japanese"].includes(name);
  return one !== other && !([one, other].includes("Han") && isEither(one) && isEither(other));
}
