/** Tokeniser of BLEU: `13a` of WMT, `intl` by Unicode classes, `zh` with each Chinese character as a token, `char`. */
export type BleuTokeniser = "13a" | "intl" | "zh" | "char";

/** White space as in Python's `str.split`: it includes some control characters, but not U+FEFF, unlike `\s`. */
// oxlint-disable-next-line no-control-regex
const SPACE = /[\t-\r\u001C- \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/u;

/** Trailing white space as Python's `str.rstrip` removes it. */
const TRAILING = new RegExp(`${SPACE.source}$`, "u");

/** Rules of mteval-v13a in order: each match is surrounded by spaces. */
const WESTERN: readonly (readonly [RegExp, string])[] = [
  [/([{-~[-` -&(-+:-@/])/gu, " $1 "],
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  [/([0-9])(-)/gu, "$1 $2 "],
];

/** Rules of mteval-v14 with international tokenisation. */
const INTERNATIONAL: readonly (readonly [RegExp, string])[] = [
  [/(\P{N})(\p{P})/gu, "$1 $2 "],
  [/(\p{P})(\P{N})/gu, " $1 $2"],
  [/(\p{S})/gu, " $1 "],
];

/**
 * Characters that `zh` separates. sacreBLEU writes its two ranges beyond U+FFFF with four digits and one more
 * character, so that they effectively are U+2001-2A6D and U+2F81-2FA1, and astral ideographs are not separated; this is
 * reproduced here.
 */
const CHINESE =
  /[\u2001-\u2A6D\u2E80-\u2FDF\u2FF0-\u303F\u3100-\u312F\u31A0-\u31BF\u31C0-\u31EF\u3200-\u33FF\u3400-\u4DB5\u4E00-\u9FBB\uF900-\uFA2D\uFA30-\uFA6A\uFA70-\uFAD9\uFE10-\uFE1F\uFE30-\uFE4F\uFF00-\uFFEF]/gu;

/**
 * The tokens of a text, as sacreBLEU 2.6 counts them.
 *
 * @source Post 2018, "A call for clarity in reporting BLEU scores"; mteval-v13a and -v14 of NIST
 */
export function bleuTokens(text: string, tokeniser: BleuTokeniser): string[] {
  const line = text.replace(TRAILING, "");
  switch (tokeniser) {
    case "13a":
      return western(` ${withoutEntities(line)} `);
    case "zh":
      return western(strippedStart(line).replaceAll(CHINESE, " $& "));
    case "intl":
      return pieces(applied(line, INTERNATIONAL));
    default:
      return Array.from(line).filter((character) => !isSpace(character));
  }
}

/** Words between white space as Python's `str.split` gives them. */
export function pieces(text: string): string[] {
  return text.split(SPACE).filter((piece) => piece !== "");
}

function western(line: string): string[] {
  return pieces(applied(line, WESTERN));
}

function applied(line: string, rules: typeof WESTERN): string {
  return rules.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), line);
}

function withoutEntities(line: string): string {
  return line
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
}

function strippedStart(line: string): string {
  return line.replace(new RegExp(`^${SPACE.source}`, "u"), "");
}

function isSpace(character: string): boolean {
  return pieces(character).length === 0;
}
