import { type Token, SHAPE } from "./tokens.ts";

/**
 * True for a word that is used like an identifier of a program, even in a sentence: before a bracket that opens a call
 * (`max(a)`), with an underscore (`max_so_far`), between points (`self.re`, `node.next`), after a dollar sign or a
 * backslash. For a capitalised word, an underscore or bracket is not enough: Mary_Smith.pdf, Mary (her sister),
 * Smith(1999).
 */
export function isIdentifierLike(text: string, { start, end, shape }: Token): boolean {
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)];
  if (before === LOW_LINE || after === LOW_LINE) return shape !== SHAPE.capital;
  if (before === DOLLAR || before === BACKSLASH) return shape !== SHAPE.number;
  if (shape !== SHAPE.number && isScoped(text, start, end)) return true; // "Mojo::Util"
  if (
    shape === SHAPE.initial &&
    before === POINT &&
    isWord(text.charCodeAt(start - 2)) &&
    MODULE.test(text.slice(end, end + 24))
  )
    return true; // "Cohttp.S.IO"
  if (after === BRACKET)
    return shape === SHAPE.lower
      ? !isDigit(text.charCodeAt(end + 1))
      : /^\((?:\)|["'[]|[a-z]\w*[),.[(])/.test(text.slice(end, end + 40));
  if (after === POINT && isLower(text.charCodeAt(end + 1)) && shape !== SHAPE.number)
    return (
      shape === SHAPE.lower ||
      SOURCE_FILE.test(text.slice(end, end + 8)) ||
      /^\.[a-z]+(?:[A-Z]|_[a-z])|^\.[a-z]\w*[([.;,:)=]/.test(text.slice(end, end + 40))
    );
  return before === POINT && shape === SHAPE.lower && isWord(text.charCodeAt(start - 2));
}

/** A point and a capital right after it, as in the path of a module; in a name, a space follows the initial. */
const MODULE = /^\.\p{Lu}\p{L}/u;

/** The extension of a source file: "Mary.java" is a file, "Mary_Smith.pdf" may be about her. */
const SOURCE_FILE =
  /^\.(?:c|cc|cpp|cs|css|clj|dll|erl|exs?|go|h|hpp|hs|html|jar|java|jsx?|json|kts?|lua|mjs|mk|mli?|php|pl|pm|pyc?|rb|rs|scala|sh|so|sql|swift|tsx?|toml|ya?ml)(?!\w)/;

/** True if a double colon touches a letter on one side. */
function isScoped(text: string, start: number, end: number): boolean {
  return (
    (text.startsWith("::", end) && /\p{L}/u.test(text.charAt(end + 2))) ||
    (text.startsWith("::", start - 2) && start > 2 && /[\p{L}\p{N}_]/u.test(text.charAt(start - 3)))
  );
}

const [LOW_LINE, DOLLAR, BACKSLASH, BRACKET, POINT] = [95, 36, 92, 40, 46];

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isWord(code: number): boolean {
  return isLower(code) || isDigit(code) || (code >= 65 && code <= 90) || code === BRACKET + 1 || code === 93;
}
