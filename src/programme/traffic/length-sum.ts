import type { LengthBin, TokenLengths } from "../../domain/traffic.ts";

/** Running statistics of request lengths: mean, spread, and bins. */
export type LengthSum = {
  add: (tokens: number) => void;
  /** Undefined if no length above 0 was added. */
  lengths: () => TokenLengths | undefined;
  /** The median length, to within a factor of the square root of two; NaN if there is none. */
  median: () => number;
};

/**
 * Creates empty statistics. Mean and variance by Welford's method, so that a billion lengths lose no digits; bins by
 * powers of the square root of two, from 1.
 */
export function lengthSum(): LengthSum {
  let [count, mean, squares] = [0, 0, 0];
  const bins: { requests: number; tokens: number }[] = [];
  return {
    add: (tokens) => {
      count += 1;
      const before = tokens - mean;
      mean += before / count;
      squares += before * (tokens - mean);
      const index = tokens < 1 ? 0 : Math.floor(Math.log2(tokens) * 2) + 1;
      const bin = (bins[index] ??= { requests: 0, tokens: 0 });
      bin.requests += 1;
      bin.tokens += tokens;
    },
    lengths: () => {
      if (count === 0 || mean === 0) return undefined;
      return { mean, cv: Math.sqrt(squares / count) / mean, histogram: histogram(bins) };
    },
    median: () => {
      let seen = 0;
      for (const [index, bin] of bins.entries()) {
        seen += bin?.requests ?? 0;
        if (seen * 2 >= count && bin) return bin.tokens / bin.requests || edge(index);
      }
      return Number.NaN;
    },
  };
}

/** Bins from the first to the last with a request, including empty ones between them. */
function histogram(bins: readonly ({ requests: number; tokens: number } | undefined)[]): LengthBin[] {
  const first = bins.findIndex((bin) => bin !== undefined);
  return Array.from({ length: bins.length - first }, (_, offset) => {
    const index = first + offset;
    const { requests, tokens } = bins[index] ?? { requests: 0, tokens: 0 };
    return { fromTokens: edge(index), toTokens: edge(index + 1), requests, tokens };
  });
}

/** Lower edge of a bin. */
function edge(index: number): number {
  return index === 0 ? 0 : Number((2 ** ((index - 1) / 2)).toFixed(3));
}
