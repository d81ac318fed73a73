import type { Gpu } from "../../domain/gpu.ts";

/** Share of the specified bandwidth that a kernel of one pass reaches on large tensors. */
const STREAM_SHARE = 0.8;

/** How much faster than memory the L2 cache is. */
const CACHE_TIMES = 3;

/** Last cache of a card whose own is not known, an assumption: that of the A100. */
const USUAL_CACHE_MIB = 40;

/** Bytes per second at which large weights and states stream from memory. */
export function streamBytesPerSec(gpu: Gpu): number {
  return STREAM_SHARE * gpu.bandwidthTbPerSec * 1e12;
}

/**
 * Bytes per second of elementwise passes over a tensor: one kernel finds in the L2 cache what the one before it wrote,
 * as far as it fits beside what is written.
 *
 * @param tensorBytes  bytes of the tensor that is passed over
 */
export function passBytesPerSec(gpu: Gpu, tensorBytes: number): number {
  const cache = (gpu.l2Mib ?? USUAL_CACHE_MIB) * 2 ** 20;
  const kept = 1 / (1 + ((3 * tensorBytes) / cache) ** 2);
  return streamBytesPerSec(gpu) / (1 - kept + kept / CACHE_TIMES);
}
