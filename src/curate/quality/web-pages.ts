import { GOPHER_REPETITION, repeats, repetition } from "./repetition.ts";
import { isWord, pageWords, textLines } from "./text-words.ts";
import { shareDetail, type Verdict } from "./verdict.ts";
import { wordNumbers } from "./word-runs.ts";

const STOP_WORDS = ["the", "be", "to", "of", "and", "that", "have", "with"];

/**
 * Gopher's rules of quality and repetition for an English web page.
 *
 * @source Rae et al. 2021, arXiv:2112.11446, appendix A.1.1 and table A1; details that the paper leaves open (marks
 * count as words in the shares of hashes, ellipses and letters; a bullet is • or -) follow datatrove 0.10.1, read
 * 2026-11-28
 * @accuracy words are split at spaces and punctuation, instead of by spaCy's tokeniser as in datatrove
 */
export function gopher(text: string): Verdict | undefined {
  const all = pageWords(text);
  const plain = all.filter(isWord);
  const count = plain.length;
  if (count < 50) return { reason: "gopher-few-words", detail: `${count} words, limit 50` };
  if (count > 100_000) return { reason: "gopher-many-words", detail: `${count} words, limit 100000` };
  const mean = plain.reduce((sum, word) => sum + word.length, 0) / count;
  if (mean < 3 || mean > 10)
    return { reason: "gopher-word-length", detail: `mean ${mean.toFixed(2)}, limits 3 and 10` };
  const hashes = occurrences(text, "#") / all.length;
  if (hashes > 0.1) return { reason: "gopher-hashes", detail: shareDetail("number signs per word", hashes, 0.1) };
  const ellipses = (occurrences(text, "...") + occurrences(text, "…")) / all.length;
  if (ellipses > 0.1) return { reason: "gopher-ellipses", detail: shareDetail("ellipses per word", ellipses, 0.1) };
  const lines = textLines(text);
  const bullets = lines.filter((line) => /^\s{0,50}[•-]/u.test(line)).length / lines.length;
  if (bullets > 0.9) return { reason: "gopher-bullet-lines", detail: shareDetail("share of lines", bullets, 0.9) };
  const open = lines.filter((line) => /(?:\.\.\.|…)$/.test(line.trimEnd())).length / lines.length;
  if (open > 0.3) return { reason: "gopher-ellipsis-lines", detail: shareDetail("share of lines", open, 0.3) };
  const withLetter = plain.filter((word) => /\p{L}/u.test(word)).length / all.length;
  if (withLetter < 0.8)
    return { reason: "gopher-letters", detail: shareDetail("share of words with a letter", withLetter, 0.8) };
  const known = new Set(plain);
  const stopWords = STOP_WORDS.filter((word) => known.has(word)).length;
  if (stopWords < 2)
    return { reason: "gopher-stop-words", detail: `${stopWords} of ${STOP_WORDS.join(", ")}; limit 2` };
  const repeated = repetition(text, GOPHER_REPETITION, wordNumbers(all));
  return repeated === undefined ? undefined : { reason: `gopher-${repeated.reason}`, detail: repeated.detail };
}

const POLICY = ["terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"];

/** Citation marks, as in Wikipedia. */
const CITATION = /\[\d{0,20}\]|\[edit\]|\[citation needed\]/g;

/** Maximum characters of a word in a valid line. */
const WORD_MAX = 1000;

/**
 * C4's rules for an English web page. Lines that C4 would remove are not counted; the text of the row is unchanged.
 *
 * @source Raffel et al. 2020, JMLR 21(140), section 2.2; order, citations, long words and the lines on policies and
 * cookies are those of its code, tensorflow_datasets c4_utils.py, and of datatrove 0.10.1, read 2026-11-28
 * @accuracy sentences are counted by terminal punctuation, not by a trained tokeniser; without its list of words
 */
export function c4(text: string): Verdict | undefined {
  let sentences = 0;
  for (const textLine of textLines(text)) {
    const words = textLine.trim().split(/\s+/);
    if (words.some((word) => word.length > WORD_MAX)) continue;
    const line = textLine.trim().replace(CITATION, "");
    if (!/[.?!"']$/.test(line) || line.endsWith("...") || words.length < 3) continue;
    const lower = line.toLowerCase();
    if (lower.includes("lorem ipsum")) return { reason: "c4-lorem-ipsum", detail: "the text contains lorem ipsum" };
    if (lower.includes("javascript")) continue;
    if (line.includes("{")) return { reason: "c4-curly-bracket", detail: "the text contains a curly bracket" };
    if (POLICY.some((phrase) => lower.includes(phrase))) continue;
    sentences += Math.max(1, line.match(/[.?!]+["')\]]{0,5}(?=\s|$)/g)?.length ?? 0);
  }
  return sentences < 5 ? { reason: "c4-few-sentences", detail: `${sentences} complete sentences, limit 5` } : undefined;
}

/**
 * FineWeb's own rules for a web page. Blank lines are ignored.
 *
 * @source Penedo et al. 2024, "The FineWeb Datasets", arXiv:2406.17557, section 3.6; limits and the definition of a
 * line follow datatrove 0.10.1, read 2026-11-28: a share equal to its limit is kept
 */
export function fineweb(text: string): Verdict | undefined {
  const breaks = occurrences(text, "\n");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return { reason: "fineweb-line-ends", detail: "there are no lines" };
  const ended = lines.filter((line) => /\p{Sentence_Terminal}$/u.test(line)).length / lines.length;
  if (ended < 0.12)
    return { reason: "fineweb-line-ends", detail: shareDetail("lines that end with punctuation", ended, 0.12) };
  const short = lines.filter((line) => line.length <= 30).length / lines.length;
  if (short > 0.67)
    return { reason: "fineweb-short-lines", detail: shareDetail("lines of up to 30 characters", short, 0.67) };
  const repeated = repeats(lines).characters / (text.length - breaks);
  if (repeated > 0.01)
    return { reason: "fineweb-repeated-lines", detail: shareDetail("share of characters", repeated, 0.01) };
  const byWords = breaks / Math.max(1, pageWords(text).length);
  return byWords > 0.3
    ? { reason: "fineweb-line-breaks", detail: shareDetail("line breaks per word", byWords, 0.3) }
    : undefined;
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let index = text.indexOf(part); index !== -1; index = text.indexOf(part, index + part.length)) count += 1;
  return count;
}
