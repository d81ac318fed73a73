import { Failure } from "../../base/failure.ts";
import type { Benchmark, ItemRef } from "./benchmark.ts";
import { rowTexts } from "./row-texts.ts";
import { unitVector } from "./unit-vector.ts";
import { wordTokenizer } from "./word-tokens.ts";

/** Fields of a row. */
type Fields = Readonly<Record<string, unknown>>;

/** A row near an item. Score 0 to 1; higher is nearer. */
export type NearRow = ItemRef & { fields: Fields; score: number };

/** Collects the nearest rows of each item. Memory: those rows, and 8 bytes for each word of the items. */
export type NearestRows = {
  /** Adds a row; rows with the same content count once. */
  add: (fields: Fields) => void;
  /** The nearest rows of each item, in the order of benchmarks and items. */
  nearest: () => NearRow[];
};

/** Options of the comparison of rows with items. */
export type NearestOptions = {
  benchmarks: readonly Benchmark[];
  /** Rows kept for each item. */
  topK: number;
  textFields?: readonly string[] | undefined;
  /** Field with the vectors of rows, if items have vectors; default: words are compared. */
  vectorField?: string | undefined;
  /** Pairs to skip: the rule already found them. */
  isLeftOut?: ((fields: Fields, ref: ItemRef) => boolean) | undefined;
};

/** Pairs with a lower score are not judged: they have hardly any words in common. */
const LEAST_SCORE = 0.1;

/** A word in more items than this, and in more than this share of them, does not select an item on its own. */
const COMMON = { items: 100, share: 0.02 };

/** Calls `visit` with each item that is near a row. */
type Similar = (fields: Fields, visit: (item: number, score: number) => void) => void;

/** Creates an empty collection. Deterministic: the order of the rows does not change the pairs. */
export function nearestRows({
  benchmarks,
  topK,
  textFields,
  vectorField,
  isLeftOut = () => false,
}: NearestOptions): NearestRows {
  const refs = benchmarks.flatMap(({ items }, benchmark) =>
    items.flatMap((parts, item) => (parts.length === 0 ? [] : [{ benchmark, item }])),
  );
  const similar =
    vectorField === undefined ? byWords(refs, benchmarks, textFields) : byVectors(refs, benchmarks, vectorField);
  const best: { fields: Fields; score: number; content: string }[][] = refs.map(() => []);
  const isBefore = (a: { score: number; content: string }, b: { score: number; content: string }): boolean =>
    a.score > b.score || (a.score === b.score && a.content < b.content);
  return {
    add: (fields) => {
      let content: string | undefined;
      similar(fields, (item, score) => {
        const rows = best[item]!;
        if (score < LEAST_SCORE || (rows.length === topK && score < rows.at(-1)!.score)) return;
        content ??= JSON.stringify(fields);
        const row = { fields, score, content };
        if (rows.some((row) => row.content === content) || isLeftOut(fields, refs[item]!)) return;
        const index = rows.findIndex((entry) => isBefore(row, entry));
        rows.splice(index === -1 ? rows.length : index, 0, row);
        if (rows.length > topK) rows.pop();
      });
    },
    nearest: () => best.flatMap((rows, item) => rows.map(({ fields, score }) => ({ ...refs[item]!, fields, score }))),
  };
}

/** Cosine of the sets of words, weighted by inverse item frequency: a rephrased text keeps its rare words. */
function byWords(
  refs: readonly ItemRef[],
  benchmarks: readonly Benchmark[],
  textFields: readonly string[] | undefined,
): Similar {
  const tokenize = wordTokenizer("split");
  const wordsOf = (text: string): Set<number> => {
    const { hashes, count } = tokenize(text);
    return new Set(hashes.subarray(0, count));
  };
  const items = refs.map(({ benchmark, item }) =>
    wordsOf(benchmarks[benchmark]!.items[item]!.map(({ text }) => text).join("\n")),
  );
  const postings = new Map<number, number[]>();
  for (const [item, words] of items.entries()) {
    for (const word of words) {
      const list = postings.get(word) ?? [];
      if (list.length === 0) postings.set(word, list);
      list.push(item);
    }
  }
  const weight = (word: number): number => Math.log(1 + refs.length / (postings.get(word)?.length ?? 1));
  const norm = (words: ReadonlySet<number>): number => {
    let sum = 0;
    for (const word of words) sum += weight(word) ** 2;
    return Math.sqrt(sum);
  };
  const norms = items.map(norm);
  const most = Math.max(COMMON.items, COMMON.share * refs.length);
  const sums = new Float64Array(refs.length);
  return (fields, visit) => {
    const words = wordsOf(rowTexts(fields, textFields).text);
    const touched: number[] = [];
    for (const word of words) {
      const list = postings.get(word);
      if (list === undefined || list.length > most) continue;
      const square = weight(word) ** 2;
      for (const item of list) {
        if (sums[item] === 0) touched.push(item);
        sums[item]! += square;
      }
    }
    const own = touched.length === 0 ? 1 : norm(words);
    for (const item of touched) {
      const score = sums[item]! / (own * norms[item]!);
      sums[item] = 0;
      visit(item, Math.min(1, Math.round(score * 1e4) / 1e4));
    }
  };
}

/** Cosine of the vectors supplied with rows and items. */
function byVectors(refs: readonly ItemRef[], benchmarks: readonly Benchmark[], field: string): Similar {
  const vectors = refs.map(({ benchmark, item }) => benchmarks[benchmark]!.vectors?.[item]);
  return (fields, visit) => {
    const own = unitVector(fields[field]);
    if (own === undefined) return;
    for (const [item, vector] of vectors.entries()) {
      if (vector === undefined) continue;
      if (vector.length !== own.length) {
        throw new Failure(
          "bad_input",
          `embedding dimensions differ: ${own.length} in rows, ${vector.length} in items`,
          {
            hint: "embed rows and items with the same model",
          },
        );
      }
      let sum = 0;
      for (let index = 0; index < own.length; index++) sum += own[index]! * vector[index]!;
      visit(item, Math.min(1, Math.max(0, Math.round(sum * 1e4) / 1e4)));
    }
  };
}
