import { type Needs } from "./find-windows.ts";

/** Result of a check of the matched text: proved, refuted, or undecided. */
export type Verdict = boolean | undefined;

/** A match inside a piece of text. */
export type Found = { start: number; end: number; score: number };

/** Finds one entity. Data: what it looks for, its country, and what it needs to be worth running. */
export type Recogniser = {
  name: string;
  entity: string;
  /** Countries (ISO 3166-1 alpha-2) that issue it; empty if it is the same everywhere. */
  locales: readonly string[];
  /** Runs unless entities or locales are named. */
  isDefault: boolean;
  /** Runs only if requested by name, not by entity or country, because others find its entity better. */
  isByNameOnly?: true | undefined;
  /**
   * Minimum contents of a match; `"text"` if it may have no digit: it then searches the whole text and must be fast.
   */
  needs: Needs | "text";
  /** Words of which every match has one, each split from digits: texts without them near their digits are skipped. */
  holds?: readonly string[] | undefined;
  /** Words nearby that make a weak match a likely one; compared as whole words, in any case. */
  context: readonly string[];
  /**
   * Words up to three before a match that say that it is something else ("order number"), if none of `context` is near.
   */
  against?: readonly string[] | undefined;
  /**
   * Number of words before a match that are examined, up to the usual five; then none after it, nor beyond another
   * number.
   */
  contextWords?: number | undefined;
  /** All matches in a piece of text, that begins and ends where no match crosses. In linear time. */
  find: (text: string, options: FindOptions) => Found[];
  /**
   * Result of the check of a text; undefined if there is none. Strict: even if issuers do not always follow their
   * check digit, it must match.
   */
  validate?: ((text: string, isStrict: boolean) => Verdict) | undefined;
  /** The highest score that a match can have without a word nearby, if it cannot be verified. */
  bestScore?: number | undefined;
  /** Set if `find` itself checks more than a pattern. */
  isChecked?: true | undefined;
  /** Body that defines the format and its check. */
  source: string;
};

/** Options of single recognisers. */
export type FindOptions = {
  /** Countries whose national way of writing telephone numbers is known. */
  phoneRegions?: readonly string[] | undefined;
  /** Strictness for telephone numbers, as in libphonenumber: 0 possible, 1 valid, 2 grouped, 3 exactly grouped. */
  phoneLeniency?: 0 | 1 | 2 | 3 | undefined;
  /** Drops a match whose check digit fails even if some valid numbers fail, as of German VAT numbers. */
  isStrict?: boolean | undefined;
  /** Day (ISO 8601) by which a year of birth shows an age. */
  asOf?: string | undefined;
};

/** A way in which an entity is written, with the score of a match that nothing else confirms. */
export type Pattern = readonly [pattern: RegExp, score: number];

/** A recogniser that is made of patterns and a check. */
export type PatternSpec = Omit<Recogniser, "find"> & {
  patterns: readonly Pattern[];
  /**
   * Characters that must not be next to a match. `word`: a letter, digit or low line, as usual. `digit`: a digit.
   * `none`. Letters of scripts that write no spaces (Han, Kana, Hangul, Thai) never count.
   */
  edges?: "word" | "digit" | "none";
};

/**
 * Builds a recogniser from patterns. A match that the check proves has score 1, one that it refutes is dropped.
 * Patterns are matched in any case unless written with flags of their own; each must need bounded work at a place.
 */
export function patternRecogniser(spec: PatternSpec): Recogniser {
  const { patterns, edges = "word", ...rest } = spec;
  const before = edges === "word" ? "(?<!\\w)" : edges === "digit" ? "(?<!\\d)" : "";
  const after = edges === "word" ? "(?!\\w)" : edges === "digit" ? "(?!\\d)" : "";
  const compiled = patterns.map(([pattern, score]) => ({
    regex: new RegExp(`${before}(?:${pattern.source})${after}`, pattern.flags === "" ? "gi" : `g${pattern.flags}`),
    score,
  }));
  const find = (text: string, { isStrict = false }: FindOptions): Found[] => {
    const found: Found[] = [];
    for (const { regex, score } of compiled) {
      regex.lastIndex = 0;
      for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
        const [start, end] = [match.index, match.index + match[0].length];
        if (edges === "word" && (isLetter(text.charCodeAt(start - 1)) || isLetter(text.charCodeAt(end)))) continue;
        const verdict = spec.validate?.(match[0], isStrict);
        if (verdict !== false) found.push({ start, end, score: verdict === true ? 1 : score });
      }
    }
    return found;
  };
  const bestScore = spec.validate === undefined ? Math.max(...patterns.map(([, score]) => score)) : undefined;
  return { bestScore, ...rest, find };
}

const LETTER = /[\p{L}\p{M}\p{N}]/u;

/** True for a letter beyond ASCII of a script that puts spaces between words: Latin, Greek, Cyrillic, Hebrew, Arabic … */
function isLetter(code: number): boolean {
  return code > 0x7f && code < 0xe00 && LETTER.test(String.fromCharCode(code));
}
