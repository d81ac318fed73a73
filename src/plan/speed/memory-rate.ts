import type { Gpu } from "../../domain/gpu.ts";

/** Share of the specified bandwidth that a single-pass kernel reaches on large tensors. */
const STREAM_SHARE = 0.8;

/**
 * Speed of the L2 cache relative to memory, an assumption: its bandwidth is two to three times that of memory, and such
 * a short kernel loses part of that to its launch. AMD's Infinity Cache is on the memory side, behind the L2 caches; no
 * measurement shows that it speeds up elementwise kernels.
 */
const CACHE_TIMES = { NVIDIA: 2, other: 1 } as const;

/**
 * Copies of a tensor that a pass has in the cache: two tensors read and one written, each in both partitions of the
 * cache, because each partition caches the data that its own processors access.
 * @source partitions: NVIDIA A100 Tensor Core GPU Architecture (2020), "A100 L2 cache"
 */
const CACHED_COPIES = 6;

/** Assumed last-level cache of a GPU for which it is unknown: that of the A100. */
const USUAL_CACHE_MIB = 40;

/** Bytes per second at which large weights and states are streamed from memory. */
export function streamBytesPerSec(gpu: Gpu): number {
  return STREAM_SHARE * gpu.bandwidthTbPerSec * 1e12;
}

/**
 * Bytes per second of elementwise passes over a tensor: a kernel finds the previous kernel's output in the L2 cache to
 * the extent that it fits there together with its own output.
 *
 * @param tensorBytes bytes of the tensor
 */
export function passBytesPerSec(gpu: Gpu, tensorBytes: number): number {
  const cache = (gpu.l2Mib ?? USUAL_CACHE_MIB) * 2 ** 20;
  const kept = 1 / (1 + ((CACHED_COPIES * tensorBytes) / cache) ** 2);
  const times = gpu.vendor === "NVIDIA" ? CACHE_TIMES.NVIDIA : CACHE_TIMES.other;
  return streamBytesPerSec(gpu) / (1 - kept + kept / times);
}
