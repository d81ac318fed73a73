import { GOPHER_REPETITION, repeats, repetition } from "./repetition.ts";
import { isWord, textLines, textWords } from "./text-words.ts";
import { shareDetail, type Verdict } from "./verdict.ts";

const STOP_WORDS = ["the", "be", "to", "of", "and", "that", "have", "with"];

/**
 * Gopher's rules of quality and repetition for an English web page.
 *
 * @source Rae et al. 2021, arXiv:2112.11446, appendix A.1.1 and table A1
 * @accuracy words are cut at spaces and punctuation, which the paper leaves open
 */
export function gopher(text: string): Verdict | undefined {
  const words = textWords(text);
  const plain = words.filter(isWord);
  const count = plain.length;
  if (count < 50) return { reason: "gopher-few-words", detail: `${count} words, limit 50` };
  if (count > 100_000) return { reason: "gopher-many-words", detail: `${count} words, limit 100000` };
  const mean = plain.reduce((sum, word) => sum + word.length, 0) / count;
  if (mean < 3 || mean > 10)
    return { reason: "gopher-word-length", detail: `mean ${mean.toFixed(2)}, limits 3 and 10` };
  const hashes = occurrences(text, "#") / count;
  if (hashes > 0.1) return { reason: "gopher-hashes", detail: shareDetail("hashes by words", hashes, 0.1) };
  const ellipses = (occurrences(text, "...") + occurrences(text, "…")) / count;
  if (ellipses > 0.1) return { reason: "gopher-ellipses", detail: shareDetail("ellipses by words", ellipses, 0.1) };
  const lines = textLines(text);
  const bullets = lines.filter((line) => /^\s{0,50}[•‣◦●*-]/u.test(line)).length / lines.length;
  if (bullets > 0.9) return { reason: "gopher-bullet-lines", detail: shareDetail("share of lines", bullets, 0.9) };
  const open = lines.filter((line) => /(?:\.\.\.|…)$/.test(line.trimEnd())).length / lines.length;
  if (open > 0.3) return { reason: "gopher-ellipsis-lines", detail: shareDetail("share of lines", open, 0.3) };
  const withLetter = plain.filter((word) => /\p{L}/u.test(word)).length / count;
  if (withLetter < 0.8)
    return { reason: "gopher-letters", detail: shareDetail("share of words with a letter", withLetter, 0.8) };
  const known = new Set(plain);
  const stopWords = STOP_WORDS.filter((word) => known.has(word)).length;
  if (stopWords < 2)
    return { reason: "gopher-stop-words", detail: `${stopWords} of ${STOP_WORDS.join(", ")}; limit 2` };
  const repeated = repetition(text, GOPHER_REPETITION, words);
  return repeated === undefined ? undefined : { reason: `gopher-${repeated.reason}`, detail: repeated.detail };
}

const POLICY = ["terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"];

/**
 * C4's rules for an English web page. Lines that they would take out are left out of what is counted, the text of the row
 * stays as it is.
 *
 * @source Raffel et al. 2020, JMLR 21(140), section 2.2; the lines on policies and cookies are those of its code
 * @accuracy sentences are counted by terminal punctuation, not by a trained tokeniser; without its list of words
 */
export function c4(text: string): Verdict | undefined {
  let sentences = 0;
  for (const each of textLines(text)) {
    const line = each.trim();
    const lower = line.toLowerCase();
    if (lower.includes("lorem ipsum")) return { reason: "c4-lorem-ipsum", detail: "the text holds lorem ipsum" };
    if (line.includes("{")) return { reason: "c4-curly-bracket", detail: "the text holds a curly bracket" };
    const isKept =
      /[.?!"']$/.test(line) &&
      !line.endsWith("...") &&
      line.split(/\s+/).length >= 3 &&
      !lower.includes("javascript") &&
      !POLICY.some((phrase) => lower.includes(phrase));
    if (isKept) sentences += line.match(/[.?!]+["')\]]{0,5}(?=\s|$)/g)?.length ?? 1;
  }
  return sentences < 5
    ? { reason: "c4-few-sentences", detail: `${sentences} sentences in whole lines, limit 5` }
    : undefined;
}

/**
 * FineWeb's own rules for a web page.
 *
 * @source Penedo et al. 2024, "The FineWeb Datasets", arXiv:2406.17557, section 3.6
 * @accuracy the code that made the dataset takes "at most .12" and "at least .67 and .01", as here
 */
export function fineweb(text: string): Verdict | undefined {
  const lines = text.split("\n");
  const ended = lines.filter((line) => /[.'"!?]$/.test(line)).length / lines.length;
  if (ended <= 0.12)
    return { reason: "fineweb-line-ends", detail: shareDetail("lines that end a sentence", ended, 0.12) };
  const short = lines.filter((line) => line.length <= 30).length / lines.length;
  if (short >= 0.67)
    return { reason: "fineweb-short-lines", detail: shareDetail("lines of up to 30 characters", short, 0.67) };
  const filled = lines.filter((line) => line.trim() !== "");
  const repeated = repeats(filled).characters / Math.max(1, text.length - (lines.length - 1));
  if (repeated >= 0.01)
    return { reason: "fineweb-repeated-lines", detail: shareDetail("share of characters", repeated, 0.01) };
  const breaks = (lines.length - 1) / Math.max(1, textWords(text).length);
  return breaks > 0.3
    ? { reason: "fineweb-line-breaks", detail: shareDetail("line breaks by words", breaks, 0.3) }
    : undefined;
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
