import { productSec } from "./products-time.ts";
import { recurrentBytes, stateBytes } from "./recurrent-state.ts";
import type { Replica } from "./replica.ts";

/**
 * Kernels of a mixer for decoding sequences, in addition to its projections: convolution, state update, gated norm.
 * Each has a start-up time; the update reads and writes the state at a share of bandwidth.
 * @source aiconfigurator-core 0.12.0, linear_attention, vLLM 0.24.0, 32 heads of 128 x 128 in fp32: 0.85 of bandwidth
 *   on H200 with 1,024 sequences, 0.89 on H100 and 0.81 on B200 with 512, 0.77 on L40S; 4.4 and 1.9 us with one
 */
const DECODE = { kernels: 3, startSec: 2e-6, bandwidthShare: 0.82 } as const;

/**
 * Parameters of the convolution over a prompt, whose channels are read and written once, on H100 and H200; from the
 * source of `DECODE`.
 */
const CONVOLUTION = { passes: 2, bandwidthShare: 0.55 } as const;

/**
 * Rates of reading prompts in chunks: products of tokens by tokens within a chunk, and the state passed from one chunk
 * to the next. The time per token of a single sequence does not depend on the number of heads; many sequences are bound
 * by the rate of small products. Kernels are FlashInfer's from Hopper on, and Triton's on older GPUs.
 * @source same, chunk_gated_delta_rule, 32 heads: one sequence of 8,192 tokens 399 us on H200, 391 on H100, 327 on
 *   B200, 1,942 on L40S; eight of 2,048 217, 221, 194 and 4,146 us. Taken for the other kinds of mixer too
 */
const CHUNKS: Readonly<Record<string, { tokenSec: number; tflops: number }>> = {
  hopper: { tokenSec: 48e-9, tflops: 315 },
  blackwell: { tokenSec: 40e-9, tflops: 355 },
};
const OLDER_CHUNKS = { tokenSec: 237e-9, tflops: 17 };

/**
 * Tokens of a chunk. Source: Yang et al. 2024, arXiv:2412.06464, §3.3; Dao and Gu 2024, arXiv:2405.21060, §6 (64 to
 * 256)
 */
const CHUNK_TOKENS = 128;

/**
 * Work of a step in the mixers of one group of GPUs: decoding sequences, prompt tokens, and the tokens of one prompt.
 */
export type RecurrentWork = { decodes: number; promptTokens: number; onePrompt: number };

/**
 * Seconds of the mixers that keep a state, all layers, on one GPU: two projections as timed products, one read and
 * write of the states of decoding sequences, and prompts in chunks. 0 in models without such mixers.
 *
 * @accuracy within a fifth of the timed kernels of a gated delta net under vLLM, 64 to 1,024 sequences and prompts from
 * 1,024 tokens (test/golden/kernel-recurrent.tsv); those of SGLang 0.5.14 take up to three times as long above 64
 * sequences. There is no measurement of a complete model
 */
export function recurrentSec(replica: Replica, rows: number, work: RecurrentWork): number {
  const { shape, gpu, tensor } = replica;
  const { recurrence, hidden } = shape;
  if (recurrence === null) return 0;
  const { layers, inWidth, outWidth } = recurrence;
  const isDecode = work.promptTokens === 0;
  const products =
    productSec(replica, { rows, n: inWidth / tensor, k: hidden }, isDecode) +
    productSec(replica, { rows, n: hidden, k: outWidth / tensor }, isDecode);
  const ownState = stateBytes(shape, recurrentBytes(replica)) / layers / tensor;
  const vectors = (2 * (inWidth + outWidth)) / tensor;
  const bytesPerSec = gpu.bandwidthTbPerSec * 1e12;
  const decodeSec = (work.decodes * (2 * ownState + vectors)) / (DECODE.bandwidthShare * bytesPerSec);
  return layers * (products + DECODE.kernels * DECODE.startSec + decodeSec + promptSec(replica, recurrence, work));
}

/** Seconds of the convolution and of the prompt chunks in one layer. */
function promptSec(
  { gpu, tensor }: Replica,
  { state, convolved, outWidth }: NonNullable<Replica["shape"]["recurrence"]>,
  { promptTokens, onePrompt }: RecurrentWork,
): number {
  const { bandwidthShare, passes } = CONVOLUTION;
  const bytes = (promptTokens * passes * 2 * convolved) / tensor;
  const convolution = bytes / (bandwidthShare * gpu.bandwidthTbPerSec * 1e12);
  if (state === 0) return convolution;
  const { tokenSec, tflops } = CHUNKS[gpu.generation] ?? OLDER_CHUNKS;
  // FLOPs into and out of the state, and among the tokens of a chunk.
  const flops = (promptTokens * (4 * state + 4 * CHUNK_TOKENS * outWidth)) / tensor;
  return convolution + Math.max(onePrompt * tokenSec, flops / (tflops * 1e12));
}
