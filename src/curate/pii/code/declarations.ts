const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Words that may precede the kind of a declaration. */
const MODIFIERS = set(
  "public private protected internal fileprivate static final abstract sealed open override virtual inline case data partial readonly export default pub unsafe async const extern lazy implicit value annotation inner companion deriving standalone required convenience declare qualified closed",
);

/** Kinds of declaration, and the statements that name a module. */
const KINDS = set(
  "class interface trait object struct enum record module namespace package protocol extension type newtype data instance impl import alias use using open include require extend mixin actor union typealias defmodule defprotocol defimpl functor signature contract entity library exception",
);

/** Of those, the ones that no sentence begins with, so that a name after them is enough. */
const SURE_KINDS = set("import defmodule defprotocol defimpl newtype typealias namespace impl");

/** Of those, the ones with a list of supertypes after a colon. */
const COLON_KINDS = set(
  "class interface trait object struct enum record protocol extension actor union module exception",
);

/** Keywords that connect the names of a declaration. */
const CONNECTIVES = set(
  "extends implements with for where of as is deriving derives do in from import permits throws hiding exposing qualified to struct sig functor end stock anyclass newtype via final public private virtual new type class val var let",
);

/** Of those, the ones that seldom stand between names in a sentence. */
const SURE_CONNECTIVES = set(
  "extends implements where deriving derives permits throws hiding exposing do struct sig functor",
);

/** A name, a path of names, a number, a keyword. */
const WORD = /[\p{L}_][\p{L}\p{N}_']*(?:(?:\.|::|\\|\/)[\p{L}_*][\p{L}\p{N}_']*)*/u;

/** Characters of a declaration: words, brackets, operators. */
const LINE = /^[\p{L}\p{N}_'.:\\/\s<>()[\]{}|=,;*&+#?!"~-]{1,400}$/u;

const WORDS = new RegExp(WORD.source, "gu");

/**
 * Judges a line that may declare something, by the shape that most languages share: a keyword in lower case, a name, and
 * then only names, keywords and signs ("class Hugo extends Victor", "data Taylor = Jordan | Maria Int"). `strong` where
 * a sign or keyword confirms it, `weak` where it is a keyword and a name alone.
 */
export function declarationKind(line: string): "strong" | "weak" | undefined {
  const opener = /^\s*([a-z]+) /.exec(line)?.[1];
  if (opener === undefined || !(KINDS.has(opener) || MODIFIERS.has(opener))) return undefined;
  const bare = line.trim().replace(/\s(?:\/\/|--|#) .*$/, "");
  if (/[.?!]$/.test(bare) || !LINE.test(bare)) return undefined;
  const words = bare.match(WORDS)!;
  let position = 0;
  while (position < words.length && MODIFIERS.has(words[position]!) && !isKind(words, position)) position += 1;
  const kind = words[position]!;
  const name = words[position + 1];
  if (!isKind(words, position) || name === undefined) return undefined;
  if (!bare.startsWith(words.slice(0, position + 2).join(" "))) return undefined;
  if (!/^\p{Lu}|[_\d]|\p{Ll}\p{Lu}/u.test(name) && !isPath(name)) return undefined;
  const rest = words.slice(position + 2);
  const after = bare.slice(bare.indexOf(name, kind.length) + name.length).trim();
  if (rest.some((word) => /^\p{Ll}/u.test(word) && !CONNECTIVES.has(word) && !isBracketed(after, word)))
    return undefined;
  if (after === "" || after === ";") return SURE_KINDS.has(kind) || after === ";" || isPath(name) ? "strong" : "weak";
  if (after.startsWith(":") && !/::|[{(<]/.test(after))
    return COLON_KINDS.has(kind) && /^:\s*[\p{L}_][\w.]*(?:, ?[\w.]+)*$/u.test(after) ? "strong" : undefined;
  return isPath(name) ||
    words[0] === "deriving" ||
    /[={(<[|{;]/.test(after) ||
    rest.some((word) => SURE_CONNECTIVES.has(word))
    ? "strong"
    : "weak";
}

/** True for the kind of a declaration, which a name or a path follows. */
function isKind(words: readonly string[], index: number): boolean {
  const next = words[index + 1];
  return KINDS.has(words[index]!) && next !== undefined && !KINDS.has(next) && !MODIFIERS.has(next);
}

/** "Taylor.Jordan", "Acme::Jordan". */
function isPath(name: string): boolean {
  return /[.:\\/]/.test(name);
}

/** A type variable or a parameter: in brackets, before a comma, or one or two letters. */
function isBracketed(after: string, word: string): boolean {
  if (word.length <= 2) return true;
  const index = after.indexOf(word);
  return /[([{<=|]/.test(after.slice(0, index));
}
