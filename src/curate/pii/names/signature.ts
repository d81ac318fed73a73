import type { Reading } from "./name-span.ts";
import { CLOSINGS } from "./terms.ts";
import { factsOf, GAP, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Characters between a name and the sentence before it. */
const DASHED = /^[\s.,!?;:)…]*(?:\s|^)[-–—~]{1,2}\s{0,2}$/u;

/**
 * True if tokens end a text like a signature: after a dash, with a completed sentence or a word of thanks before it,
 * and nothing after it. An item of a list is at the start of a line and does not count.
 */
export function isSignature({ text, tokens }: Pick<Reading, "text" | "tokens">, from: number, to: number): boolean {
  if (to !== tokens.length || from === 0 || !/^[\s.!]*$/.test(text.slice(tokens[to - 1]!.end))) return false;
  const before = tokens[from - 1]!;
  const between = text.slice(before.end, tokens[from]!.start);
  if (between.length > 12 || !DASHED.test(between)) return false;
  const isItem = /\n\s*[-–—~]/.test(between) && /(?:^|\n)\s*[-–—~] /.test(text.slice(0, before.end));
  return !isItem && (/[.?!…\n]/.test(between) || CLOSINGS.has(keyOf(before)));
}

/** Lines that close letters, with nothing else on the line. */
const SIGN_OFF =
  /^(?:(?:with |my |our )?(?:(?:kind|kindest|best|warm|warmest|many) )?(?:regards|wishes|thanks|love)|(?:with )?(?:thanks|thank you|thx|ty|tia|cheers)(?: (?:so much|again|a lot|and regards|in advance|very much))?|(?:yours )?(?:sincerely|truly|faithfully|respectfully)(?: yours)?|(?:sincerely|very truly|respectfully) yours|yours|best|all the best|all my love|love|xoxo|take care|(?:much )?appreciated|cordially|gratefully|mit (?:freundlichen|besten|herzlichen|lieben|vielen) (?:gr(?:ü|u|ue)(?:ß|ss)en|dank)|(?:viele|liebe|herzliche|beste|sch(?:ö|o)ne) gr(?:ü|u|ue)(?:ß|ss)e|hochachtungsvoll|mfg|lg|vg|danke|vielen dank|merci|cordialement|bien cordialement|bien (?:à|a) (?:vous|toi)|amiti(?:é|e)s|(?:un |muchos )?saludos?(?: cordiales)?|atentamente|un abrazo|gracias|cordiali saluti|distinti saluti|grazie|met vriendelijke groet(?:en)?|groeten|atenciosamente|abra(?:ç|c)os)$/i;

/** Those that also occur as a line in poems or lists: they need a comma. */
const ALSO_A_WORD = /^(?:best|love|yours|wishes|truly|respectfully|gratefully|appreciated)$/i;

/** Maximum number of characters of a line that closes a letter, and of the preceding sentence that are read. */
const LONGEST_LINE = 80;

/** Maximum number of tokens between a line that closes a letter and the name below it. */
const BELOW = /^[ \t]*([,.!…–—-]*)[ \t]*(?:\r?\n[ \t]*){1,3}(?:[-–—~]{1,2}[ \t]*)?$/u;

/**
 * Position of a line of tokens below a line that closes a letter; `punctuated` if a comma or the like follows the
 * closing.
 */
export type SignOff = "punctuated" | "plain" | undefined;

/** Position of tokens that fill a line below "Regards," and the like; undefined if they do not. */
export function signOffAbove({ text, tokens }: Pick<Reading, "text" | "tokens">, from: number, to: number): SignOff {
  if (!/^[ \t]*[.,!]?[ \t]*(?:[\r\n<]|$)/.test(text.slice(tokens[to - 1]!.end, tokens[to - 1]!.end + 24)))
    return undefined;
  return signOffBefore({ text, tokens }, from);
}

/** True for a token on a line of its own or after a comma. */
export function mayFollowSignOff({ gap }: Token): boolean {
  return gap === GAP.line || gap === GAP.comma;
}

/** Position of a token that begins the line below "Regards," and the like; undefined if it does not. */
export function signOffBefore({ text, tokens }: Pick<Reading, "text" | "tokens">, from: number): SignOff {
  if (from === 0 || !mayFollowSignOff(tokens[from]!)) return undefined;
  const { end } = tokens[from - 1]!;
  const between = text.slice(end, tokens[from]!.start);
  const below = between === ", " ? [", ", ","] : BELOW.exec(between);
  if (below === null) return undefined;
  const before = text.slice(Math.max(0, end - LONGEST_LINE), end);
  const opens = Math.max(before.lastIndexOf("\n"), before.search(/[.!?][ \t][^.!?\n]*$/));
  const line = before.slice(opens + 1).trim();
  if (!SIGN_OFF.test(line) || (between === ", " && opens < 0)) return undefined; // "Love, Rose" below a letter
  if (below[1] !== "") return "punctuated";
  return ALSO_A_WORD.test(line) ? undefined : "plain";
}

/**
 * True below "Regards," for names of the lists, including Will and Rose, and for words that are in no list; false for
 * "The team" and "Support".
 */
export function isSigner(
  { text, tokens }: Pick<Reading, "text" | "tokens">,
  { from, to, signed }: { from: number; to: number; signed: SignOff },
): boolean {
  if (signOffAbove({ text, tokens }, from, to) === undefined) return false;
  const words = tokens.slice(from, to).filter(({ shape }) => shape !== SHAPE.initial);
  const facts = words.map((word) => factsOf(word));
  if (words.length === 0 || facts.some(({ first, last, common }) => common > 0 && first === 0 && last < 2))
    return false;
  return signed === "punctuated" || facts.some(({ first, last }) => first > 0 || last > 0);
}
