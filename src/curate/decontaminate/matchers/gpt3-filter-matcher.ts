import type { Benchmark, ItemRef } from "../benchmark.ts";
import { eachSeed, type GramIndex, gramIndex, packTexts } from "../gram-index.ts";
import { bestByItem, type Match, type Matcher } from "../match.ts";
import type { RowTexts } from "../row-texts.ts";
import { type Tokens, wordTokenizer } from "../word-tokens.ts";

/** Words of the n-grams. */
const N = 13;

/** N-grams in more rows than this are phrases that everybody uses. */
const MOST_ROWS = 10;

/**
 * Any 13 words in a row that no more than ten rows hold. All rows must have been counted before the first is judged.
 *
 * Differs from the paper: a row with a hit is dropped whole, where the paper takes the n-gram and 200 characters on each
 * side out of a document, and drops what is cut into more than ten pieces.
 *
 * Memory: 8 bytes for each word of the benchmarks in addition to their index.
 *
 * @source Brown et al. 2020, arXiv:2005.14165, appendix C
 */
export function gpt3FilterMatcher(benchmarks: readonly Benchmark[]): Matcher {
  const items = benchmarks.flatMap(({ items: all }, benchmark) =>
    all.map((parts, item) => ({ owner: { benchmark, item }, text: parts.map(({ text }) => text).join("\n") })),
  );
  const tokenize = wordTokenizer("joined");
  const index = gramIndex(
    packTexts(items.length, (item) => tokenize(items[item]!.text)),
    { n: N },
  );
  const rowsWith = new Uint32Array(index.texts.hashes.length);
  const lastRow = new Uint32Array(index.texts.hashes.length);
  let rows = 0;
  const countRow = ({ text }: RowTexts): void => {
    rows += 1;
    eachGram(index, tokenize(text), ({ gram }) => {
      if (lastRow[gram] === rows) return;
      lastRow[gram] = rows;
      rowsWith[gram]! += 1;
    });
  };
  const matcher = ({ text }: RowTexts): Match[] => {
    const tokens = tokenize(text);
    const matches: Match[] = [];
    eachGram(index, tokens, ({ gram, row, place }) => {
      if (rowsWith[gram]! > MOST_ROWS) return;
      const owner: ItemRef = items[index.owners[place]!]!.owner;
      const found = { start: tokens.starts[row]!, end: tokens.ends[row + N - 1]! };
      matches.push({ ...owner, part: "item", method: "gpt3-filter", score: 1, ...found });
    });
    return bestByItem(matches);
  };
  return Object.assign(matcher, { countRow });
}

/** Each place of the items at which an n-gram of a row stands, and the first such place, which names the n-gram. */
function eachGram(
  index: GramIndex,
  tokens: Tokens,
  visit: (found: { gram: number; row: number; place: number }) => void,
): void {
  const { hashes } = index.texts;
  let [position, gram] = [-1, 0];
  eachSeed(index, tokens, (row, place) => {
    for (let word = 0; word < N; word++) if (tokens.hashes[row + word] !== hashes[place + word]) return;
    if (row !== position) [position, gram] = [row, place];
    visit({ gram, row, place });
  });
}
