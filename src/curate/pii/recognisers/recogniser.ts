import { type Needs } from "./find-windows.ts";

/** Result of a check of the matched text: proved, refuted, or undecided. */
export type Verdict = boolean | undefined;

/** A match inside a piece of text. */
export type Found = { start: number; end: number; score: number };

/** Finds one entity. Data: what it looks for, where it is at home, and what it needs to be worth running. */
export type Recogniser = {
  name: string;
  entity: string;
  /** Countries (ISO 3166-1 alpha-2) that issue it; empty if it is the same everywhere. */
  locales: readonly string[];
  /** Runs unless entities or locales are named. */
  isDefault: boolean;
  /** Runs where its name is given, and not for its entity or country: of an entity that others find better. */
  isByNameOnly?: true | undefined;
  /** What a match has at least; `"text"` where it may have no digit: it then sees the whole text and must be quick. */
  needs: Needs | "text";
  /** Words of which every match has one, each split from digits: texts without them near their digits are skipped. */
  holds?: readonly string[] | undefined;
  /** Words nearby that make a weak match a likely one; compared as whole words, in any case. */
  context: readonly string[];
  /** Words up to three before a match that say that it is something else ("order number"), where none of `context` is near. */
  against?: readonly string[] | undefined;
  /**
   * How many words before a match are examined, up to the usual five; then none after it, nor beyond another number.
   */
  contextWords?: number | undefined;
  /** All matches in a piece of text, that begins and ends where no match crosses. In linear time. */
  find: (text: string, options: FindOptions) => Found[];
  /**
   * What the check says of a text by itself; undefined if there is none. Strict: also where issuers do not follow their
   * check digit always, it must fit.
   */
  validate?: ((text: string, isStrict: boolean) => Verdict) | undefined;
  /** The highest score that a match can have without a word nearby, where it cannot be proved. */
  bestScore?: number | undefined;
  /** Set where `find` itself checks more than a pattern. */
  isChecked?: true | undefined;
  /** Who defines the format and its check. */
  source: string;
};

/** Options of single recognisers. */
export type FindOptions = {
  /** Countries whose national way of writing telephone numbers is known. */
  phoneRegions?: readonly string[] | undefined;
  /** How strict telephone numbers are read, as in libphonenumber: 0 possible, 1 valid, 2 grouped, 3 exactly grouped. */
  phoneLeniency?: 0 | 1 | 2 | 3 | undefined;
  /** Drops a match whose check digit fails also where some valid ones fail, as of German VAT numbers. */
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
   * What must not stand next to a match. `word`: a letter, digit or low line, as usual. `digit`: a digit. `none`.
   * Letters of scripts that write no spaces (Han, Kana, Hangul, Thai) never count.
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
