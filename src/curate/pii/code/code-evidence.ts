/** Words that begin statements in many languages and, in lower case, rarely begin a sentence. */
const OPENERS: ReadonlySet<string> = new Set(
  (
    "def class module end let where instance data newtype type deriving case sub my our local use using package require " +
    "require_relative include import export from const var val mut fun func fn function return if else elsif elif elseif " +
    "unless until while for foreach loop match when switch begin rescue ensure try catch except finally throw raise yield " +
    "struct enum union trait impl interface extends implements abstract public private protected internal static final " +
    "override virtual inline extern void int char bool float double long string auto then fi done esac repeat print puts " +
    "println printf echo defer go select chan async await lambda proc attr_reader attr_writer attr_accessor namespace " +
    "template typedef object protocol extension guard inout typealias macro quote assert library " +
    "alias undef loop pub mod crate with pass break continue goto do default infixl infixr foreign"
  ).split(" "),
);

/** Operators between names, numbers or brackets that do not occur in sentences. */
const OPERATORS =
  /<-|[^=!<>]===?[^=]|!==?|&&|\|\||\|>|%>%|%in%|\w::\w|\s::\s|[-+*/%|&^]=(?!=)|\+\+|=~|<=>|<\$>|<\*>|>>=|<<|\?\?|\?\.|\*\*|~>|\$\{|#\{|\(\.\.\)|=>|->/g;

/**
 * Evidence for code in a line, each kind counted once. Points: three or more are conclusive, two are possible, one
 * continues existing code.
 */
const SIGNS: readonly (readonly [pattern: RegExp, points: number])[] = [
  [/^\s*[\w.$@[\]"]+ <- \S/, 3],
  [/[\p{L}\p{N}_)\]]\$[\p{L}_]|(?:^|[\s(,[{!*&])[$@%&][\p{L}_{][\p{L}\p{N}_]*/u, 1],
  [/(?:^|[\s(,[{!])[\p{Ll}_][\p{L}\p{N}_]*(?:[?!]?\((?!e?s\))|\[)/u, 1],
  [/[;{]$|^\s*[}\])]/, 1],
  [/(?:^|[\p{L}\p{N}_)\]}?!'"]) ?= ?(?=\S)(?!=)/u, 1],
  [/[^\s\p{L}](?:[+*|\\,]|%>%|->|=>)$|[\p{L})\]] (?:[+*|\\]|\|>)$/u, 1],
  [/\b(?:[\p{Ll}\d]+_[\p{L}\d_]+|[\p{Ll}]{2,}\p{Lu}[\p{L}\d]*|_[\p{L}]\w*)\b/u, 1],
  [/(?:^|[\s(,[{])(?::[\p{Ll}_]\w*|&:?\w+|\w+: \w+,)|(?:self|this)(?:\.|->)\w|[\p{L}\d_)]->\w/u, 1],
  [/(?:^|[\s(,![])[\p{L}_]\w*(?:\.[\p{Ll}_]\w*){2}|[\])]\.[\p{Ll}]\w*/u, 1],
  [/[([,]\s*(?:val |var |let |mut |_ )?[a-z_]\w*: ?[A-Z&*[a-z]/, 1],
  [/ [-+*/<>] (?=[\w($[])/, 1],
  [/^\s*\|\s|^\s*\\\w|\\\(?\w+\)? ?->/, 1],
  [/(?:^|\s)--[a-z][\w-]+(?:[= ]\S|$)/, 1],
  // A condition of shell.
  [/^\s*(?:if |while )?\[{1,2} [^\]]{1,200} \]{1,2}(?:; \w+| &&.*)?$/, 2],
  // An item of a list that begins with its comma.
  [/^\s*, [\w"'([{]/, 1],
  // A command with a short option, and one that is called by its path.
  [/^\s*(?:\$ )?[a-z.][\w./-]*(?: [^\s'"]{1,60}){0,4} -[a-zA-Z](?: \S|$)/, 2],
  [/^\s*(?:\$ )?\.{1,2}\/[\w.-]+(?:\/[\w.-]+)*(?: |$)/, 2],
  [/^\s*\| [A-Z]\w*(?: [A-Z([]\S*)*$/, 1],
  [/^\s*<\/?[\p{L}][\w.:-]*(?:\s[^<>]*)?\/?>|^\s*<(?:!DOCTYPE|!--|\?xml)|^\s*<[\p{L}][\w.:-]*$/iu, 2],
  [/^\s*[\w-]+=(?:\{|"[^"]*"(?:\s|\/?>|$))|=\{/, 2],
  [/^\s*def (?:self\.)?\w+[?!=]?(?:\s|\(|$)|^\s*(?:sub|func|fn|fun|macro) \w+/, 2],
  [/^\s*@\w+(?:\.\w+)*(?:\(.*\))?$|^\s*#\[\w/, 2],
];

/** Three or more points are conclusive. */
export const SURE_POINTS = 3;

/** Evidence from the shape of a line that it is code of any language, from 0; words of a sentence reduce it. */
export function codePoints(line: string): number {
  const outside = withoutQuotes(line);
  const bare = outside.trim();
  if (isSum(bare) || /^\|.*\|$/.test(bare)) return 0; // a row of a table
  let points = Math.min(3, 2 * (bare.match(OPERATORS)?.filter((sign) => !isArrow(sign)).length ?? 0));
  if (/(?:^|[^-=])[-=]>/.test(bare)) points += 1;
  for (const [pattern, more] of SIGNS) if (pattern.test(outside)) points += more;
  if (OPENERS.has(/^[a-z_]+/.exec(bare)?.[0] ?? "")) points += 1;
  const words = longestSentence(bare);
  if (words >= 4) points -= words >= 6 ? 3 : 2;
  if (/\p{L}{2}[.!?]["')]?$/u.test(bare) && words >= 3) points -= 1;
  return Math.max(0, points);
}

/** "Mary spent 5 x $6 = $<<5*6=30>>30 on drinks": only words around sums. */
function isSum(bare: string): boolean {
  if (/\w[([]|::/.test(bare)) return false;
  const words = bare.replaceAll(SUMS, " 0 ");
  const isSaid = /^[\p{Lu}\d$€£(]/u.test(bare) || /\p{L}+ +\p{L}+ +\p{L}+/u.test(words);
  return isSaid && words !== bare && /^[\p{L}\p{M}\d\s,.'’#?!:"&/=+*x×÷–−$€£%^()-]*$/u.test(words);
}

/** Numbers with arithmetic signs around them. */
const SUMS = /[-+*/=<>$€£%×÷–−()\s.,]*\d[-+*/=<>$€£%×÷–−()\s.,\d]*/g;

function isArrow(sign: string): boolean {
  return sign === "->" || sign === "=>";
}

/** A line without the content of quoted texts and without a comment at its end. */
function withoutQuotes(line: string): string {
  return line.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.){2,}'|`[^`]*`/g, '""').replace(/\s(?:#|\/\/|--) .*$/, "");
}

/** Number of consecutive words separated by single spaces. */
function longestSentence(bare: string): number {
  let most = 0;
  for (const run of bare.split(/[^\p{L}\p{M}' ’,-]+/u)) {
    const words = run
      .trim()
      .split(/,? +/)
      .filter((word) => /^\p{L}[\p{L}'’-]*$/u.test(word)).length;
    most = Math.max(most, words);
  }
  return most;
}
