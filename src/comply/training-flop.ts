import type { Gpu } from "../domain/gpu.ts";
import type { TrainMethod } from "../domain/method.ts";

/** Parameters and method that determine the compute of a training token. */
export type FlopFacts = {
  /** Parameters that a token passes through: all of a dense model, the active ones of a mixture of experts. */
  activeParamCount: number;
  /** Trained adapter parameters; 0 if all weights are trained. */
  adapterParamCount: number;
  method: TrainMethod;
};

/**
 * Compute that directly contributes to parameter updates, FLOP per trained token.
 *
 * - all weights: `6·P`
 * - adapter: `4·P + 6·P_adapter`: forward 2P, gradient of the activations 2P, weight gradients only for the adapter
 * Recomputation of activations is not counted.
 *
 * @source Commission guidelines C(2025) 5045, Annex A.2.2 (6·P·D) and the list of exclusions; the adapter's formula is
 * derived, and equals the 2/3 rule that NVIDIA uses for LoRA (dgxc-benchmarking)
 */
export function updateFlopPerToken({ activeParamCount, adapterParamCount }: FlopFacts): number {
  return adapterParamCount > 0 ? 4 * activeParamCount + 6 * adapterParamCount : 6 * activeParamCount;
}

/**
 * Maximum countable compute, FLOP per trained token: `6·P` whatever is trained, plus `2·P` for every forward pass in
 * addition to the update: DPO's reference; GRPO's rollout, old and reference log-probabilities. Read literally, these
 * passes do not contribute to updates; they are in the bound so that a "no" holds on any reading.
 * A trained token of DPO is a token of either answer of a pair; of GRPO, a generated token. Generated tokens that are
 * discarded without training are not covered.
 */
export function upperFlopPerToken({ activeParamCount, method }: FlopFacts): number {
  const passes = method === "dpo" ? 1 : method === "grpo" ? 3 : 0;
  return (6 + 2 * passes) * activeParamCount;
}

/** Share of the peak at which a GPU-hour is counted, as in the Commission's own examples. */
export const HARDWARE_UTILISATION = 0.5;

/**
 * Compute of a GPU-hour, FLOP: the dense bf16 peak at half load. Fine-tuning rarely reaches half, so hours with idle
 * GPUs or recomputation count for more than the updates took: this is a bound, not an estimate.
 *
 * @returns null if the peak of the GPU is unknown
 * @source Commission guidelines C(2025) 5045, Annex A: hardware method C = N·L·H·U, worked with U = 50 %
 */
export function hardwareFlopPerGpuHour({ bf16Tflops }: Pick<Gpu, "bf16Tflops">): number | null {
  return bf16Tflops === null ? null : 3600 * bf16Tflops * 1e12 * HARDWARE_UTILISATION;
}

/** FLOP with two significant figures, as the Commission requires: `2.3e18`. */
export function flopText(flop: number): string {
  return flop.toExponential(1).replace("e+", "e");
}
