import { gemmSec } from "../../catalog/kernel-times.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { RunSpec } from "../../domain/run-spec.ts";

/** Number formats of a matrix product. */
export type MatmulFormat = "bf16" | "fp8" | "nvfp4" | "fp32";

/** A matrix product: m × k times k × n. */
export type Matmul = { m: number; n: number; k: number; format: MatmulFormat };

/** Format of the products of a precision; a card without native bf16 computes fp16 at the same rate. */
export function matmulFormat(precision: RunSpec["precision"]): MatmulFormat {
  if (precision === "fp8" || precision === "nvfp4" || precision === "fp32") return precision;
  return "bf16";
}

/**
 * Share of the specified dense rate that the best measured product reaches, where a card has no measurement: the
 * median of the cards that have one.
 * @source gpus.csv, ml-engineering MAMF table: A100 0.87, H100 0.80, B200 0.78, GB200 0.73, B300 0.79; MI300X 0.51
 */
const MEASURED_SHARE = { NVIDIA: 0.77, AMD: 0.57, Intel: 0.8 } as const;

/** Dense rate of a format, TFLOP/s, that the best measured product reaches; null where the card lacks the format. */
export function peakTflops(gpu: Gpu, format: MatmulFormat): number | null {
  const share = MEASURED_SHARE[gpu.vendor];
  const { bf16Tflops: bf16, fp8Tflops: fp8 } = gpu;
  const bits8 = gpu.measuredFp8Tflops ?? (fp8 === null ? null : fp8 * share);
  if (format === "bf16") return gpu.measuredBf16Tflops ?? (bf16 === null ? null : bf16 * share);
  if (format === "fp8") return bits8;
  if (format === "fp32") return bf16 === null ? null : bf16 / (gpu.vendor === "AMD" ? 8 : 16);
  const times = FP4_OVER_FP8[gpu.id.split("-")[0]!];
  return times === undefined || bits8 === null ? null : bits8 * times;
}

/**
 * Dense fp4 over dense fp8 by specification.
 * @source NVIDIA HGX and GB300 NVL72 data sheets: 9-10 PFLOP/s on B200 and GB200, 14-15 on B300 and GB300
 */
const FP4_OVER_FP8: Readonly<Record<string, number>> = { B200: 2, GB200: 2, B300: 3, GB300: 3 };

/** Bytes of an fp32 element. */
const FP32_BYTES = 4;

/** Seconds of one matrix product on one GPU; infinite where the card lacks the format. */
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
