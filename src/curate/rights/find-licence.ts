import { suggest } from "../../base/suggest.ts";
import { idOfAddress, idOfTitle } from "./licence-names.ts";
import { type Licence, licenceTable, nameKey } from "./licence-table.ts";

/** Result of a licence expression: one licence, or unknown words. */
export type FoundLicence = { licence: Licence; unknown?: undefined } | { licence?: undefined; unknown: string };

/** SPDX suffixes of a version. */
const SUFFIX = /(?:[\s-]only|[\s-]or[\s-]later|\+)$/i;

/**
 * Exceptions that only extend what a licence permits; others after WITH are unknown. @source SPDX exceptions list 3.25
 */
const EXCEPTION =
  /^(?:Autoconf|Bison|Classpath|CLISP|FLTK|Font|GCC|GNAT|LLVM|Libtool|LZMA|OCaml-LGPL-linking|OpenJDK-assembly|Qt-LGPL|Swift|u-boot|WxWindows|eCos|Linux-syscall|Bootloader)-(?:exception|note)(?:-[\d.]+)?$/i;

/** From the most permissive use to the strictest. */
const USES: readonly Licence["use"][] = ["all", "non-commercial", "academic", "unspecified"];

/** Maximum length of an expression: a longer text is not the name of a licence. */
const LONGEST = 500;

/** Maximum length of words that may be a misspelt name. */
const LONGEST_NAME = 60;

/**
 * The licence that a name, an address or an SPDX expression denotes. `A OR B` has the terms of the less restrictive
 * one, `A AND B` the requirements of both. Words that are not a known licence are unknown, and so is an expression that
 * requires one of them.
 *
 * @source SPDX specification 2.3, annex D (expressions): WITH binds before AND, AND before OR
 */
export function findLicence(text: string): FoundLicence {
  const whole = byName(text);
  if (whole !== undefined) return { licence: whole };
  const unknown = { unknown: text.length > LONGEST ? `${text.slice(0, 60).trim()}…` : text.trim() };
  if (text.length > LONGEST) return unknown;
  const words = text.split(/\s+(AND|OR|WITH)\s+|([()])/).filter((word) => word !== undefined && word.trim() !== "");
  if (words.length === 1) return unknown;
  const rest = words.map((word) => word.trim());
  const found = anyOf(rest);
  return found === undefined || rest.length > 0 ? unknown : found;
}

/** The combined terms of several licences of one row. */
export function findLicences(texts: readonly string[]): FoundLicence | undefined {
  const found = texts.map(findLicence);
  return found.length <= 1 ? found[0] : together(found);
}

/** Licences with names similar to unknown words. */
export function licencesLike(text: string): string[] {
  if (text.length > LONGEST_NAME) return [];
  return suggest(
    text,
    [...licenceTable().values()].map(({ licence }) => licence),
    2,
  );
}

/** Parses `A OR B …`; undefined if the words are not an expression. */
function anyOf(words: string[]): FoundLicence | undefined {
  return chain(words, { operator: "OR", part: allOf, join: freest });
}

function allOf(words: string[]): FoundLicence | undefined {
  return chain(words, { operator: "AND", part: term, join: together });
}

function chain(
  words: string[],
  {
    operator,
    part,
    join,
  }: {
    operator: string;
    part: (words: string[]) => FoundLicence | undefined;
    join: (found: readonly FoundLicence[]) => FoundLicence;
  },
): FoundLicence | undefined {
  const found: FoundLicence[] = [];
  do {
    const next = part(words);
    if (next === undefined) return undefined;
    found.push(next);
  } while (words[0] === operator && words.shift() !== undefined);
  return found.length === 1 ? found[0] : join(found);
}

function term(words: string[]): FoundLicence | undefined {
  const word = words.shift();
  if (word === undefined || /^(?:AND|OR|WITH|\))$/.test(word)) return undefined;
  if (word === "(") {
    const inner = anyOf(words);
    return words.shift() === ")" ? inner : undefined;
  }
  const licence = byName(word);
  const found: FoundLicence = licence === undefined ? { unknown: word } : { licence };
  if (words[0] !== "WITH") return found;
  const exception = words[1] ?? "";
  words.splice(0, 2);
  return EXCEPTION.test(exception) ? found : { unknown: `${word} WITH ${exception}` };
}

function byName(text: string): Licence | undefined {
  const known = byId(text) ?? byId(idOfAddress(text)) ?? byId(idOfTitle(text));
  if (known !== undefined) return known;
  // A name with its short form behind it: `Apache License 2.0 (Apache-2.0)`.
  const [, name, short] = /^([^()]+)\(([^()]+)\)\s*$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const licence = byName(name);
  return licence !== undefined && byName(short!) === licence ? licence : undefined;
}

function byId(text: string | undefined): Licence | undefined {
  if (text === undefined) return undefined;
  const table = licenceTable();
  return table.get(nameKey(text)) ?? table.get(nameKey(text.trim().replace(SUFFIX, "")));
}

function freest(found: readonly FoundLicence[]): FoundLicence {
  const known = found.flatMap(({ licence }) => (licence === undefined ? [] : [licence]));
  const [first] = known.toSorted((a, b) => USES.indexOf(a.use) - USES.indexOf(b.use));
  return first === undefined ? found[0]! : { licence: first };
}

function together(found: readonly FoundLicence[]): FoundLicence {
  const unknown = found.find((foundLicence) => foundLicence.licence === undefined);
  if (unknown !== undefined) return unknown;
  const known = [...new Set(found.map(({ licence }) => licence!))];
  if (known.length === 1) return { licence: known[0]! };
  const asked = (condition: "attribution" | "shareAlike"): Licence["attribution"] =>
    (["yes", "unknown"] as const).find((answer) => known.some((licence) => licence[condition] === answer)) ?? "no";
  return {
    licence: {
      licence: known.map(({ licence }) => licence).join(" AND "),
      use: USES.findLast((use) => known.some((licence) => licence.use === use))!,
      attribution: asked("attribution"),
      shareAlike: asked("shareAlike"),
      noDerivatives: known.some((licence) => licence.noDerivatives),
      note: known.flatMap(({ note }) => (note === "" ? [] : [note])).join("; "),
    },
  };
}
