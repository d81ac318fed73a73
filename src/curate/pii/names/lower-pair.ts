import { isForeign } from "./fold.ts";
import { languageHint } from "./language-hint.ts";
import { hasLead, hasLabel } from "./lead-words.ts";
import type { Reading } from "./name-span.ts";
import { signOffAbove } from "./signature.ts";
import { AUXILIARIES, PAIR_LABELS, PAIR_NAME_LEADS, SPEAKING } from "./terms.ts";
import { factsOf, GAP, keyOf, type Token } from "./tokens.ts";

/** Maximum words of a lower-case name. */
const LONGEST = 4;

/** Family names of people who stand for anybody; "doe" is also a word. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(["doe", "bloggs", "mustermann"]);

/**
 * End of the family names after a first name: words that are not common, or that are mainly family names if preceding
 * words indicate a name.
 */
export function familyEnd(tokens: readonly Token[], index: number, isLed: boolean): number {
  let to = index + 1;
  while (to < tokens.length && to - index < LONGEST && tokens[to]!.gap === GAP.space && !tokens[to - 1]!.isPossessive) {
    const token = tokens[to]!;
    const { first, last, common } = factsOf(token);
    const isInitial = token.text.length === 1 && token.text !== "i" && token.text !== "a";
    const isName = common === 0 ? last > 0 || first > 0 || isForeign(token.text) : isLed && isFamilyFirst(token);
    if (!isInitial && !isName && !(to === index + 1 && isPlaceholder(tokens, index))) break;
    to += 1;
  }
  while (to > index + 1 && tokens[to - 1]!.text.length === 1) to -= 1;
  return to;
}

/** "smith", "brown", "lee": a frequent family name that is not a verb in the sentence. */
export function isFamilyFirst(token: Token): boolean {
  const { last, common } = factsOf(token);
  const isLong = token.key.length >= 4 || (token.key.length === 3 && common < 2);
  return last === 2 && isLong && !AUXILIARIES.has(token.key) && !SPEAKING.has(token.key);
}

/** "jane doe": a frequent first name and the name of nobody in particular. */
function isPlaceholder(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  return next?.gap === GAP.space && PLACEHOLDERS.has(next.key) && factsOf(tokens[index]!).first === 2;
}

/**
 * Confidence that a frequent first name in lower case and the words after it are a full name: "john doe", after a word
 * such as "contact" or a label such as "signed:", or a pair of which neither word is an English one.
 */
export function pairScore({ text, tokens }: Pick<Reading, "text" | "tokens">, index: number): number {
  const { first, common } = factsOf(tokens[index]!);
  const next = tokens[index + 1];
  if (first < 2 || next?.gap !== GAP.space) return 0;
  const family = factsOf(next);
  const isSure = family.last === 2 && family.common === 0;
  if (common === 2 && !isSure) return 0;
  if (isPlaceholder(tokens, index)) return 0.5;
  if (familyEnd(tokens, index, true) === index + 1) return 0;
  if (hasLead(tokens, index, PAIR_NAME_LEADS) || isLabelled({ text, tokens }, index)) return 0.45;
  const isPlain = common === 2 || (common === 1 && keyOf(tokens[index - 1]) === "the");
  return isSure && !isPlain && languageHint(tokens) === "en" ? 0.45 : 0;
}

/** After "signed,", "cc:", "c/o" and the like, or on the line of a closing: "regards, john smith". */
function isLabelled({ text, tokens }: Pick<Reading, "text" | "tokens">, index: number): boolean {
  if (index === 0) return false;
  const { gap, start } = tokens[index]!;
  if (gap === GAP.comma || gap === GAP.dot)
    return PAIR_LABELS.has(keyOf(tokens[index - 1])) && /^[,.]\s{0,9}$/.test(text.slice(tokens[index - 1]!.end, start));
  if (gap === GAP.space) return /\bc\/o\s{1,3}$/i.test(text.slice(Math.max(0, start - 6), start));
  return (
    hasLabel({ text, tokens }, index, PAIR_LABELS) ||
    signOffAbove({ text, tokens }, index, familyEnd(tokens, index, true)) !== undefined
  );
}
