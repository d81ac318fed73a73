import type { Benchmark, ItemRef } from "../benchmark.ts";
import { cl100kTokenizer } from "./cl100k-tokens.ts";
import { findRuns, type Run } from "../find-runs.ts";
import { type GramIndex, gramIndex, packTexts } from "../gram-index.ts";
import type { Match, Matcher } from "../match.ts";
import type { Tokens } from "../word-tokens.ts";

/** Tokens at the beginning of a span that must be equal; the span is longer. */
const EQUAL_TOKENS = 10;

/** Tokens of a span that may differ after those. */
const SKIPGRAM_BUDGET = 4;

/**
 * Share of an item's tokens that lie in spans of more than ten tokens which the row has too, up to four of them other ones,
 * none among the first ten nor at the end. Tokens that differ do not count.
 *
 * Differs from the paper: tokens are those of cl100k, of words in small letters, since Llama's own are not at hand; the
 * share is of one row, not of all of them; a span may be of 11 tokens, where the paper tuned the least length for each
 * benchmark.
 *
 * @param minScore  lowest share; default: 0.2, what the paper calls not clean (0.8 is what it calls dirty)
 * @source Touvron et al. 2023, arXiv:2307.09288, appendix A.6
 */
export async function llama2Matcher(benchmarks: readonly Benchmark[], minScore = 0.2): Promise<Matcher> {
  const items = benchmarks.flatMap(({ items: all }, benchmark) =>
    all.map((parts, item) => ({ owner: { benchmark, item }, text: parts.map(({ text }) => text).join("\n") })),
  );
  const tokenize = await cl100kTokenizer();
  const index = gramIndex(
    packTexts(items.length, (item) => tokenize(items[item]!.text)),
    { n: EQUAL_TOKENS },
  );
  return (row) => {
    const tokens = tokenize(row.text);
    const matches: Match[] = [];
    for (const [item, runs] of findRuns(index, tokens)) {
      const found = contaminated(runs, { index, item, tokens });
      if (found === undefined || found.score < minScore) continue;
      const owner: ItemRef = items[item]!.owner;
      const place = { start: tokens.starts[found.first]!, end: tokens.ends[found.last]! };
      const score = Math.round(found.score * 1000) / 1000;
      matches.push({ ...owner, part: "item", method: "llama2", score, ...place });
    }
    return matches.toSorted((a, b) => a.benchmark - b.benchmark || a.item - b.item);
  };
}

/** The share of an item that lies in spans, and the longest of them in the row. */
function contaminated(
  runs: readonly Run[],
  { index, item, tokens }: { index: GramIndex; item: number; tokens: Tokens },
): { score: number; first: number; last: number } | undefined {
  const own = index.texts.hashes.subarray(index.texts.starts[item], index.texts.starts[item + 1]);
  const isFound = new Uint8Array(own.length);
  let [first, last] = [0, -1];
  for (const run of runs) {
    const end = spanEnd(run, own, tokens);
    if (end - run.text + 1 <= EQUAL_TOKENS) continue;
    const shift = run.row - run.text;
    for (let index = run.text; index <= end; index++)
      if (own[index] === tokens.hashes[index + shift]) isFound[index] = 1;
    if (end - run.text > last - first) [first, last] = [run.row, end + shift];
  }
  if (last === -1) return undefined;
  return { score: isFound.reduce((sum, value) => sum + value, 0) / own.length, first, last };
}

/** The last token of the item that a span from the beginning of a run reaches within the budget. */
function spanEnd({ row, text, length }: Run, own: Uint32Array, { hashes, count }: Tokens): number {
  let [end, skipped] = [text + length - 1, 0];
  for (let index = end + 1; index < own.length && index + row - text < count; index++) {
    if (own[index] === hashes[index + row - text]) end = index;
    else if (++skipped > SKIPGRAM_BUDGET) break;
  }
  return end;
}
