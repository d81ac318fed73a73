import { type StepWork, stepSec } from "./engine-step.ts";
import type { Replica } from "./replica.ts";

const known = new WeakMap<Replica, Map<number, number>>();

/** Buckets per octave, for contexts and large batches, and for prompts, whose lengths vary the most. */
const PARTS = { context: 16, prompt: 8 } as const;

/** Largest batch that is not rounded. */
const EXACT_DECODES = 64;

/** Upper bound of the bucket numbers. */
const BUCKETS = 1024;

/**
 * Seconds of a step, computed once per bucket of its inputs. Within a bucket, the time varies by less than the error of
 * its terms.
 */
export function stepPrices(replica: Replica): (work: StepWork) => number {
  const prices = known.get(replica) ?? new Map<number, number>();
  known.set(replica, prices);
  return (work) => {
    const isExact = work.decodes < EXACT_DECODES;
    const decodes = isExact ? work.decodes : EXACT_DECODES + bucketOf(work.decodes, PARTS.context);
    const context = bucketOf(work.context, PARTS.context);
    const prompt = bucketOf(work.promptTokens, PARTS.prompt);
    const length = bucketOf(work.promptLength, PARTS.prompt);
    const key = ((decodes * BUCKETS + context) * BUCKETS + prompt) * BUCKETS + length;
    const price = prices.get(key);
    if (price !== undefined) return price;
    const sec = stepSec(replica, {
      decodes: isExact ? work.decodes : middleOf(decodes - EXACT_DECODES, PARTS.context),
      context: middleOf(context, PARTS.context),
      promptTokens: middleOf(prompt, PARTS.prompt),
      promptLength: middleOf(length, PARTS.prompt),
    });
    prices.set(key, sec);
    return sec;
  };
}

/** Bucket of a number, a part of an octave; a small number is its own bucket. */
function bucketOf(value: number, parts: number): number {
  if (value < 2 * parts) return Math.round(value);
  const octave = Math.floor(Math.log2(value));
  return octave * 2 * parts + Math.round((value / 2 ** octave - 1) * parts);
}

function middleOf(bucket: number, parts: number): number {
  if (bucket <= 2 * parts) return bucket;
  return 2 ** Math.floor(bucket / (2 * parts)) * (1 + (bucket % (2 * parts)) / parts);
}
