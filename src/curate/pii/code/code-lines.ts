import { codePoints, SURE_POINTS } from "./code-evidence.ts";
import { declarationKind } from "./declarations.ts";

/**
 * Degree to which a line resembles source code. `strong`: sufficient alone. `weak`: two together are sufficient.
 * `part`: belongs to existing code. `open`: blank, a comment, a closing bracket, or undetermined. `prose`: words of a
 * sentence or a form.
 */
export type LineKind = "strong" | "weak" | "part" | "open" | "prose";

/** Lines that are nearly unique to programs. Each pattern does bounded work at the start of the line. */
const STRONG: readonly RegExp[] = [
  // Python
  /^\s*(?:async )?def \w+ ?\(/,
  /^\s*class \w+(?: ?\([\w., =]*\))?:\s*(?:#.*)?$/,
  /^\s*from [\w.]+ import [\w*(]/,
  /^\s*import (?:[\w]+\.)+[\w*]+;?$|^\s*import \w+(?: as \w+|, \w+)+$|^\s*import (?:os|re|sys|json|math|random|time|numpy|pandas|collections|itertools|functools|datetime|string|heapq|typing)$/,
  /^\s*(?:if|elif|while|for|with|except)\b[^"'.!?]*[()[\]=<>%].*:\s*(?:#.*)?$/,
  /^\s*for [\w, ()]{1,40} in [\w.]+\b[^ ]*:\s*(?:#.*)?$/,
  /^\s*(?:assert|return|yield|await|raise|throw|del|print|puts|echo|elif) ?(?:\w+\.)*\w*[("'[{]/,
  /^(?:>>>|In \[\d+\]:) ?\S/,
  // JavaScript and its kin
  /^\s*(?:export )?(?:const|let|var|val) [\w${[][^=;]*(?:=[^=]|=$|;$)/,
  /^\s*(?:export )?(?:default )?(?:async )?function\b ?\*? ?\w*\s?\(/,
  /^\s*(?:import|export) .{1,200} from ["'][^"']+["'];?$/,
  /^\s*(?:module\.)?exports(?:\.[\w$]+)? ?= ?\S|^\s*["']use strict["'];/,
  /^[!+;(]{1,3}(?:async )?(?:function\b ?\*? ?\w*\s?\(|\([\w$, ]{0,80}\) ?=>)/,
  /^\s*(?:[\w$.]+ ?= ?[\w$.]+; ?){2}/,
  /^\s*(?:require|include|require_relative|import|use)\b ?\(?["'<][^"'<>]+["'>]\)?;?$/,
  /^\s*(?:import|require|use|var|const|type) ?\($/,
  // Java, C, C++, C#, Go, Rust, Swift, PHP
  /^\s*(?:public|private|protected|internal|static|final|abstract|virtual|override|extern|inline)\b[^.!?]*[({;=]/,
  /^\s*(?:public|private|protected|internal) (?:(?:static|abstract|sealed|partial|final|readonly) )*(?:class|struct|enum|interface|record) \w/,
  /^\s*#(?:include|define|ifdef|ifndef|pragma|import)\b|^#!\/|^<\?php/,
  /^\s*import\s+qualified\s+[A-Z]|^\s*import\s+[A-Z][\w.]*(?:\s+as\s+[A-Z]\w*|\s+(?:hiding\s*)?\(.{0,200})$/,
  /^\s*(?:using|package|namespace|module|import) [\w.:]+(?: \{|;|\.\*;)$|^\s*using namespace /,
  /^\s*(?:pub )?(?:func|fn|fun|sub|proc) \w*\s?[(<{]/,
  /^\s*(?:template ?<|typedef |struct \w+ ?\{|enum \w+ ?\{|interface \w+ ?\{|type \w+ (?:struct|interface|=)|impl\b.*\{|trait \w)/,
  /^\s*(?:(?:unsigned|const|static|long|short) )*(?:int|void|char|bool|boolean|float|double|long|string|String|auto|size_t|byte|var|List|Map|Set|Dictionary|ArrayList|HashMap)(?:<[^<>]{1,40}>{1,2})?(?:\[\])* ?[*&]? ?\w+ ?(?:[=;,({]|\[)/,
  /^\s*\}? ?(?:else|try|catch|finally|do|switch|if|for|foreach|while|elsif)\b.*\{$/,
  /^[^"']{0,200}\)\s?(?:(?:const|throws \w+|-> ?[\w<>, ]+|: ?[\w<>[\], ]+) ?)?\{$/,
  /^\s*[\w$.[\]>-]+\s?(?::=|\+=|-=|\*=|\/=|\|=|<<=|\?\?=)\s?\S/,
  /^[^"']{0,200}(?:[=(,] ?\(?[\w, {}]{0,60}\)? ?=>|===|!==|&&|\|\||\+\+\)|\bstd::)/,
  // Here-documents of shell, Perl, Ruby and PHP
  /^\s*[a-z$@].{0,200}<<[-~<]?\s?["']?[A-Z_][A-Z\d_]{2,}["']?\)?;?$/,
  // Haskell, Ruby, SQL, options of a command
  /^\s*(?:instance|class|newtype|data) (?:\(?[\w, ()]{1,80} => )?[A-Z].{0,200}(?: where| deriving [\w(), ]+)$/,
  /^\s*--[a-z][\w-]+=\S+(?: \\)?$/,
  /^module [\w.]+ .{0,200}where$|^\s*[a-z_(][\w', ()]* :: .+|^main = /,
  /^\s*[\w.]+(?:\([^()]*\))? do(?: \|[\w, ]+\|)?$|^\s*(?:attr_accessor|attr_reader) :/,
  /^\s*(?:SELECT\b.*\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE (?:OR REPLACE )?(?:TABLE|VIEW|INDEX|PROCEDURE|FUNCTION)|ALTER TABLE|DROP TABLE)\b/i,
];

/** Further such lines, each with one of SIGNS. */
const SIGNED: readonly RegExp[] = [
  // A declaration of a variable: "Victor hugo = new Victor();", and a statement of the same words with its end.
  /^\s*(?:(?:final|static|const|readonly|private|public|protected) )*[A-Z][\w.]*(?:<[\w<>, ?]{1,60}>)?(?:\[\])* [A-Za-z_]\w* ?= ?[^=\s].*;$/,
  // OCaml, F#: the type of a value, a case of a match, a definition that goes on
  /^\s*(?:val|external|method) (?:mutable )?(?:[a-z_][\w']*|\([^()]{1,8}\)) ?:(?!=) ?\S/,
  /^\s*\| [^|]{1,120} ->(?: |$)/,
  /^\s*(?:let|and)(?: rec)? (?:[a-z_][\w']*|\([^()]{1,8}\))(?: [~?]?[\w'():.*]+){1,10} =$/,
  // Haskell, ML: an equation of a function whose name is not a word
  /^[a-z]+[A-Z_'][\w']*(?: +[\w'()_:.,|[\]]+){1,10} +(?:[=|] ?\S|=$)/,
  // Erlang, Lisp
  /^-[a-z_]+\(.*\)\.$/,
  /^\s*[a-z]\w*\([^()]{0,80}\)(?: when .{1,80})? ?->/,
  /^\s*\((?:def[a-z-]*[+!]?|ns|define|set[qf]?!?|let[*]? ?[[(]|lambda ?[[(]|fn ?\[)(?: |$)/,
  // A condition alone, a chain of calls, an attribute with arguments, the end of a list of parameters
  /^\s*(?:\} ?)?(?:else )?(?:if|while|for|foreach|switch) ?\(.+\)$/,
  /^\s*\.[A-Za-z_]\w*(?:<[\w<>, ]{1,60}>)?\(.*(?:\)[;,]?|[{([,])$/,
  /^\s*\[[A-Z]\w*\(.*\)\]$|^\s*@\w+(?:\.\w+)+\($/,
  /^\s*\)\s?(?:->|:) ?[\w.[\], |]+[:{;]$/,
  // An object that is made, a member that is set, an exception that is caught
  /^[^"']{0,200}(?:[=(,:?] ?|return |throw |yield |=> ?)new [A-Z][\w.]*(?:<[\w<>, ?]{1,60}>)?[({[]/,
  /^\s*[\w$]+(?:(?:\.|->)[\w$]+)+ ?= ?[^=].*;$/,
  /^\s*[a-z_]\w* ?= ?(?:[\w.]+\.new\b|[A-Z]?[\w.]*\[\w+\]$)/,
  /^\s*rescue [\w:, ]+ => \w+$/,
  /^\s*(?:public|private|protected|internal) (?:static|abstract|sealed|partial|final|readonly|override|virtual|async) \S/,
  // Types of a function on a line of their own, guards, derived instances, fields of a record
  /^\s*(?:[a-z_(][\w', ()]* )?:: \S|^\s+\| otherwise\b|^\s*deriving (?:\w+ )?\(?[A-Z][\w, .]*\)?$/,
  /\w ?\{ ?[a-z_]\w* ?= ?[^=].*\}$/,
];

/** Signs of code; most lines of prose have none of them. */
const SIGNS = /[({[=|>]|::|^\s*(?:deriving|public|private|protected|internal) /;

/** A rule or a list of files in a Makefile. */
const MAKE: readonly RegExp[] = [
  /^[\w./$(){}%-]+(?: [\w./$(){}%-]+){0,6} ?:(?: [\w./$(){}%-]+){1,40}$/,
  /^[A-Z][A-Z\d_]* ?[:+?]?= ?[\w./$(){}%-]+(?: [\w./$(){}%-]+){0,40}$/,
];

/** The name of a source or object file. */
const BUILT_FILE = /[\w-]\.(?:c|cc|cpp|h|o|a|so|s)(?!\w)/;

/** Lines that occur in programs and elsewhere. */
const WEAK: readonly RegExp[] = [
  // An assignment of a literal, a bracket, a call or an operation.
  /^\s*(?:[\w$][\w$.]*|[\w$.]+\[[^\]]*\])(?:, ?[\w$]+)*(?:: ?[\w[\], ]+)? ?= ?(?:[[{("'`]|(?:new |await |lambda )?[\w$.]+[([.]|[\w$.]+ ?[-+*/%&|<>] ?[\w$("'])/,
  /^\s*(?:if|while|for|switch|elif|until|unless) ?\(.*\)/,
  /^\s*(?:SELECT|FROM|WHERE|JOIN|LEFT JOIN|INNER JOIN|GROUP BY|ORDER BY|HAVING|VALUES|LIMIT)\b[^.!?]*(?:[;,()=*]|$)/,
  /^\s*(?:\$ |sudo |pip3? install |npm (?:install|run) |git (?:clone|commit|add|push) |cd [\w./~]+$|docker |export \w+=)/,
  /^\s*(?:\/\*\*?|\*\/)/,
  /^\s*[.#]?[\w-]+(?:[ ,>:]+[.#]?[\w-]+){0,4} ?\{$/,
  /^\s*[\w-]+: ?[^:;{}"]{1,60};$/,
  /^\s*[a-z]+(?:-[a-z]+)*: ?[^:;{}]{1,80};$/,
  // A case of a match, a type that goes on
  /^\s{2,}[A-Z][\w.]*(?: [\w_()]+){0,4} (?:->|=>)(?: |$)/,
  /^\s{2,}(?:->|=>) (?:[A-Z(]|\\)/,
  /^\s*(?:public|private|protected):$/,
  // Haskell: a documented constructor or field
  /\S\s+-- [|^] \S/,
  // A path in quotes, perhaps with the name that it is given; a pair of a table.
  /^\s*(?:[\w.]+ )?"[\w.@-]+(?:\/[\w.@-]+)+"[,;]?$/,
  /^\s*(?:["'][^"']*["']|[\w.-]+)\s*=>\s*\S.*,$/,
];

/** Lines that continue existing code. */
const PART: readonly RegExp[] = [
  /^\s*(?:else|try|finally|default|do|begin|except\b.*|case\b.*):?$/,
  /^\s*(?:return|break|continue|pass|yield|raise|throw|end|fi|done|esac|endif)\b(?:[^!?]*[^.!?])?$/,
  /^\s*[\w$.]+(?:\[[^\]]*\])? ?= ?[\w$.-]+;?$/,
  /^\s*(?:\w+ ){1,3}\w+;$|^\s*\w+;$/,
  /^\s*@\w+(?:\.\w+)*(?:\(.*\))?$/,
  /^\s*["'`[({].*["'`\])}],?$/,
  /^\s+[\w.$]+,?$/,
  /^\s*[A-Z][A-Z\d_]+(?:, [A-Z][A-Z\d_]+){2,},?;?$/,
  /^(?:\t| {2,}).*[()[\]{}=]/,
];

/** A statement that is one call: "print(max(a))"; not "name(s)", "call(555)" or words in brackets. */
const CALL =
  /^\s*(?:await |new |\w+ = )?(?:[\w$]+(?:\.|->|::))*[\w$]+[!?]?\((.*)\)(?:\.[\w$]+(?:\(.*\))?)*[;,]?\s*(?:#.*|\/\/.*)?$/;

/** A label with its value, as in forms and letters; the word before the colon is not a keyword of a program. */
const LABEL =
  /^\s*(?!else|try|default|finally|except|lambda|case|public|private|protected)[A-Za-z#][\w#'’/.-]*(?: [\w#'’/.()-]+){0,4}\s?: +(?=[A-Z0-9"'#+(])|^\s*[A-Za-z][\w ]{0,40}\s?= ?(?:\p{Lu}[\p{L}'’.-]* \p{L}|[\d(+]+[-/. )]\d+[-/. ]\d)/u;

/** "Grayson = 61 + 2 = 63 inches": a sum, which is not code by itself. */
const SUM = /^\s*[\p{L}\p{N}+*/ ().-]{1,60} ?= ?[-\d\s.,()<>=%$*+/]+(?:[\p{L}² ]{0,30})$/u;

const SENTENCE = /(?:^|[\s"'(])\p{L}[\p{L}'’-]*,? \p{L}[\p{L}'’-]*,? \p{L}[\p{L}'’-]*/u;

/**
 * Kind of a line without its line break, from at most LONGEST characters: by patterns of single languages, then by
 * general ones.
 */
export function lineKind(line: string): LineKind {
  const declared = declarationKind(line);
  if (declared === "strong") return declared;
  const kind = kindByLanguage(line);
  if (kind === "strong") return kind;
  if (declared === "weak") return declared;
  const bare = line.trim();
  if (bare === "" || isCommentOnly(bare)) return kind;
  if (/^\|.*\|$/.test(bare)) return "prose"; // a row of a table
  if (kind === "prose" && !/[={}()[\];$@|<>_&]|\s::\s/.test(bare) && !/^\s+[a-z_]/.test(line)) return kind;
  if (FIELD.test(bare)) return kind;
  const points = codePoints(line);
  if (kind !== "weak" && points < CERTAIN && (SUM.test(bare) || isLabelled(line))) return kind;
  if (points >= SURE_POINTS && !isSentence(bare.replace(END_COMMENT, ""))) return "strong";
  if (points === SURE_POINTS - 1 || kind === "weak") return "weak";
  if (points === 1 && (kind !== "prose" || CLAUSE.test(line))) return "part";
  // "foldr insert empty xs": words in a row that no sentence begins with.
  return kind === "prose" && /^\s+[a-z_(]/.test(line) && !/[.!?:,]$/.test(bare) ? "open" : kind;
}

/** "first_name = Mary", "CITY=San Jose": a field of a form is as likely as an assignment. */
const FIELD = /^[\w."' -]+ ?[=:] ?["']?\p{Lu}[\p{L}'’.-]*(?:,? \p{Lu}[\p{L}'’.-]*){0,4}["']?,?$/u;

/** An indented line that continues with a keyword: "then Hugo Victor", "return Jordan"; up to five more words. */
const CLAUSE = /^\s{2,}(?:then|else|in|of|where|return|case|let|when|do|yield|await)(?: [\w.'$]+){1,5}$/;

/** A comment after code on the same line. */
const END_COMMENT = /(?<=\S) +(?:--|\/\/) .*$/;

/** Number of points from which a colon or a sum is no longer evidence against code. */
const CERTAIN = 4;

/** "City: Springfield"; not "fun max(mary: Int)", whose colon is inside an open bracket. */
function isLabelled(line: string): boolean {
  return LABEL.test(line) && !/[;{]$|^[^():]*\([^():]*:/.test(line);
}

function isCommentOnly(bare: string): boolean {
  return /^(?:#(?![[{])|\/\/|--(?![a-z][\w-]+=)|\/?\*|%(?![>\w])|;;|\{-|=begin|=head)/.test(bare);
}

function kindByLanguage(line: string): LineKind {
  const bare = line.trim();
  if (bare === "" || /^[\])}]+[;,)]*$/.test(bare)) return "open";
  if (isStrong(line) && !isSentence(bare)) return "strong";
  const call = CALL.exec(line);
  if (call !== null) return callKind(bare, call[1]!);
  if (/^(?:#|\/\/|--|\*|%) ?/.test(bare)) return "open";
  if (SUM.test(bare)) return /^[a-z_][\w.]*\s?=/.test(bare) ? "part" : "open";
  if (WEAK.some((pattern) => pattern.test(line)) && !isSentence(bare)) return "weak";
  if (isLabelled(line) && !/[,]$|\(.*\)$/.test(bare)) return "prose";
  const outside = bare.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '""');
  if (SENTENCE.test(outside) || /\p{L}[.!?]["')]?$/u.test(outside)) return "prose";
  return PART.some((pattern) => pattern.test(line)) ? "part" : "open";
}

function isStrong(line: string): boolean {
  if (STRONG.some((pattern) => pattern.test(line))) return true;
  if (SIGNS.test(line) && SIGNED.some((pattern) => pattern.test(line))) return true;
  return BUILT_FILE.test(line) && MAKE.some((pattern) => pattern.test(line));
}

function callKind(bare: string, content: string): LineKind {
  if (/^(?:e?s|[\d\s-]+)$/.test(content)) return "open";
  const name = bare.slice(0, bare.indexOf("("));
  if (/^[A-Z][a-z]+$/.test(name) && !/["'[({=,.]/.test(content) && content !== "") return "open"; // Mary(her sister)
  const outside = content.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '""');
  return SENTENCE.test(outside) ? "open" : "strong";
}

/** Four or more words separated by spaces, with a full stop: typical of a sentence about code, but not of code. */
function isSentence(bare: string): boolean {
  return /\p{L}[.!?]$/u.test(bare) && !/[=;{}()[\]]/.test(bare) && bare.split(" ").length >= 4;
}
