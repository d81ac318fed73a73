import { peakTflops } from "../../catalog/peak-tflops.ts";
import { productSec } from "./products-time.ts";
import { recurrentBytes, stateBytes } from "./recurrent-state.ts";
import type { Replica } from "./replica.ts";

/**
 * Kernels of a mixer beside its projections: convolution, state update, gated norm; each starts once. They are bound by
 * bytes, at the share of bandwidth that other kernels without products reach. No table of timed ones is held.
 */
const KERNELS = { count: 3, startSec: 1.6e-6, bandwidthShare: 0.8 } as const;

/** Times that the vectors of a prompt pass through memory between those kernels. */
const PASSES = 3;

/**
 * Tokens of a chunk of a prompt: within one the mixer is a product of tokens by tokens, from one to the next the state is
 * handed on in fp32. And the share of the best bf16 rate that its small products reach.
 * @source Dao and Gu 2024, arXiv:2405.21060, §6 (chunks of 64 to 256); Yang et al. 2024, arXiv:2412.06464, §3.3
 */
const CHUNK = { tokens: 128, flopsShare: 0.3 } as const;

/** What a step has for the mixers, on one group of GPUs: sequences that decode, and prompt tokens. */
export type RecurrentWork = { decodes: number; promptTokens: number };

/**
 * Seconds of the mixers that keep a state, all layers, on one GPU: their two projections as timed products, and beside them
 * the states of decoding sequences read and written once, and prompts in chunks. 0 in models without them.
 *
 * @accuracy not measured: estimates of such models take the range of all measurements, widened
 */
export function recurrentSec(replica: Replica, rows: number, { decodes, promptTokens }: RecurrentWork): number {
  const { shape, gpu, tensor } = replica;
  const { recurrence, hidden } = shape;
  if (recurrence === null) return 0;
  const { layers, inWidth, outWidth, state } = recurrence;
  const isDecode = promptTokens === 0;
  const products =
    productSec(replica, { rows, n: inWidth / tensor, k: hidden }, isDecode) +
    productSec(replica, { rows, n: hidden, k: outWidth / tensor }, isDecode);
  const bytesPerSec = KERNELS.bandwidthShare * gpu.bandwidthTbPerSec * 1e12;
  const ownState = stateBytes(shape, recurrentBytes(replica)) / layers / tensor;
  const vectors = (2 * PASSES * (inWidth + outWidth)) / tensor;
  const decodeBytes = decodes * (2 * ownState + vectors);
  const promptBytes = promptTokens * (vectors + (2 * 4 * state) / tensor / CHUNK.tokens);
  // Into the state and out of it, and among the tokens of a chunk.
  const flops = (promptTokens * (4 * state + 4 * CHUNK.tokens * outWidth)) / tensor;
  const peak = peakTflops(gpu, "bf16") ?? Number.NaN;
  const prompts = Math.max(promptBytes / bytesPerSec, flops / (CHUNK.flopsShare * peak * 1e12));
  return layers * (products + KERNELS.count * KERNELS.startSec + decodeBytes / bytesPerSec + prompts);
}
