import type { Gpu } from "../domain/gpu.ts";
import type { GridPoint } from "./kernel-grid.ts";
import { peakTflops, type RateFormat } from "./peak-tflops.ts";

/** Measured formats of matrix products. */
export type KernelPrecision = Exclude<RateFormat, "fp32">;

/** Measured collectives: NCCL's, and the custom all-reduce of inference engines. */
export type CollectiveOperation = "all-reduce" | "all-gather" | "reduce-scatter" | "all-to-all" | "custom-all-reduce";

/** Rates that bound a kernel on one GPU: compute, memory, and its link to the others of a node. */
export type KernelRates = { flopPerSec: number; bytesPerSec: number; linkBytesPerSec: number | undefined };

/** Bytes of one element of the activations, of the weights and of the result. */
const ELEMENT_BYTES: Readonly<Record<KernelPrecision, readonly [activation: number, weight: number, result: number]>> =
  {
    bf16: [2, 2, 2],
    fp8: [1, 1, 2],
    // Four bits, plus an 8-bit scale for every sixteen of them.
    nvfp4: [0.5625, 0.5625, 2],
  };

/** Bytes of one key or value. */
const CACHE_BYTES = { bf16: 2, fp8: 1 } as const;

/** Launching and ending an empty kernel inside a CUDA graph; the shortest published ones take 1.5 to 2.5 us. */
const LAUNCH_SEC = 2e-6;

/** Rates that bound the kernels of a GPU; undefined if it lacks the format. */
export function ratesOf(gpu: Gpu, precision: KernelPrecision): KernelRates | undefined {
  const peak = peakTflops(gpu, precision);
  if (peak === null) return undefined;
  return {
    flopPerSec: peak * 1e12,
    bytesPerSec: gpu.bandwidthTbPerSec * 1e12,
    linkBytesPerSec: gpu.linkGbPerSec === null ? undefined : gpu.linkGbPerSec * 1e9,
  };
}

/**
 * Lower bound in seconds of an m x k by k x n matrix product: the time for its FLOPs or for its bytes, whichever is
 * longer.
 */
export function gemmBoundSec(rates: KernelRates, precision: KernelPrecision, [m, k, n]: GridPoint): number {
  const [activation, weight, result] = ELEMENT_BYTES[precision];
  const flopSec = (2 * m! * n! * k!) / rates.flopPerSec;
  const bytesSec = (m! * k! * activation + n! * k! * weight + m! * n! * result) / rates.bytesPerSec;
  return Math.max(flopSec, bytesSec) + LAUNCH_SEC;
}

type AttentionFormat = { precision: "bf16" | "fp8"; headDim: number };

/**
 * Lower bound in seconds of causal attention over a prompt: half the products of all pairs of tokens, or its bytes.
 *
 * @param point  query heads per key-value head, sequences x query heads, tokens
 */
export function contextAttentionBoundSec(
  rates: KernelRates,
  { precision, headDim }: AttentionFormat,
  [group, streams, tokens]: GridPoint,
): number {
  const flopSec = (2 * streams! * tokens! ** 2 * headDim) / rates.flopPerSec;
  const bytes = streams! * tokens! * headDim * (4 + (2 * CACHE_BYTES[precision]) / group!);
  return Math.max(flopSec, bytes / rates.bytesPerSec) + LAUNCH_SEC;
}

/**
 * Lower bound in seconds of the attention of one new token: reading the keys and values of its cache, or its products.
 *
 * @param point  query heads per key-value head, sequences x key-value heads, tokens in the cache
 */
export function generationAttentionBoundSec(
  rates: KernelRates,
  { precision, headDim }: AttentionFormat,
  [group, streams, tokens]: GridPoint,
): number {
  const flopSec = (4 * streams! * group! * tokens! * headDim) / rates.flopPerSec;
  const bytes = streams! * headDim * (2 * CACHE_BYTES[precision] * tokens! + 4 * group!);
  return Math.max(flopSec, bytes / rates.bytesPerSec) + LAUNCH_SEC;
}

/** Head widths of latent attention in DeepSeek V2 and V3 and Kimi K2; times for others have not been published. */
const LATENT = { query: 192, value: 128, compressed: 512, rotary: 64 } as const;

/**
 * Lower bound in seconds of latent attention over a prompt: half the products of all pairs of tokens with expanded keys
 * and values.
 *
 * @param point  query heads, sequences, tokens
 */
export function contextLatentBoundSec(rates: KernelRates, [heads, batch, tokens]: GridPoint): number {
  const flopSec = (batch! * heads! * tokens! ** 2 * (LATENT.query + LATENT.value)) / rates.flopPerSec;
  const bytes = 2 * batch! * tokens! * heads! * (2 * LATENT.query + 2 * LATENT.value);
  return Math.max(flopSec, bytes / rates.bytesPerSec) + LAUNCH_SEC;
}

/**
 * Lower bound in seconds of latent attention of one new token: reading its compressed cache, or its products with it.
 *
 * @param point  query heads, sequences, tokens in the cache
 */
export function generationLatentBoundSec(
  rates: KernelRates,
  precision: "bf16" | "fp8",
  [heads, batch, tokens]: GridPoint,
): number {
  const key = LATENT.compressed + LATENT.rotary;
  const flopSec = (2 * batch! * heads! * tokens! * (key + LATENT.compressed)) / rates.flopPerSec;
  const bytes = batch! * tokens! * key * CACHE_BYTES[precision];
  return Math.max(flopSec, bytes / rates.bytesPerSec) + LAUNCH_SEC;
}

/**
 * Lower bound in seconds of a ring over the GPUs of a node: each sends its part of the tensor to the others, twice for
 * a sum.
 *
 * @param point  GPUs, bytes of the complete tensor
 */
export function collectiveBoundSec(rates: KernelRates, op: CollectiveOperation, [gpus, bytes]: GridPoint): number {
  const passes = op === "all-reduce" || op === "custom-all-reduce" ? 2 : 1;
  const sent = (passes * bytes! * (gpus! - 1)) / gpus!;
  return sent / (rates.linkBytesPerSec ?? Number.NaN) + LAUNCH_SEC;
}
