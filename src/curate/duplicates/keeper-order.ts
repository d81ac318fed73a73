import type { DedupOptions } from "../../domain/dedup.ts";

/** Values used by the policies, one per row. */
export type KeeperFacts = {
  /** Number of tokens of each row. */
  tokens: Uint32Array;
  /** Value of the field named by `by`, as a number or a time; NaN if the row has none. Empty for other policies. */
  values: Float64Array;
  /** Rank of each row's source in the list of sources, preferred ones first. Empty for other policies. */
  sourceRanks: Uint32Array | Float64Array;
};

/**
 * All rows in keeper order; undefined for file order. Rows with equal values keep file order; rows without a value come
 * last.
 */
export function keeperOrder({ keep }: Pick<DedupOptions, "keep">, facts: KeeperFacts): Uint32Array | undefined {
  if (keep === "first") return undefined;
  const rank = rankBy(keep, facts);
  const order = new Uint32Array(facts.tokens.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  return order.toSorted((a, b) => rank(a) - rank(b) || a - b);
}

/** Rank of each row; rows with a lower rank are preferred. */
function rankBy(keep: Exclude<DedupOptions["keep"], "first">, facts: KeeperFacts): (row: number) => number {
  const orLast = (value: number): number => (Number.isNaN(value) ? Number.MAX_VALUE : value);
  const ranks = {
    longest: (row: number) => -facts.tokens[row]!,
    best: (row: number) => orLast(-facts.values[row]!),
    oldest: (row: number) => orLast(facts.values[row]!),
    source: (row: number) => facts.sourceRanks[row]!,
  };
  return ranks[keep];
}

/**
 * The value of the keeper field: a number, a number as text, or for `oldest` a date as text (ISO 8601 or another format
 * that every engine parses the same way; a date without a time zone is in UTC). NaN otherwise.
 */
export function keeperValue(value: unknown, keep: "best" | "oldest"): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return Number.NaN;
  const number = Number(value);
  if (!Number.isNaN(number) || keep === "best") return number;
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
    value.trim(),
  );
  if (iso === null) return Number.NaN;
  const time = value.trim().replace(" ", "T");
  return Date.parse(iso[1] === undefined && time.length > 10 ? `${time}Z` : time);
}
