import { gemmSec } from "../../catalog/kernel-times.ts";
import { peakTflops } from "../../catalog/peak-tflops.ts";
import { type Replica, WEIGHT_BYTES } from "./replica.ts";

/** Smallest timed width of a product; narrower products would be thinner than a tile. */
const LEAST_WIDTH = 32;

/**
 * Work of a kernel that widens weights before it multiplies them, relative to the same product with bf16 weights, and
 * its share of the best rate, 0.8. Marlin stays within a quarter of the bf16 rate once products are bound by FLOPs.
 * @source Frantar et al. 2024, MARLIN, arXiv:2408.11743, figures 9 and 10
 */
const WIDENING = { work: 1.25, share: 0.8 } as const;

/**
 * TFLOP/s that rocBLAS of 2024 reached without tuning, for products of few rows.
 * @source vLLM on ROCm before TunableOp became its default (AMD, "GEMM tuning within hipBLASLt", 2024): 1.5 to 3 times
 */
const UNTUNED_TFLOPS = 38;

/**
 * TensorRT-LLM's time for eight-bit products of many rows, divided by SGLang's time, which the tables contain.
 * @source aiconfigurator-core 0.12.0, h100_sxm and h200_sxm, gemm: fp8 at m from 2,048, n and k from 4,096, trtllm 1.3
 *   and sglang 0.5.14: 1,300 to 1,570 TFLOP/s against 690 to 1,160
 */
const TENSORRT_LLM_FP8 = { share: 0.77, fromRows: 1500 } as const;

/** A product of the replica's weights on one GPU: rows of tokens, outputs n, and inputs k. */
export type Product = { rows: number; n: number; k: number };

/**
 * Format of products: the weights' own if the GPU supports it, otherwise bf16 with weights that are widened as they are
 * read.
 */
export function productFormat({ format, gpu }: Pick<Replica, "format" | "gpu">): "bf16" | "fp8" | "nvfp4" | "widened" {
  switch (format) {
    case "bf16":
      return "bf16";
    // Only the experts are in four bits.
    case "mxfp4":
      return "bf16";
    case "fp8":
      return peakTflops(gpu, "fp8") === null ? "widened" : "fp8";
    case "nvfp4":
      return peakTflops(gpu, "nvfp4") === null ? "widened" : "nvfp4";
    default:
      return "widened";
  }
}

/** Seconds of one product in the replica's format. */
export function productSec(replica: Replica, product: Product, isDecode: boolean): number {
  const { gpu, facts, format } = replica;
  const wanted = productFormat(replica);
  if (wanted === "widened") return widenedSec(replica, product);
  const sec = bf16OrTimedSec(gpu, wanted, product);
  const { rows, n, k } = product;
  if (facts.lacks.includes("tuned products") && isDecode) {
    return Math.max(sec, (2 * rows * n * k) / (UNTUNED_TFLOPS * 1e12));
  }
  const isFaster = facts.engine === "tensorrt-llm" && facts.era === "1.1" && gpu.generation === "hopper";
  if (!isFaster || format !== "fp8") return sec;
  const { share, fromRows } = TENSORRT_LLM_FP8;
  // A product of fewer rows takes no longer than the smallest one that is faster.
  return rows < fromRows ? Math.min(sec, share * bf16OrTimedSec(gpu, wanted, { rows: fromRows, n, k })) : sec * share;
}

/** Seconds of a product in bf16: routers, output heads and unquantised parts. */
export function bf16ProductSec({ gpu }: Pick<Replica, "gpu">, product: Product): number {
  return bf16OrTimedSec(gpu, "bf16", product);
}

function bf16OrTimedSec(gpu: Replica["gpu"], precision: "bf16" | "fp8" | "nvfp4", { rows, n, k }: Product): number {
  const timed = gemmSec({
    gpu,
    precision,
    isMonotone: true,
    m: Math.max(1, rows),
    n: Math.max(LEAST_WIDTH, n),
    k: Math.max(LEAST_WIDTH, k),
  });
  return timed?.sec ?? Number.NaN;
}

/**
 * Seconds of a product with widened weights: reads cost as much as a bf16 product of equal bytes, arithmetic as much as
 * the full product.
 */
function widenedSec({ gpu, format }: Replica, { rows, n, k }: Product): number {
  const read = bf16OrTimedSec(gpu, "bf16", { rows, n: (n * WEIGHT_BYTES[format]) / WEIGHT_BYTES.bf16, k });
  const peak = peakTflops(gpu, "bf16") ?? Number.NaN;
  return Math.max(read, (WIDENING.work * 2 * rows * n * k) / (WIDENING.share * peak * 1e12));
}
