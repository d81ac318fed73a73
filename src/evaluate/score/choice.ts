/** Phrases before the letter of the answer, most specific first. */
const BEFORE = [
  /(?:the )?(?:correct |right |final |best )?(?:answer|choice|option)(?: is|:)+\s*(?:option |choice )?[*_("'[$\\]*([A-Z])(?![\w'])/giu,
  /\\boxed\{\s*(?:\\text\{)?\s*([A-Z])\s*\}/gu,
  /^\s*[*_("'[]*([A-Z])(?:[*_)"'\].:,]|\s*$|\s*[-\u2013\u2014]\s)/gmu,
  /(?:^|[\s(["'*_])([A-Z])(?=[)\]"'*_.,:;]|\s*$)/gu,
];

/** Text after the article `a`, which is no choice. */
const ARTICLE = /^\s+(?!(?:because|since|as|and|but)\b)\p{L}/iu;

/**
 * The letter that an answer chooses, in upper case: after "answer", in `\boxed{}`, at the start of a line, or on its
 * own. Undefined if none of `letters` is found, or if the most specific phrase names two.
 */
export function chosenLetter(answer: string, letters: number): string | undefined {
  const last = String.fromCodePoint(64 + letters);
  for (const pattern of BEFORE) {
    const found = [...answer.matchAll(pattern)]
      .filter((match) => !(match[1] === "a" && ARTICLE.test(answer.slice(match.index + match[0].length))))
      .map((match) => match[1]!.toUpperCase())
      .filter((letter) => letter >= "A" && letter <= last);
    if (found.length > 0) return new Set(found).size === 1 ? found[0] : undefined;
  }
  return undefined;
}

/**
 * A reference as a letter, given as a letter, an index from 0, or the text of the choice. Undefined if it is none of
 * them.
 */
export function referenceLetter(reference: unknown, choices: readonly string[] | number): string | undefined {
  const count = typeof choices === "number" ? choices : choices.length;
  const letter = (place: number): string | undefined =>
    place >= 0 && place < count ? String.fromCodePoint(65 + place) : undefined;
  if (typeof reference === "number") return letter(reference);
  if (typeof reference !== "string") return undefined;
  const text = reference.trim();
  if (/^[A-Za-z]$/.test(text)) return letter(text.toUpperCase().codePointAt(0)! - 65);
  return typeof choices === "number" ? undefined : letter(choices.indexOf(reference));
}
