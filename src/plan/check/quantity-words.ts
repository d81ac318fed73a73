/** Anchors, titles and units of the quantities, and the short names used in sentences. */
const QUANTITIES: Readonly<Record<string, QuantityWords>> = {
  peakMemoryGib: {
    id: "memory",
    short: "peak memory",
    title: "Peak memory of a GPU",
    words: "peak memory, GiB per GPU",
  },
  tokensPerSecPerGpu: {
    id: "speed",
    short: "speed",
    title: "Speed of a GPU",
    words: "tokens per second per GPU",
  },
  outputTokensPerSec: {
    id: "output",
    short: "output",
    title: "Output of the deployment",
    words: "output tokens per second of all GPUs",
  },
  tpotMs: {
    id: "tpot",
    short: "TPOT",
    title: "Time per output token",
    words: "time per output token, ms",
  },
  ttftMs: {
    id: "ttft",
    short: "TTFT",
    title: "Time to first token",
    words: "time to first token, ms",
  },
};

type QuantityWords = { id: string; short: string; title: string; words: string };

/** Display name of a quantity of a check; by default its id. */
export function quantityWords(quantity: string): QuantityWords {
  return QUANTITIES[quantity] ?? { id: quantity, short: quantity, title: quantity, words: quantity };
}
