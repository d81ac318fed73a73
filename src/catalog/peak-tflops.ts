import type { Gpu } from "../domain/gpu.ts";

/** Number formats of matrix products with a rate. */
export type RateFormat = "bf16" | "fp8" | "nvfp4" | "fp32";

/**
 * Best measured matrix product as a share of the specified dense rate, for a GPU without a measurement: the median over
 * the measured GPUs of its vendor.
 * @source gpus.csv, bf16: 28 GPUs of NVIDIA, 4 of AMD, 2 of Intel
 */
const MEASURED_SHARE: Readonly<Record<Gpu["vendor"], number>> = { NVIDIA: 0.82, AMD: 0.61, Intel: 0.86 };

/**
 * Ratio of the specified bf16 matrix rate to the fp32 rate of the same chip, which limits a product in fp32.
 * @source NVIDIA A100 white paper: 312 and 19.5 TFLOPS; AMD MI300X data sheet: 1,307 and 163.4 TFLOPS
 */
const BF16_OVER_FP32: Readonly<Record<Gpu["vendor"], number>> = { NVIDIA: 16, AMD: 8, Intel: 16 };

/**
 * Dense rate of a format that the best matrix product reaches, TFLOP/s: as measured; otherwise the specified one,
 * reduced by the ratio of the GPU's products in another format, or of its vendor's GPUs.
 *
 * @returns null if the GPU lacks the format or its rate is unknown
 */
export function peakTflops(gpu: Gpu, format: RateFormat): number | null {
  const { bf16Tflops: bf16, measuredBf16Tflops, measuredFp8Tflops } = gpu;
  if (format === "bf16" && measuredBf16Tflops !== null) return measuredBf16Tflops;
  if (format === "fp8" && measuredFp8Tflops !== null) return measuredFp8Tflops;
  const specified = specifiedTflops(gpu, format);
  if (specified === null) return null;
  if (format === "nvfp4" && measuredFp8Tflops !== null && gpu.fp8Tflops !== null)
    return (specified * measuredFp8Tflops) / gpu.fp8Tflops;
  if (measuredBf16Tflops !== null && bf16 !== null) return (specified * measuredBf16Tflops) / bf16;
  return specified * MEASURED_SHARE[gpu.vendor];
}

/** Specified dense rate of a format, TFLOP/s; null if the GPU lacks the format. NVFP4 is NVIDIA's format. */
export function specifiedTflops(gpu: Gpu, format: RateFormat): number | null {
  switch (format) {
    case "bf16":
      return gpu.bf16Tflops;
    case "fp8":
      return gpu.fp8Tflops;
    case "nvfp4":
      return gpu.vendor === "NVIDIA" ? gpu.fp4Tflops : null;
    default:
      return gpu.bf16Tflops === null ? null : gpu.bf16Tflops / BF16_OVER_FP32[gpu.vendor];
  }
}
