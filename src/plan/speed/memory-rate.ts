import type { Gpu } from "../../domain/gpu.ts";

/** Share of the specified bandwidth that a kernel of one pass reaches on large tensors. */
const STREAM_SHARE = 0.8;

/**
 * Speed of the L2 cache relative to memory, an assumption of usual size: its bandwidth is two to three times that of
 * memory, and such a short kernel loses part of it to its start. AMD's Infinity Cache is on the memory side, behind the
 * L2 caches; no measurement shows that it speeds up elementwise kernels.
 */
const CACHE_TIMES = { NVIDIA: 2, other: 1 } as const;

/**
 * Copies of a tensor's bytes that a pass has in the cache: two tensors read and one written, each in both partitions of
 * the cache, which keep what their own processors ask for.
 * @source partitions: NVIDIA A100 Tensor Core GPU Architecture (2020), "A100 L2 cache"
 */
const CACHED_COPIES = 6;

/** Last-level cache of a GPU for which it is unknown, an assumption: that of the A100. */
const USUAL_CACHE_MIB = 40;

/** Bytes per second at which large weights and states stream from memory. */
export function streamBytesPerSec(gpu: Gpu): number {
  return STREAM_SHARE * gpu.bandwidthTbPerSec * 1e12;
}

/**
 * Bytes per second of elementwise passes over a tensor: a kernel finds the previous kernel's output in the L2 cache, as
 * far as it fits together with its own output.
 *
 * @param tensorBytes bytes of the tensor
 */
export function passBytesPerSec(gpu: Gpu, tensorBytes: number): number {
  const cache = (gpu.l2Mib ?? USUAL_CACHE_MIB) * 2 ** 20;
  const kept = 1 / (1 + ((CACHED_COPIES * tensorBytes) / cache) ** 2);
  const times = gpu.vendor === "NVIDIA" ? CACHE_TIMES.NVIDIA : CACHE_TIMES.other;
  return streamBytesPerSec(gpu) / (1 - kept + kept / times);
}
