import { gemmSec } from "../../catalog/kernel-times.ts";
import { peakTflops } from "../../catalog/peak-tflops.ts";
import { type Replica, WEIGHT_BYTES } from "./replica.ts";

/** Products on wider weights than were timed would be thinner than a tile. */
const LEAST_WIDTH = 32;

/**
 * Work of a kernel that widens weights before it multiplies them, relative to the same product of bf16 weights, at 0.8
 * of the best rate: Marlin stays within a quarter of bf16's rate once products are bound by FLOPs.
 * @source Frantar et al. 2024, MARLIN, arXiv:2408.11743, figures 9 and 10
 */
const WIDENING = { work: 1.25, share: 0.8 } as const;

/**
 * TFLOP/s that rocBLAS of 2024 reached without tuning on products of few rows.
 * @source vLLM on ROCm before TunableOp became its default (AMD, "GEMM tuning within hipBLASLt", 2024): 1.5 to 3 times
 */
const UNTUNED_TFLOPS = 38;

/**
 * Time of TensorRT-LLM's eight-bit products of many rows over SGLang's, whose times the tables have.
 * @source aiconfigurator-core 0.12.0, h100_sxm and h200_sxm, gemm: fp8 at m from 2,048, n and k from 4,096, trtllm 1.3 and
 *   sglang 0.5.14: 1,300 to 1,570 TFLOP/s against 690 to 1,160
 */
const TENSORRT_LLM_FP8 = { share: 0.77, fromRows: 1500 } as const;

/** A product of the replica's weights: rows of tokens, outputs n and inputs k on one GPU. */
export type Product = { rows: number; n: number; k: number };

/**
 * Format in which products run: that of the weights if the GPU supports it, otherwise bf16 with weights widened as they
 * are read.
 */
export function productFormat({ format, gpu }: Pick<Replica, "format" | "gpu">): "bf16" | "fp8" | "nvfp4" | "widened" {
  switch (format) {
    case "bf16":
      return "bf16";
    // Only its experts are in four bits.
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
  // Fewer rows never take longer than the fewest that are faster.
  return rows < fromRows ? Math.min(sec, share * bf16OrTimedSec(gpu, wanted, { rows: fromRows, n, k })) : sec * share;
}

/** Seconds of a product in bf16, as routers, output heads and unquantised parts have it. */
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

/** Weights of fewer bits are read as bf16 ones of as many bytes, and multiplied as all of them. */
function widenedSec({ gpu, format }: Replica, { rows, n, k }: Product): number {
  const read = bf16OrTimedSec(gpu, "bf16", { rows, n: (n * WEIGHT_BYTES[format]) / WEIGHT_BYTES.bf16, k });
  const peak = peakTflops(gpu, "bf16") ?? Number.NaN;
  return Math.max(read, (WIDENING.work * 2 * rows * n * k) / (WIDENING.share * peak * 1e12));
}
