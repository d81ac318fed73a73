import type { RateFormat } from "../../catalog/peak-tflops.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { engineOf } from "../layout/layout.ts";
import type { Library } from "../../domain/stack.ts";
import type { SpeedStack } from "./speed-stack.ts";
import { isScaled, matmulFormat } from "./matmul-time.ts";
import { extraForwards, trainedModels } from "./flops.ts";
import { type StackTraits, stackTraits } from "./stack-traits.ts";
import { type StepLayout, stepLayout } from "./step-layout.ts";

/** Facts about speed that a run spec has no field for; missing ones are assumed. */
export type SpeedFacts = {
  /** torch.compile fuses elementwise work. */
  compiled?: boolean;
  /** torch.compile or XLA compiles the loss together with the model, so no logits are copied between its passes. */
  compiledLoss?: boolean;
  /** Mean tokens of a row, if rows are padded or shorter than a sequence. */
  rowTokens?: number;
  /** Tokens of a row after padding to the longest of its micro-batch. */
  paddedTokens?: number;
  /** Padding is counted as tokens of a step, as in the logs of some libraries. */
  countsPadding?: boolean;
  /** Tokens in a packed sequence, if it is not full. */
  packedTokens?: number;
  /** Model chunks per pipeline stage (interleaved schedule). */
  virtualStages?: number;
  /** Experts run one after the other, or as one grouped product. */
  experts?: StackTraits["experts"];
  /** Tokens are forced to spread evenly over the experts, as in benchmarks. */
  balancedExperts?: boolean;
  /** One kernel dequantises weights; the library's own path uses several. */
  fusedDequant?: boolean;
  /** DeepSpeed's ZeRO-3 hooks each module, even if there is only one GPU and nothing to split. */
  zero3Hooks?: boolean;
  /** Attention uses the best kernel of the chip (FlashAttention 3 or 4, cuDNN), if the library's own is older. */
  newestAttention?: boolean;
  /** Each row of an fp8 factor has its own scale, instead of one for the complete factor. */
  rowwiseScales?: boolean;
};

/** A run whose step is timed. `stack` may be a library that a spec cannot name. */
export type StepRun = {
  shape: ModelShape;
  spec: RunSpec;
  gpu: Gpu;
  stack?: SpeedStack | undefined;
  speed?: SpeedFacts | undefined;
};

/** A run resolved to the inputs of its terms. */
export type Step = {
  shape: ModelShape;
  spec: RunSpec;
  gpu: Gpu;
  stack: SpeedStack;
  engine: Library["engine"];
  traits: StackTraits;
  layout: StepLayout;
  format: RateFormat;
  trainsBase: boolean;
  /** Tokens of the busiest GPU of an expert group relative to the mean. */
  imbalance: number;
  fusedDequant: boolean;
  zero3Hooks: boolean;
  /** Rate of scaled products relative to the measured ones. */
  scaledRate: number;
  passes: Passes;
};

/** Inputs of the kernels of one micro-step; kernels must not read anything else. */
export type MicroStep = Pick<
  Step,
  | "shape"
  | "gpu"
  | "stack"
  | "engine"
  | "traits"
  | "format"
  | "trainsBase"
  | "imbalance"
  | "fusedDequant"
  | "scaledRate"
  | "passes"
> & {
  spec: Pick<
    RunSpec,
    | "method"
    | "objective"
    | "precision"
    | "quantisation"
    | "loraRank"
    | "loraTargets"
    | "lossPath"
    | "attention"
    | "stack"
  >;
  layout: Pick<StepLayout, "tensor" | "pipeline" | "context" | "expert" | "sharding" | "microTokens" | "rowTokens">;
};

/** Number of times that each kind of work is done per micro-step, in units of one forward of the model. */
export type Passes = {
  /** Forwards without a backward: reference, old policy. */
  extraForward: number;
  /**
   * Forwards repeated in the backward: all except the end of a layer (`lastWidth`), half of them (selective
   * checkpointing of torchtitan, `selective_ac_option = "op"`: every second product; of fms-fsdp: a share of the
   * layers), only attention (all others), or none.
   */
  recompute: "full" | "half" | "attention" | "none";
  /** Number of models trained at the same time: the policy, and PPO's critic. */
  models: number;
};

/**
 * Load of the busiest GPU of an expert group relative to the mean, if routing is learned: the group waits for that GPU.
 * @source the capacity factor of 1.25 that Switch Transformers (arXiv:2101.03961, §2.2) allow for it
 */
const EXPERT_IMBALANCE = 1.25;

/**
 * Rate of fp8 products with one scale per row relative to those with a single scale, which are in the tables.
 * @source torchtitan `benchmarks/asyncTP_llama3_h100_2025-06_torchtitan.md`: 8B and 70B on H100 take 1.36 to 1.51 times
 * as long, including gathers in 16 bits; torchao's training page: 1.14 on H100 and 1.21 on B200, of which products are
 * half
 */
const ROWWISE_RATE = 0.7;

/** Resolves a run to the inputs of its terms. */
export function stepOf(run: StepRun): Step {
  const { shape, gpu } = run;
  const stack = run.stack ?? run.spec.stack;
  // torchao casts to a scaled format in kernels that torch.compile generates: its fp8 recipes are compiled, including
  // the loss.
  const isRecipe = stack === "torchtitan" && isScaled(matmulFormat(run.spec.precision));
  const isCompiled = run.speed?.compiled ?? isRecipe;
  const isFused = (run.speed?.compiledLoss ?? isRecipe) && run.spec.lossPath === "unfused";
  const spec: RunSpec = isFused ? { ...run.spec, lossPath: "fused" } : run.spec;
  // Megatron uses its own kernels, regardless of the library that starts the run.
  const engine = engineOf(spec);
  const traits = stackTraits(engine === "megatron" ? "nemo" : stack, isCompiled);
  const layout = stepLayout(spec, stack, run.speed);
  return {
    shape,
    spec,
    gpu,
    stack,
    engine,
    traits: traitsOf(run, traits),
    layout,
    format: matmulFormat(spec.precision),
    trainsBase: isFull(spec),
    imbalance: run.speed?.balancedExperts === true ? 1 : EXPERT_IMBALANCE,
    fusedDequant: run.speed?.fusedDequant === true,
    zero3Hooks: run.speed?.zero3Hooks ?? spec.sharding === "zero3",
    scaledRate: run.speed?.rowwiseScales === true ? ROWWISE_RATE : 1,
    passes: {
      extraForward: extraForwards(spec),
      recompute: recomputeOf(spec, stack),
      models: trainedModels(spec),
    },
  };
}

/** Traits of the library with the settings of the run. */
function traitsOf({ speed, gpu }: StepRun, traits: StackTraits): StackTraits {
  return {
    ...traits,
    experts: speed?.experts ?? traits.experts,
    attention: speed?.newestAttention === true && gpu.vendor === "NVIDIA" ? "vendor" : traits.attention,
  };
}

/**
 * The step without the inputs that its micro-steps do not depend on: steps that differ only in those share kernel
 * times.
 */
export function microStepOf(step: Step): MicroStep {
  const { shape, gpu, stack, engine, traits, format, trainsBase, imbalance, fusedDequant, scaledRate, passes } = step;
  const { method, objective, precision, quantisation, loraRank, loraTargets, lossPath, attention } = step.spec;
  const library = step.spec.stack;
  const { tensor, pipeline, context, expert, sharding, microTokens, rowTokens } = step.layout;
  return {
    shape,
    gpu,
    stack,
    engine,
    traits,
    format,
    trainsBase,
    imbalance,
    fusedDequant,
    scaledRate,
    passes,
    spec: {
      method,
      objective,
      precision,
      quantisation,
      loraRank,
      loraTargets,
      lossPath,
      attention,
      stack: library,
    },
    layout: { tensor, pipeline, context, expert, sharding, microTokens, rowTokens },
  };
}

function recomputeOf({ checkpointing }: RunSpec, stack: SpeedStack): Passes["recompute"] {
  if (checkpointing === "none") return "none";
  if (checkpointing === "full") return "full";
  return stack === "torchtitan" || stack === "fms-fsdp" ? "half" : "attention";
}
