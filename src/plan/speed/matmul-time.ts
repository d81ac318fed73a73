import { gemmSec } from "../../catalog/kernel-times.ts";
import { peakTflops, type RateFormat } from "../../catalog/peak-tflops.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { RunSpec } from "../../domain/run-spec.ts";

/** A matrix product: m × k times k × n. */
export type Matmul = { m: number; n: number; k: number; format: RateFormat };

/** Format in which a precision's products are computed; a GPU without native bf16 computes fp16 at the same rate. */
export function matmulFormat(precision: RunSpec["precision"]): RateFormat {
  if (precision === "fp8" || precision === "nvfp4" || precision === "fp32") return precision;
  return "bf16";
}

/** True for formats whose factors carry scales, which are computed again for each product. */
export function isScaled(format: RateFormat): boolean {
  return format === "fp8" || format === "nvfp4";
}

/** Bytes of an fp32 element. */
const FP32_BYTES = 4;

/** Seconds of one matrix product on one GPU; infinite if the GPU lacks the format. */
export function matmulSec(gpu: Gpu, { m, n, k, format }: Matmul): number {
  if (format !== "fp32") {
    const measured = gemmSec({ gpu, precision: format, m, n, k });
    if (measured !== undefined) return measured.sec;
  }
  const peak = peakTflops(gpu, format);
  if (peak === null) return Number.POSITIVE_INFINITY;
  return Math.max(
    (2 * m * n * k) / (peak * 1e12),
    (FP32_BYTES * (m * k + k * n + m * n)) / (gpu.bandwidthTbPerSec * 1e12),
  );
}
