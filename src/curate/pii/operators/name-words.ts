import { fold } from "../names/fold.ts";
import { wordFacts } from "../names/gazetteer.ts";
import { FORM_WORDS, NAME_SUFFIXES, PARTICLES } from "../names/terms.ts";

/**
 * Form in which a word of a name must be written to count as that name: `any` in any case (Kowalczyk, maria); `capital`
 * with a capital or a possessive ending (Smith, smith's); `guarded` with a capital and not at the start of a sentence
 * (Will, Do).
 */
export type Form = "any" | "capital" | "guarded";

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** Function words that are names too: capitalised at the start of a sentence, they are usually not a name. */
const GRAMMAR = new Set(
  "a all am an and any are as at be been but by can could did do does for from had has have he her him his how if in is it its may me might mine must my no nor not of off on or our out own shall she should so such than that the their them then there these they this those to too up us was we were what when where which who why will with would yes yet you your de la en el le un und die der das es et".split(
    " ",
  ),
);

/** Words of a person's name that identify the person elsewhere, each with its required form. */
export function nameWords(name: string): { word: string; form: Form }[] {
  const words = new Map<string, Form>();
  for (const [whole] of name.matchAll(WORD)) {
    const bare = whole.replace(/['’]s$/i, "");
    for (const word of bare.includes("-") ? [bare, ...bare.split("-")] : [bare]) {
      const folded = fold(word);
      if (word.length < 2 || /\p{N}/u.test(word) || NAME_SUFFIXES.has(folded) || FORM_WORDS.has(folded)) continue;
      if (PARTICLES.has(folded) && word === word.toLowerCase()) continue;
      const form = formOf(folded, word);
      words.set(word, form);
      if (folded !== word.toLowerCase()) words.set(folded, form);
    }
  }
  return Array.from(words, ([word, form]) => ({ word, form }));
}

function formOf(folded: string, word: string): Form {
  if (GRAMMAR.has(folded) || PARTICLES.has(folded)) return "guarded";
  if (word.toLowerCase() === word.toUpperCase()) return "any"; // a script without capitals
  const { first, last, common } = wordFacts(folded);
  if (first === 0 && last === 0 && common === 2) return "guarded";
  if (word.length < 3) return "capital";
  return common === 0 || (common === 1 && (first === 2 || last === 2)) ? "any" : "capital";
}

/**
 * Whether a word in a text is the name of this form.
 *
 * @returns "doubt" if it may also be another word, "other" if it is another word
 */
export function standing(
  text: string,
  { start, end }: { start: number; end: number },
  form: Form,
): "sure" | "doubt" | "other" {
  if (form === "any") return "sure";
  const word = text.slice(start, end);
  const isCapital = word.charAt(0) !== word.charAt(0).toLowerCase();
  const isPossessive = /^['’]s(?![\p{L}\p{N}])/iu.test(text.slice(end, end + 3));
  if (form === "capital") {
    if (isCapital) return word.length === 2 && word === word.toUpperCase() ? "doubt" : "sure";
    if (isPossessive) return "sure";
    return word.length < 3 ? "other" : "doubt";
  }
  if (!isCapital) return "other";
  if (word === word.toUpperCase()) return "doubt"; // TO DO, in a text of capitals
  return isPossessive || !beginsSentence(text, start) ? "sure" : "doubt";
}

/** True at the beginning of a text, line or sentence, also after an opening mark. */
function beginsSentence(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 12), start);
  return start === 0 || /(?:^|[.!?:;…*#>•|\n\r"“”«([{-])[\s"“”'‘’(*_[{-]*$/u.test(start > 12 ? `x${before}` : before);
}
