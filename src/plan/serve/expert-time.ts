import { type ExpertFormat, expertsSec } from "../../catalog/kernel-experts.ts";
import { peakTflops } from "../../catalog/peak-tflops.ts";
import { hasGate } from "../layout/model-parts.ts";
import { bf16ProductSec } from "./products-time.ts";
import type { Replica } from "./replica.ts";

/** Seconds of routing, permutation and the products of the routed experts of one layer, on the slowest GPU. */
export function routedExpertsSec(replica: Replica, tokens: number): number {
  const { shape, gpu, tensor, groups, run } = replica;
  const experts = shape.experts!;
  const rows = Math.max(1, tokens);
  const router = bf16ProductSec(replica, { rows: rows / groups, n: experts.total, k: shape.hidden });
  const spread = Math.max(run.expertParallel, 1);
  const split = Math.max(1, (tensor * groups) / spread);
  // The timed experts have a gate and three matrices; experts without a gate have the weights of narrower ones.
  const mlp = hasGate(shape) ? experts.mlp : Math.round((experts.mlp * 2) / 3);
  const ask = { gpu, format: formatOf(replica), hidden: experts.inWidth, mlp };
  const secOf = (width: number): number =>
    expertsSec({ ...ask, active: experts.active, total: experts.total, split: width, spread, tokens: rows });
  return router + narrowestSec(secOf, split);
}

/**
 * Seconds of a narrower shard. It is never slower than a wider one, although published timings of widths that do not
 * tile (2880 over 4) are.
 */
function narrowestSec(secOf: (split: number) => number, split: number): number {
  let least = secOf(split);
  for (let width = split / 2; width >= 1; width /= 2) least = Math.min(least, secOf(width));
  return least;
}

/**
 * Format in which experts are timed. If the GPU has no rate for theirs, it is bf16, because their weights are widened
 * before the product.
 */
function formatOf({ format, gpu, run }: Replica): ExpertFormat {
  if (format === "mxfp4" && run.engine === "tensorrt-llm" && gpu.generation === "hopper") return "mxfp4-tensorrt-llm";
  if (format === "fp8") return peakTflops(gpu, "fp8") === null ? "bf16" : "fp8";
  if (format === "nvfp4") return peakTflops(gpu, "nvfp4") === null ? "mxfp4" : "nvfp4";
  if (format === "int4") return "mxfp4";
  return format === "int8" ? "bf16" : format;
}
