import type { Gpu } from "../../domain/gpu.ts";
import { gpuFamily } from "./speed-stack.ts";

/** Share of the specified bandwidth that a kernel of one pass reaches on large tensors. */
const STREAM_SHARE = 0.8;

/** How much faster than memory the L2 cache is. */
const CACHE_TIMES = 3;

/**
 * L2 cache, MiB, by GPU or its family; the A100's where a family is not named.
 * @source A100 40 and H100 50: NVIDIA, "Hopper Architecture In-Depth"; GA102 6 and Ada 16 per 64 bits of bus: whitepapers
 *   of GA102 and Ada, the 4090's 72 by Chips and Cheese; B200 126: Chips and Cheese, "Nvidia's B200". Not looked up one by
 *   one, and of little weight: B300 as B200, H20, Ada and Blackwell workstation cards, AMD's Infinity Cache of CDNA 3
 */
const CACHE_MIB: Readonly<Record<string, number>> = {
  A100: 40,
  H100: 50,
  H200: 50,
  H20: 60,
  B200: 126,
  B300: 126,
  GB200: 126,
  GB300: 126,
  L40S: 96,
  L4: 48,
  "RTX-3090": 6,
  "RTX-A4000": 4,
  "RTX-A5000": 6,
  "RTX-A6000": 6,
  "RTX-4080": 64,
  "RTX-4090": 72,
  "RTX-6000-Ada": 96,
  "RTX-5070-Ti": 48,
  "RTX-5080": 64,
  "RTX-5090": 96,
  "RTX-PRO-6000": 128,
  "RTX-PRO-6000-Server": 128,
  A40: 6,
  A30: 24,
  L40: 96,
  T4: 4,
  V100: 6,
  A10: 6,
  A10G: 6,
  MI300X: 256,
  MI325X: 256,
  MI355X: 256,
};
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
  const cache = (CACHE_MIB[gpu.id] ?? CACHE_MIB[gpuFamily(gpu.id)] ?? USUAL_CACHE_MIB) * 2 ** 20;
  const kept = 1 / (1 + ((3 * tensorBytes) / cache) ** 2);
  return streamBytesPerSec(gpu) / (1 - kept + kept / CACHE_TIMES);
}
