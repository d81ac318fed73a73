import type { RunSpec } from "../../domain/run-spec.ts";

/** Training libraries with a measured speed: those of a run spec, and two more that published measurements use. */
export type SpeedStack = RunSpec["stack"] | "automodel" | "torchtitan";

/** What is trained, as far as speed depends on it. */
export type SpeedMethod = "full" | "lora" | "qlora";

/** Shape of the data: full batches, under 8k tokens per micro-step, or short rows with padding. */
export type SpeedData = "full" | "small" | "short";

/**
 * A calibration cell: model TFLOP/s per GPU that published runs reached. `p10` and `p90` are null where the source
 * has too few runs for a spread.
 */
export type ThroughputCell = {
  id: string;
  /** Family of GPUs, as `gpuFamily` names it. */
  gpu: string;
  stack: SpeedStack;
  method: SpeedMethod;
  precision: "bf16" | "fp8";
  data: SpeedData;
  n: number;
  p10: number | null;
  p50: number;
  p90: number | null;
  source: string;
};

type Row = [
  gpu: string,
  stack: SpeedStack,
  method: SpeedMethod,
  precision: "bf16" | "fp8",
  data: SpeedData,
  n: number,
  p10: number | null,
  p50: number,
  p90: number | null,
  runs: string,
];

/** training-model.md §2.3, one line per GPU, stack and method; model TFLOP/s per GPU. */
const ROWS: readonly Row[] = [
  ["A100", "hf", "full", "bf16", "full", 50, 116, 144, 162, "fms-acceleration, HF Trainer + FA2 + checkpointing"],
  ["A100", "hf", "lora", "bf16", "full", 49, 83, 120, 127, "fms-acceleration, HF PEFT + FA2 + checkpointing"],
  ["A100", "hf", "qlora", "bf16", "full", 121, 85, 127, 134, "fms-acceleration, NF4 and GPTQ"],
  ["A100", "hf", "lora", "bf16", "small", 32, 53, 94, 115, "Qwen fine-tuning scripts, batch 1, sequence 1-8k"],
  ["A100", "hf", "qlora", "bf16", "small", 16, null, 79, null, "Qwen fine-tuning scripts, batch 1, sequence 1-8k"],
  ["A100", "hf", "lora", "bf16", "short", 22, 39, 54, 103, "PaddleNLP benchmark, HF side, short unpacked data"],
  ["A100", "llm-foundry", "full", "bf16", "full", 81, 110, 155, 179, "llm-foundry tables (fms-fsdp: 176, n = 4)"],
  [
    "H100",
    "hf",
    "lora",
    "bf16",
    "full",
    13,
    125,
    155,
    214,
    "NVIDIA dgxc-benchmarking, HF PEFT + FSDP (MLPerf ZeRO-3 reference: 199, n = 2)",
  ],
  ["H100", "torchtune", "lora", "bf16", "short", 5, null, 230, null, "milabench, torchtune unpacked"],
  ["H100", "automodel", "full", "bf16", "full", 7, 314, 350, 389, "NeMo AutoModel (range 314-389; its middle is ours)"],
  ["H100", "llm-foundry", "full", "bf16", "full", 61, 222, 382, 421, "llm-foundry tables (fms-fsdp: 393, n = 4)"],
  ["H100", "torchtitan", "full", "bf16", "full", 8, null, 291, null, "torchtitan benchmarks, 500 W cards"],
  ["H100", "nemo", "full", "bf16", "full", 4, null, 597, null, "NeMo-Megatron, NVIDIA dgxc-benchmarking"],
  ["H100", "nemo", "lora", "bf16", "full", 6, 493, 559, 592, "NeMo-Megatron, NVIDIA dgxc-benchmarking"],
  ["H100", "nemo", "full", "fp8", "full", 13, 724, 785, 832, "NeMo-Megatron performance tables"],
  // Two sources of one cell: NeMo tables 770 (719-826), n = 14; MLPerf 70B 611 (475-674), n = 35, strong scaling.
  [
    "H100",
    "nemo",
    "lora",
    "fp8",
    "full",
    49,
    475,
    656,
    826,
    "MLPerf Training 70B LoRA (n = 35) and NeMo-Megatron tables (n = 14), pooled by n",
  ],
  ["H200", "nemo", "lora", "fp8", "full", 28, 678, 770, 805, "MLPerf Training 70B LoRA"],
  ["B200", "nemo", "lora", "fp8", "full", 26, 1457, 1661, 1938, "MLPerf Training 70B LoRA"],
  ["GB200", "nemo", "lora", "fp8", "full", 16, 1290, 1476, 1693, "MLPerf Training 70B LoRA"],
  ["GB200", "nemo", "full", "bf16", "full", 9, null, 1018, null, "NeMo-Megatron pre-training tables"],
  ["GB200", "nemo", "full", "fp8", "full", 33, null, 1815, null, "NeMo-Megatron pre-training tables"],
  ["MI300X", "nemo", "lora", "fp8", "full", 11, 565, 632, 652, "MLPerf Training 70B LoRA"],
  ["MI325X", "nemo", "lora", "fp8", "full", 12, null, 867, null, "MLPerf Training 70B LoRA"],
  ["MI355X", "nemo", "lora", "fp8", "full", 4, null, 1816, null, "MLPerf Training 70B LoRA"],
  ["MI325X", "torchtune", "lora", "bf16", "short", 14, null, 142, null, "milabench, torchtune unpacked"],
  ["MI325X", "torchtune", "full", "bf16", "short", 9, null, 186, null, "milabench, torchtune unpacked, 70B"],
  ["L40S", "hf", "lora", "bf16", "short", 62, 52, 81, 99, "PEFT method comparison, MetaMathQA, short data"],
];

/** Every calibration cell. */
export const THROUGHPUT_CELLS: readonly ThroughputCell[] = ROWS.map(
  ([gpu, stack, method, precision, data, n, p10, p50, p90, runs]) => ({
    id: `${gpu}/${stack}/${method}/${precision}/${data}`,
    gpu,
    stack,
    method,
    precision,
    data,
    n,
    p10,
    p50,
    p90,
    source: `training-model.md §2.3: ${runs}`,
  }),
);

/**
 * p10 and p90 over the median of a cell that has too few runs for a spread: the median ratios of the cells that have
 * one.
 */
export const TYPICAL_SPREAD = { low: 0.79, high: 1.1 } as const;

/** Speed of one GPU over another on the same training job. */
type GpuRatio = {
  gpu: string;
  from: string;
  /** Where the stack is tuned for the GPU by its vendor. */
  low: number;
  high: number;
  /** Without that tuning, where it was measured; else it is taken from the tuned ratio. */
  untuned?: { p10: number; p50: number; p90: number; words: string };
};

/**
 * An AMD GPU over the H100 with a stack that AMD did not tune. p10: torchtune on MI325X reached 142 of the 230 model
 * TFLOP/s of the H100 (milabench), per measured matrix rate. p50: the geometric middle of that and of the measured
 * matrix rates. p90: the tuned ratio.
 *
 * @param matmulTflops  best measured bf16 matrix product (ml-engineering; 795 on H100, 785 on MI325X)
 */
function untunedAmd(matmulTflops: number, tuned: number): NonNullable<GpuRatio["untuned"]> {
  const [reached, matmul] = [((142 / 230) * matmulTflops) / 785, matmulTflops / 795];
  return {
    p10: reached,
    p50: Math.sqrt(reached * matmul),
    p90: tuned,
    words: `from torchtune on MI325X (0.62 of the H100) over matrix products (${matmul.toFixed(2)}) to tuned MLPerf runs`,
  };
}

/**
 * Ratios between GPUs.
 * @source training-model.md §2.3 conclusion (3): MLPerf and NVIDIA tables. B200 and GB200 carry a range of ratios.
 */
export const GPU_RATIOS: readonly GpuRatio[] = [
  { gpu: "H200", from: "H100", low: 1.18, high: 1.18 },
  { gpu: "B200", from: "H100", low: 1.18 * 2.1, high: 1.18 * 2.4 },
  { gpu: "GB200", from: "H100", low: 2.12, high: 2.35 },
  { gpu: "MI300X", from: "H100", low: 0.95, high: 0.95, untuned: untunedAmd(668, 0.95) },
  { gpu: "MI325X", from: "H100", low: 1.18 * 1.08, high: 1.18 * 1.08, untuned: untunedAmd(785, 1.18 * 1.08) },
  {
    gpu: "MI355X",
    from: "H100",
    low: 0.95 * 1.18 * 2.1,
    high: 0.95 * 1.18 * 2.4,
    untuned: untunedAmd(1565, 0.95 * 1.18 * 2.1),
  },
];

/** Stacks that train all weights with PyTorch FSDP, as the HF Trainer does. */
export const FSDP_STACKS: readonly SpeedStack[] = ["llm-foundry", "torchtitan", "automodel"];

/** Family of a GPU id, as the cells name it: `A100-80GB-SXM` is `A100`. */
export function gpuFamily(gpuId: string): string {
  const id = gpuId.toUpperCase().replaceAll(/[\s_]+/g, "-");
  return id.split("-")[0]!;
}
