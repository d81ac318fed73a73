import { type Needs } from "./find-windows.ts";

/** Result of a check of the matched text: proved, refuted, or undecided. */
export type Verdict = boolean | undefined;

/** A match inside a piece of text. */
export type Found = { start: number; end: number; score: number };

/**
 * A recogniser of one entity, as data: its patterns, its country, and the minimum content of a text that is worth
 * searching.
 */
export type Recogniser = {
  name: string;
  entity: string;
  /** Countries (ISO 3166-1 alpha-2) that issue it; empty if it is international. */
  locales: readonly string[];
  /** Runs unless entities or locales are named. */
  isDefault: boolean;
  /** Runs only if requested by name, not by entity or country, because other recognisers find its entity better. */
  isByNameOnly?: true | undefined;
  /**
   * Minimum content of a match; `"text"` if it may contain no digit: the recogniser then searches the whole text and
   * must be fast.
   */
  needs: Needs | "text";
  /**
   * Words, one of which is in every match, each split from digits: texts without them near their digits are skipped.
   */
  holds?: readonly string[] | undefined;
  /** Words nearby that make a weak match likely; compared as whole words, in any case of letters. */
  context: readonly string[];
  /** Words up to three before a match that contradict it ("order number"), unless one of `context` is near. */
  against?: readonly string[] | undefined;
  /**
   * Number of words before a match that are examined, up to the usual five; if set, no words after it are examined, nor
   * any beyond another number.
   */
  contextWords?: number | undefined;
  /**
   * Shape of a match that counts without a word of `context` near it. Any other match needs one, although its check
   * digit is right: one in eleven numbers of ten digits has it by chance.
   */
  sureShape?: RegExp | undefined;
  /** All matches in a piece of text whose ends no match crosses. Takes linear time. */
  find: (text: string, options: FindOptions) => Found[];
  /**
   * Result of the check of a matched text; undefined if there is no check. Strict: a check digit must match, even if
   * issuers do not always use it correctly.
   */
  validate?: ((text: string, isStrict: boolean) => Verdict) | undefined;
  /** The highest score of a match without a word nearby, if it cannot be verified. */
  bestScore?: number | undefined;
  /** Set if `find` itself checks more than a pattern. */
  isChecked?: true | undefined;
  /** Organisation that defines the format and its check. */
  source: string;
};

/** Options of single recognisers. */
export type FindOptions = {
  /** Countries whose national notation of telephone numbers is recognised. */
  phoneRegions?: readonly string[] | undefined;
  /** Strictness for telephone numbers, as in libphonenumber: 0 possible, 1 valid, 2 grouped, 3 exactly grouped. */
  phoneLeniency?: 0 | 1 | 2 | 3 | undefined;
  /** Drops a match whose check digit fails even if some valid numbers fail it, as German VAT numbers do. */
  isStrict?: boolean | undefined;
  /** Day (ISO 8601) for which the age is computed from a year of birth. */
  asOf?: string | undefined;
};

/** A notation of an entity, with the score of a match without further evidence. */
export type Pattern = readonly [pattern: RegExp, score: number];

/** A recogniser defined by patterns and a check. */
export type PatternSpec = Omit<Recogniser, "find"> & {
  patterns: readonly Pattern[];
  /**
   * Characters that must not be adjacent to a match. `word`: a letter, digit or underscore, as usual. `digit`: a digit.
   * `none`: no restriction. Letters of scripts without spaces (Han, Kana, Hangul, Thai) never count.
   */
  edges?: "word" | "digit" | "none";
};

/**
 * Builds a recogniser from patterns. A match that the check confirms has score 1; one that it refutes is dropped.
 * Patterns ignore case unless they have their own flags; each must need bounded work at a position.
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

/**
 * True for a letter beyond ASCII of a script that separates words by spaces: Latin, Greek, Cyrillic, Hebrew, Arabic …
 */
function isLetter(code: number): boolean {
  return code > 0x7f && code < 0xe00 && LETTER.test(String.fromCharCode(code));
}
