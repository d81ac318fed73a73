import type { SpeedStack } from "./speed-stack.ts";

/** Properties of a training library that its step time depends on. */
export type StackTraits = {
  /**
   * Implementation of norms, rotary embeddings, activation and residual: one kernel per operation, or fused kernels.
   */
  elementwise: "eager" | "fused";
  /** Adapters are in fp32 on a bf16 stream, as PEFT keeps them, so their inputs are cast. */
  castsAdapters: boolean;
  /** Number of kernels that the forward of one decoder layer launches. */
  launchesPerLayer: number;
  /**
   * Host time of one kernel launch including the surrounding Python code, microseconds. The values are assumptions,
   * which matter only for the speed of small micro-steps. In Qwen's LoRA table a layer takes 5.2 ms at 256 and at 512
   * tokens, 12.6 per launch. Unsloth's adapters are autograd functions in Python, forward and backward, and its other
   * kernels are Triton's: 6 to 8 ms per layer for Qwen3-0.6B and 1.7B on three GPUs (surogate,
   * docs/reference/benchmarks.md), 31 to 38 per launch.
   */
  launchMicrosec: number;
  /**
   * Share of the data-parallel exchange that is hidden by computation. It is half under FSDP and ZeRO: NCCL's kernels
   * also take multiprocessors and bandwidth from the products, so hidden exchange slows them down. The value is an
   * assumption; small micro-steps of llm-foundry, XTuner and torchtitan show that 0.8 is too much.
   */
  overlap: number;
  /** Bytes of a reduced gradient under full sharding. */
  reducedBytes: number;
  /** Share of the tensor-parallel exchange that is hidden by the matrix products. */
  tensorOverlap: number;
  /** Execution of experts: one after the other in Python, or as one grouped product. */
  experts: "loop" | "grouped";
  /**
   * Generation of the flash attention kernel: FlashAttention 1 or 2, or the GPU vendor's own (cuDNN, FlashAttention 3).
   */
  attention: "flash1" | "flash2" | "vendor";
};

const EAGER: StackTraits = {
  elementwise: "eager",
  castsAdapters: true,
  launchesPerLayer: 60,
  launchMicrosec: 13,
  overlap: 0.5,
  reducedBytes: 2,
  tensorOverlap: 0,
  experts: "loop",
  attention: "flash2",
};
const TUNED: StackTraits = {
  elementwise: "fused",
  castsAdapters: false,
  launchesPerLayer: 25,
  launchMicrosec: 6,
  overlap: 0.9,
  reducedBytes: 2,
  tensorOverlap: 0.5,
  experts: "grouped",
  attention: "vendor",
};
const FUSED: StackTraits = {
  ...EAGER,
  elementwise: "fused",
  launchesPerLayer: 30,
  experts: "grouped",
  attention: "flash2",
};

const TRAITS: Readonly<Record<SpeedStack, StackTraits>> = {
  hf: EAGER,
  axolotl: EAGER,
  "llama-factory": EAGER,
  "ms-swift": EAGER,
  litgpt: { ...EAGER, castsAdapters: false, launchesPerLayer: 45 },
  torchtune: { ...EAGER, castsAdapters: false, launchesPerLayer: 45 },
  unsloth: { ...FUSED, launchesPerLayer: 30, launchMicrosec: 30 },
  "llm-foundry": { ...FUSED, elementwise: "eager", attention: "flash1" },
  // Its modelling code is plain torch: only torch.compile fuses operations, and its configurations leave that off. Its
  // only option for `mixed_precision_reduce` is float32.
  torchtitan: { ...FUSED, elementwise: "eager", launchesPerLayer: 45, reducedBytes: 4 },
  automodel: { ...FUSED, attention: "vendor" },
  nemo: TUNED,
  // Transformers' modules with its own FSDP wrapping, whose `reduce_dtype` is fp32 (fsdp_workers.py).
  verl: { ...EAGER, reducedBytes: 4 },
  xtuner: EAGER,
  paddlenlp: { ...EAGER, castsAdapters: false },
  "fms-fsdp": FUSED,
  unknown: EAGER,
};

/**
 * Traits of a stack. `compiled` is true if torch.compile or fused kernels join operations that the library keeps
 * separate.
 */
export function stackTraits(stack: SpeedStack, compiled = false): StackTraits {
  const traits = TRAITS[stack];
  return compiled
    ? { ...traits, elementwise: "fused", launchesPerLayer: Math.min(25, traits.launchesPerLayer) }
    : traits;
}

/**
 * Libraries with few published speeds, and the code as which their steps are timed. axolotl and LLaMA-Factory run the
 * HF Trainer, so their kernels are those of `hf` unless a plugin replaces them.
 */
const TIMED_AS: Readonly<Partial<Record<SpeedStack, string>>> = {
  axolotl: "axolotl runs the HF Trainer; its step is timed accordingly",
  "llama-factory": "LLaMA-Factory runs the HF Trainer; its step is timed accordingly",
  verl: "verl has no HF Trainer: its step is timed as Transformers' modules under FSDP that reduces gradients in fp32",
};

/** The library whose timing is used, as the end of a basis; empty if the library itself was measured. */
export function timedAs(stack: SpeedStack): string {
  const words = TIMED_AS[stack];
  return words === undefined ? "" : `; ${words}`;
}
