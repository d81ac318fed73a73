import { lineEnd } from "../../base/words.ts";

/** Comment and string syntax of a language, in which brackets are text. */
type Language = {
  /** Markers of a comment to the end of the line. */
  line: readonly string[];
  hasBlockComments: boolean;
  /** Quotes of single-line strings. */
  quotes: string;
  /** Quotes of multi-line strings. */
  longQuotes: string;
  /** One character between single quotes; a single quote also has other uses: a lifetime, a digit separator. */
  hasCharacters?: true;
  hasTripleQuotes?: true;
  hasTemplates?: true;
  /** Quotes are escaped in strings by doubling. */
  isDoubled?: true;
};

const C_LIKE: Language = { line: ["//"], hasBlockComments: true, quotes: '"', longQuotes: "", hasCharacters: true };
const SCRIPT: Language = { line: ["//"], hasBlockComments: true, quotes: "\"'", longQuotes: "", hasTemplates: true };
const TRIPLE: Language = { ...C_LIKE, hasTripleQuotes: true };

const FAMILIES: readonly (readonly [tags: string, language: Language])[] = [
  ["js javascript jsx ts typescript tsx mjs", SCRIPT],
  ["c h cpp c++ cc hpp cxx objective-c objc", C_LIKE],
  ["java kotlin kt swift scala csharp cs c#", TRIPLE],
  ["dart", { ...SCRIPT, hasTripleQuotes: true }],
  ["go golang", { ...C_LIKE, longQuotes: "`" }],
  ["rust rs", { ...C_LIKE, quotes: "", longQuotes: '"' }],
  ["php", { line: ["//", "# "], hasBlockComments: true, quotes: "", longQuotes: "\"'" }],
  ["css", { line: [], hasBlockComments: true, quotes: "\"'", longQuotes: "" }],
  [
    "sql mysql postgresql postgres",
    { line: ["--"], hasBlockComments: true, quotes: "", longQuotes: "\"'`", isDoubled: true },
  ],
  ["json", { line: [], hasBlockComments: false, quotes: "\"'", longQuotes: "" }],
];

/** Languages by the word after a fence. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map(
  FAMILIES.flatMap(([tags, language]) => tags.split(" ").map((tag) => [tag, language] as const)),
);

/** A bracket in code, with its line. */
export type Bracket = { mark: string; line: number };

/**
 * Code with other kinds of strings: here-documents, raw strings with delimiters, surrounding pages, branches of macros.
 */
const NOT_READ = /<<<|\b[rR]#{0,5}"|@\$?"[^"\n]{0,200}\\"|\?>\s{0,20}\S|^[ \t]{0,8}#[ \t]{0,4}el/m;

/** A literal of one character: `'{'`, `'\n'`, `'\u{1F600}'`. */
const CHARACTER = /'(?:\\[^\n']?[^\n']{0,10}|[^\n'\\])'/uy;

/** A regular expression of JavaScript, which may contain any brackets. */
const EXPRESSION = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n]){0,500}\]|[^\\/[\n]){1,1000}\/[a-z]{0,8}/y;

/** Text that precedes a regular expression but not a division. */
const BEFORE_EXPRESSION = /(?:^|[=(,:;!&|?{}[\n>]|\breturn|\btypeof|\bcase)\s{0,40}$/;

/**
 * The brackets of code, without those in strings and comments; undefined if the language or its strings are not
 * supported. Linear time.
 */
export function codeBrackets(code: string, tag: string): Bracket[] | undefined {
  const language = LANGUAGES.get(tag);
  if (language === undefined || NOT_READ.test(code)) return undefined;
  const brackets: Bracket[] = [];
  const templates: number[] = [];
  let [index, line, depth] = [0, 1, 0];
  const skipTo = (end: number): void => {
    for (let next = code.indexOf("\n", index); next !== -1 && next < end; next = code.indexOf("\n", next + 1))
      line += 1;
    index = end;
  };
  while (index < code.length) {
    const mark = code[index]!;
    const end =
      language.hasTemplates && mark === "}" && templates.at(-1) === depth
        ? (templates.pop(), templateEnd(code, index + 1))
        : language.hasTemplates && mark === "`"
          ? templateEnd(code, index + 1)
          : textEnd(code, { at: index, mark, language });
    if (end !== undefined) {
      if (language.hasTemplates && (mark === "`" || mark === "}") && code[end - 1] === "{") templates.push(depth);
      skipTo(end);
      continue;
    }
    if ("([{".includes(mark)) depth += 1;
    if (")]}".includes(mark)) depth -= 1;
    if ("([{)]}".includes(mark)) brackets.push({ mark, line });
    if (mark === "\n") line += 1;
    index += 1;
  }
  return brackets;
}

/** End of the comment, string, character or regular expression that begins here. */
function textEnd(
  code: string,
  { at: index, mark, language }: { at: number; mark: string; language: Language },
): number | undefined {
  if (language.hasBlockComments && mark === "/" && code[index + 1] === "*") return after(code, "*/", index + 2);
  if (language.line.some((text) => code.startsWith(text, index)) && code[index - 1] !== ":")
    return lineEnd(code, index);
  if (language.hasTripleQuotes && mark === '"' && code.startsWith('"""', index)) return after(code, '"""', index + 3);
  if (language.hasCharacters && mark === "'") {
    CHARACTER.lastIndex = index;
    return CHARACTER.test(code) ? CHARACTER.lastIndex : undefined;
  }
  if (language.quotes.includes(mark)) return stringEnd(code, index, { stopsAtLine: true, isDoubled: false });
  if (language.longQuotes.includes(mark))
    return stringEnd(code, index, { stopsAtLine: false, isDoubled: language.isDoubled === true || mark === "`" });
  if (language.hasTemplates && mark === "/" && BEFORE_EXPRESSION.test(code.slice(Math.max(0, index - 48), index))) {
    EXPRESSION.lastIndex = index;
    if (EXPRESSION.test(code)) return EXPRESSION.lastIndex;
  }
  return undefined;
}

function stringEnd(code: string, from: number, how: { stopsAtLine: boolean; isDoubled: boolean }): number {
  const quote = code[from]!;
  for (let index = from + 1; index < code.length; index++) {
    if (!how.isDoubled && code[index] === "\\") index += 1;
    else if (code[index] === quote || (how.stopsAtLine && code[index] === "\n"))
      return index + (code[index] === quote ? 1 : 0);
  }
  return code.length;
}

/** End of the text of a template: after its last backtick, or after the `${` of its next value. */
function templateEnd(code: string, from: number): number {
  for (let index = from; index < code.length; index++) {
    if (code[index] === "\\") index += 1;
    else if (code[index] === "`") return index + 1;
    else if (code[index] === "$" && code[index + 1] === "{") return index + 2;
  }
  return code.length;
}

function after(code: string, mark: string, from: number): number {
  const found = code.indexOf(mark, from);
  return found === -1 ? code.length : found + mark.length;
}
