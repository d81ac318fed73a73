const WORD = /[\p{L}\p{N}\p{M}_]/u;

/** Punctuation that does not end a sentence. */
const INNER = /[\s,'’/-]/u;

/** Characters before and after a stretch that are searched for the end of a sentence or line. */
const REACH = 2000;

/**
 * True if a sentence, a line, a quotation or a label can begin at an offset: only punctuation other than commas
 * precedes it.
 */
export function isSentenceStart(text: string, offset: number): boolean {
  for (let index = offset - 1; index >= Math.max(0, offset - REACH); index--) {
    const sign = text[index]!;
    if (sign === "\n") return true;
    if (WORD.test(sign)) return false;
    if (!INNER.test(sign)) return true;
  }
  return offset <= REACH;
}

/** True if a sentence, a line or a quotation ends at an offset. */
export function isSentenceEnd(text: string, offset: number): boolean {
  for (let index = offset; index < Math.min(text.length, offset + REACH); index++) {
    const sign = text[index]!;
    if (sign === "\n") return true;
    if (WORD.test(sign)) return false;
    if (!INNER.test(sign)) return true;
  }
  return offset + REACH >= text.length;
}

/** A label or number before a text on its line: `Question: …`, `**Q1.** …`, `User: …`, `3) …`. */
const LABEL =
  /^[\s#*>([]{0,9}(?:(?:question|problem|prompt|instruction|input|query|user|human|task|exercise|q)[\s*]{0,5}\d{0,4}|(?<number>\d{1,4}|[a-h]))[\s*]{0,5}[:.)\]-][\s*]{0,5}/iu;

/** True if a text is alone on its lines, except for a label before it, and has the same punctuation as `own`. */
export function standsAlone(text: string, { start, end, own }: { start: number; end: number; own: string }): boolean {
  const before = text.slice(Math.max(0, start - REACH), start);
  const after = text.slice(end, end + REACH);
  const lineStart = start - before.length + before.lastIndexOf("\n") + 1;
  const lineLength = after.indexOf("\n");
  const lineEnd = lineLength === -1 ? end + after.length : end + lineLength;
  if (lineStart > 0 && text[lineStart - 1] !== "\n") return false;
  if (lineEnd < text.length && text[lineEnd] !== "\n") return false;
  if (WORD.test(text.slice(end, lineEnd))) return false;
  const found = LABEL.exec(text.slice(lineStart, Math.min(start, lineStart + 60)));
  // A name of two words in a numbered list is in a list of names, not of questions.
  const isNumbered = found?.groups?.["number"] !== undefined;
  const label = found === null || (isNumbered && !/\S\s+\S+\s+\S/.test(own)) ? 0 : found[0].length;
  if (WORD.test(text.slice(lineStart + label, start))) return false;
  const wanted = signature(own);
  return (
    signature(text.slice(lineStart + label, lineEnd)) === wanted || signature(text.slice(lineStart, lineEnd)) === wanted
  );
}

/** True for a text with operators, brackets or other signs between its words. */
export function isFormula(text: string): boolean {
  return /[^\p{L}\p{N}\p{M}\s.,;:!?'’-]/u.test(bare(text));
}

/** True if a stretch of a row has the same operators and brackets between its words as a text has. */
export function hasSigns(stretch: string, own: string): boolean {
  return signature(bare(stretch)) === signature(bare(own));
}

/** A text without white space and punctuation, in lower case; words, operators and brackets remain. */
function signature(text: string): string {
  return text.toLowerCase().replaceAll(/[\s.,;:!?'"*_`“”‘’…#$]+/g, "");
}

/** A text from its first word to its last, in lower case, with white space collapsed. */
function bare(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && !WORD.test(text[from]!)) from += 1;
  while (to > from && !WORD.test(text[to - 1]!)) to -= 1;
  return text.slice(from, to).toLowerCase().replaceAll(/\s+/g, " ");
}

/** Characters after a question that are searched for its answer. */
const ANSWER_REACH = 400;

/** True if an answer follows soon after an offset as separate words. */
export function answerFollows(text: string, offset: number, answer: string): boolean {
  const wanted = bare(answer);
  if (wanted === "" || wanted.length > ANSWER_REACH) return false;
  const near = ` ${bare(text.slice(offset, offset + ANSWER_REACH + wanted.length))} `;
  for (let index = near.indexOf(wanted); index !== -1; index = near.indexOf(wanted, index + 1)) {
    if (!WORD.test(near[index - 1]!) && !WORD.test(near[index + wanted.length]!)) return true;
  }
  return false;
}
