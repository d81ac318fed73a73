import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import { withMasterBytes } from "./memory-formats.ts";

/**
 * Settings of Megatron-Core for a run of any library: bf16 weights (frozen ones in one byte under fp8); gradients in
 * bf16, or in fp32 if `bf16-mixed` or the library requires it; fp32 master weights in the optimizer state; and adapters
 * in bf16.
 *
 * @source NVIDIA dgxc-benchmarking log, Llama-3.1-8B on 8 GPUs: 5.5 B × N = 44.2 GB against 44.27 logged; Megatron-LM
 *   theoretical_memory_usage.py: 18, or 6 + 12/dp, bytes per parameter with fp32 gradients
 */
export function megatronFacts({ stack, method, precision, optimizer, offload }: RunSpec) {
  const isFrozenFp8 = (precision === "fp8" || precision === "nvfp4") && !isFull({ method });
  const isOnHost = offload === "optimizer" || offload === "parameters";
  return {
    linearWeightBytes: isFrozenFp8 ? 1 : 2,
    otherWeightBytes: 2,
    gradientBytes: precision === "bf16-mixed" || precision === "fp32" || STACKS[stack].reducesInFp32 ? 4 : 2,
    optimizerBytes: isOnHost ? 0 : withMasterBytes(optimizer),
    optimizerTempBytes: 0,
    wideEmbeddingState: false,
    adapterWeightBytes: 2,
    adapterInputCopies: false,
    residualBytes: offload === "activations" ? 0 : 2,
    autocastCopyBytes: 0,
  };
}
