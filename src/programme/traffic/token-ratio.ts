import { quantileSorted } from "../../base/quantile.ts";
import { Failure } from "../../base/failure.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";

/** Minimum number of texts to measure a ratio, and to replace the published range by the measurement. */
const LEAST_TEXTS = 20;

/** Maximum number of texts that are counted twice; more do not change a quantile. */
const MOST_TEXTS = 2_000;

/** Encodings in which API tokens are counted, by the prefix of a model's name. */
const ENCODINGS: readonly (readonly [RegExp, Encoding])[] = [
  [/^(?:ft:)?(?:gpt-(?:4o|4\.1|4\.5|5|6)|chatgpt-4o|o[1345](?:-|$)|gpt-oss)/, "o200k_base"],
  [/^(?:ft:)?gpt-(?:4|3\.5)/, "cl100k_base"],
];

type Encoding = "o200k_base" | "cl100k_base";

/**
 * Tokens of five open models' tokenizers per token of an encoding, over nine corpora of English, code, mathematics and
 * Spanish: minimum, median and maximum.
 *
 * @source `bench/tokens.bench.mjs`: Qwen3, Llama 3.1, DeepSeek V3, gpt-oss, Gemma 3 (2026-11); Chinese text gave
 * 0.80-1.05 (o200k) and 0.53-0.70 (cl100k), Llama 2 up to 1.53
 */
const PUBLISHED: Readonly<Record<Encoding, { p10: number; p50: number; p90: number }>> = {
  o200k_base: { p10: 0.96, p50: 1.01, p90: 1.25 },
  cl100k_base: { p10: 0.88, p50: 1, p90: 1.26 },
};

/** Texts of the user's own requests, counted with two tokenizers. */
export type PairedCounts = { add: (text: string) => void; ratio: () => Estimate | undefined };

/**
 * Counts incoming texts with two tokenizers.
 *
 * @param api counts like the API whose traffic was read
 * @param own counts like the model to be served
 * @param names of the two, for the basis
 */
export function pairedCounts(
  api: (text: string) => number,
  own: (text: string) => number,
  names: { api: string; own: string },
): PairedCounts {
  const ratios: number[] = [];
  const total = { api: 0, own: 0 };
  return {
    add: (text) => {
      if (ratios.length >= MOST_TEXTS || text === "") return;
      const counts = { api: api(text), own: own(text) };
      if (counts.api === 0) return;
      ratios.push(counts.own / counts.api);
      total.api += counts.api;
      total.own += counts.own;
    },
    ratio: () => {
      if (ratios.length < LEAST_TEXTS) return undefined;
      const sorted = Float64Array.from(ratios).toSorted();
      const quantileAt = (probability: number): number => Number(quantileSorted(sorted, probability).toPrecision(4));
      return {
        p10: quantileAt(0.1),
        p50: Number((total.own / total.api).toPrecision(4)),
        p90: quantileAt(0.9),
        unit: "tokens per token",
        basis: `the first ${ratios.length} texts of these requests counted by ${names.own} and by ${names.api}: over all tokens, and the spread between texts`,
        n: ratios.length,
        sources: [names.own, names.api],
      };
    },
  };
}

/**
 * A ratio stated as a number or a range, such as `0.9-1.2`; its median is the geometric mean of the ends.
 *
 * @throws Failure bad_input if it is neither, or outside 0.1 to 10
 */
export function statedTokenRatio(text: string, flag: string): Estimate {
  const [low, high = low, ...rest] = text.split(/[-–]/).map((end) => (end.trim() === "" ? NaN : Number(end)));
  if (rest.length > 0 || low === undefined || high === undefined || !(low >= 0.1 && low <= high && high <= 10))
    throw new Failure("bad_input", `${flag} is "${text}", expected a number or a range between 0.1 and 10`, {
      hint: `tokens of the served model per counted token, low end first: ${flag} 0.9-1.2`,
    });
  const p50 = Number(Math.sqrt(low * high).toPrecision(4));
  return { p10: low, p50, p90: high, unit: "tokens per token", basis: "stated", n: 0, sources: [flag] };
}

/** The encoding in which a model's API counts, or undefined if not published. */
export function encodingOf(model: string): Encoding | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return ENCODINGS.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * Number of tokens of an open model's tokenizer per token of an API, if nothing was measured on the user's own texts:
 * published ranges for OpenAI's encodings, a refusal for others.
 *
 * @param model the API model that received most of the traffic
 */
export function publishedTokenRatio(model: string): Quantity {
  const encoding = encodingOf(model);
  if (encoding === undefined) {
    return {
      refused: `the tokenizer of ${model} is not published: the ratio to the tokens of the served model is unknown`,
      hint: "give requests with their texts, and --own-tokenizer: both are then counted",
    };
  }
  return {
    ...PUBLISHED[encoding],
    unit: "tokens per token",
    basis: `tokenizers of five open models over ${encoding}, nine corpora of English, code, mathematics and Spanish: least, median, most`,
    n: 45,
    sources: ["bench/tokens.bench.mjs, 2026-11"],
  };
}
