import type { ModelShape } from "../../domain/model-shape.ts";
import type { Replica } from "./replica.ts";

/**
 * Slowdown of a step with unmerged adapters, in addition to reading their weights: none with dedicated kernels (vLLM
 * from 0.15), up to a factor of two with the first kernels.
 */
export const ADAPTER_SLOWDOWN = {
  low: 1.05,
  middle: 1.35,
  high: 2,
  source: "vLLM issue 10062 and LoRAX issue 670, 2024: up to half the throughput with one adapter; TPU v6e 8 to 24 %",
} as const;

/**
 * Bytes of one bf16 adapter over the linear layers that engines support: queries, keys, values, output, and the three
 * matrices of the MLP. Engines do not serve separate adapters on experts. Each matrix adds rank × (inputs + outputs)
 * parameters.
 *
 * @source Hu et al. 2021, arXiv:2106.09685, §4.1
 */
export function adapterBytes(shape: ModelShape, rank: number): number {
  const { hidden, heads, kvHeads, headDim, mlp, layers, experts } = shape;
  const attention = 2 * (hidden + heads * headDim) + 2 * (hidden + kvHeads * headDim);
  const dense = experts ? 0 : 3 * (hidden + mlp);
  return 2 * layers * rank * (attention + dense);
}

/**
 * Seconds that a step spends reading the adapters of its sequences, each at most once. Unmerged adapters are read in
 * addition to the weights. The extra cost of their small products is a measured range (`ADAPTER_SLOWDOWN`).
 */
export function adapterReadSec({ run, shape, gpu, tensor }: Replica, sequences: number): number {
  const { count, rank } = run.adapters;
  if (count === 0) return 0;
  const distinct = count * (1 - (1 - 1 / count) ** sequences);
  return (distinct * adapterBytes(shape, rank)) / tensor / (0.8 * gpu.bandwidthTbPerSec * 1e12);
}
