import type { ApiPrice, ContextTier } from "../../domain/price.ts";
import type { TokenLengths, Traffic } from "../../domain/traffic.ts";

/** The properties of a month of traffic on which its token cost depends. */
export type TokenMix = Pick<Traffic, "inputTokensPerMonth" | "outputTokensPerMonth"> &
  Partial<Pick<Traffic, "cachedInputShare" | "cacheWriteShare" | "batchShare" | "inputLengths">>;

/** One price and the tokens of a month billed at it. */
export type BlendPart = {
  what: "input" | "cached input" | "cache write" | "output" | "batch input" | "batch output";
  /** Input tokens of a request above which this price applies; null for the standard price. */
  aboveInputTokens: number | null;
  tokensPerMonth: number;
  usdPerMtok: number;
  usdPerMonth: number;
};

/** Cost of an API for a mix of tokens. */
export type ApiBlend = {
  usdPerMonth: number;
  /** Total cost of the month, including input, divided by its output tokens; null without output. */
  usdPerMtokOutput: number | null;
  parts: BlendPart[];
  /** Assumptions made for missing prices or lengths. */
  notes: string[];
};

/**
 * Cost of a month of tokens at an API: `p_out + r ((1 - c - w) p_in + c p_cached + w p_write)` per output token, with
 * `r` input tokens per output token, a share `c` of them read from a cache and `w` written to it.
 * - A tier for longer requests applies to the complete request. Its share of the input follows from the histogram of
 *   lengths. Its share of the output is its share of the requests, as if their answers had the usual length.
 * - A price that is not offered is replaced: a cache price by the input price, a batch price by the standard price.
 * - In a batch, a cached token gets the larger of the two discounts, not both, as Google bills; Anthropic grants both.
 *
 * @source reference on serving, section 4, "API blend"; batch and cache: ai.google.dev and platform.claude.com, 2026
 */
export function apiBlend(price: ApiPrice, mix: TokenMix): ApiBlend {
  const { inputTokensPerMonth, outputTokensPerMonth, cachedInputShare = 0, cacheWriteShare = 0, batchShare = 0 } = mix;
  const notes = missingPrices(price, { cachedInputShare, cacheWriteShare, batchShare });
  const bands = lengthBands(price, mix.inputLengths, notes);
  const canBatch = price.batchInputUsdPerMtok !== null && price.batchOutputUsdPerMtok !== null;
  const batch = canBatch ? batchShare : 0;
  const parts = bands.flatMap(({ prices, aboveInputTokens, inputShare, outputShare }) => {
    const input = Number(prices.inputUsdPerMtok);
    const cached = Number(prices.cachedInputUsdPerMtok ?? prices.inputUsdPerMtok);
    const write = Number(prices.cacheWriteUsdPerMtok ?? prices.inputUsdPerMtok);
    const output = Number(prices.outputUsdPerMtok);
    const batchInput = input * ratio(price.batchInputUsdPerMtok, price.inputUsdPerMtok);
    const batchOutput = output * ratio(price.batchOutputUsdPerMtok, price.outputUsdPerMtok);
    const [inputTokens, outputTokens] = [inputTokensPerMonth * inputShare, outputTokensPerMonth * outputShare];
    const [now, later] = [inputTokens * (1 - batch), inputTokens * batch];
    const part = (what: BlendPart["what"], tokens: number, usdPerMtok: number): BlendPart[] =>
      tokens > 0
        ? [{ what, aboveInputTokens, tokensPerMonth: tokens, usdPerMtok, usdPerMonth: (tokens * usdPerMtok) / 1e6 }]
        : [];
    return [
      ...part("input", now * (1 - cachedInputShare - cacheWriteShare), input),
      ...part("cached input", now * cachedInputShare + (cached < batchInput ? later * cachedInputShare : 0), cached),
      ...part("cache write", now * cacheWriteShare, write),
      ...part("batch input", later * (cached < batchInput ? 1 - cachedInputShare : 1), batchInput),
      ...part("output", outputTokens * (1 - batch), output),
      ...part("batch output", outputTokens * batch, batchOutput),
    ];
  });
  const usdPerMonth = parts.reduce((sum, part) => sum + part.usdPerMonth, 0);
  return {
    usdPerMonth,
    usdPerMtokOutput: outputTokensPerMonth > 0 ? (usdPerMonth / outputTokensPerMonth) * 1e6 : null,
    parts,
    notes,
  };
}

function ratio(part: string | null, whole: string): number {
  return part === null ? 1 : Number(part) / Number(whole);
}

type Shares = Required<Pick<TokenMix, "cachedInputShare" | "cacheWriteShare" | "batchShare">>;

function missingPrices(price: ApiPrice, { cachedInputShare, cacheWriteShare, batchShare }: Shares): string[] {
  const { model } = price;
  return [
    cachedInputShare > 0 && price.cachedInputUsdPerMtok === null
      ? `${model} has no price for cached input: cached tokens are counted at its input price`
      : "",
    cacheWriteShare > 0 && price.cacheWriteUsdPerMtok === null
      ? `${model} has no price for cache writes: they are counted at its input price`
      : "",
    batchShare > 0 && (price.batchInputUsdPerMtok === null || price.batchOutputUsdPerMtok === null)
      ? `${model} has no batch price: batch tokens are counted at its standard price`
      : "",
  ].filter((note) => note !== "");
}

/** Requests with the same set of prices, with their shares of the input and of the output. */
type Band = {
  prices: Omit<ContextTier, "aboveInputTokens">;
  aboveInputTokens: number | null;
  inputShare: number;
  outputShare: number;
};

/** Divides the requests into bands by the tiers of a price. */
function lengthBands(price: ApiPrice, lengths: TokenLengths | undefined, notes: string[]): Band[] {
  const whole: Band = { prices: price, aboveInputTokens: null, inputShare: 1, outputShare: 1 };
  if (price.tiers.length === 0) return [whole];
  if (lengths === undefined) {
    notes.push(
      `${price.model} costs more above ${price.tiers[0]!.aboveInputTokens} input tokens: the lengths of requests are unknown, and none is assumed to be longer`,
    );
    return [whole];
  }
  const starts = [null, ...price.tiers.map((tier) => tier.aboveInputTokens)];
  return starts.map((start, index) => {
    const from = above(lengths, start);
    const to = index + 1 < starts.length ? above(lengths, starts[index + 1]!) : { input: 0, requests: 0 };
    const prices = index === 0 ? price : price.tiers[index - 1]!;
    return {
      prices,
      aboveInputTokens: start,
      inputShare: Math.max(0, from.input - to.input),
      outputShare: Math.max(0, from.requests - to.requests),
    };
  });
}

/**
 * Shares of the requests and of their tokens that are longer than a threshold. They follow from the histogram, with
 * each bin at its mean, or from the mean alone if there is no histogram.
 */
function above({ mean, histogram }: TokenLengths, threshold: number | null): { input: number; requests: number } {
  if (threshold === null) return { input: 1, requests: 1 };
  const total = { requests: 0, tokens: 0 };
  const longer = { requests: 0, tokens: 0 };
  for (const { requests, tokens } of histogram) {
    total.requests += requests;
    total.tokens += tokens;
    if (requests === 0 || tokens / requests <= threshold) continue;
    longer.requests += requests;
    longer.tokens += tokens;
  }
  if (total.requests === 0 || total.tokens === 0) return mean > threshold ? { input: 1, requests: 1 } : NONE;
  return { input: longer.tokens / total.tokens, requests: longer.requests / total.requests };
}

const NONE = { input: 0, requests: 0 };
