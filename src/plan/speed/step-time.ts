import { isFullySharded, rankParams, replicaShare } from "../layout/layout.ts";
import { adaptedLinears, adapterParamCount, expertLayers } from "../layout/model-parts.ts";
import { hasFastLink } from "./collective-time.ts";
import { repeatsElementwise } from "./elementwise-time.ts";
import { type Exchange, exchangeOf } from "./exchange-time.ts";
import { layerLinears } from "./layer-linears.ts";
import { isScaled } from "./matmul-time.ts";
import { streamBytesPerSec } from "./memory-rate.ts";
import { microTime } from "./micro-time.ts";
import { rolloutSec } from "./rollout-time.ts";
import { microStepOf, type Step, stepOf, type StepRun } from "./step-run.ts";

/** Seconds of one optimizer step by component; `totalSec` is their sum. */
export type StepTime = {
  /** Trained tokens of the step, over all GPUs. */
  tokens: number;
  matmulSec: number;
  attentionSec: number;
  elementwiseSec: number;
  lossSec: number;
  dequantSec: number;
  /** Time in which the GPU waits for the host to launch kernels. */
  hostSec: number;
  /** Exchange between GPUs that is not hidden by computation. */
  exchangeSec: number;
  /** Time in which pipeline stages wait for the first and the last micro-step. */
  bubbleSec: number;
  optimizerSec: number;
  /** Sampling of answers on the same GPUs, for reinforcement learning. */
  rolloutSec: number;
  totalSec: number;
};

/** Time of one optimizer step, computed from the kernels that it runs. */
export function stepTime(run: StepRun): StepTime {
  const step = stepOf(run);
  const { layout } = step;
  const n = layout.microSteps;
  const micro = microTime(microStepOf(step));
  const device = Object.values(micro).reduce((sum, value) => sum + value, 0);
  const all = exchangeOf(step);
  // A ring sends the next keys while it computes on the current ones.
  const ring = Math.max(0, all.context - micro.attentionSec);
  // While the GPU waits for keys, the host launches kernels ahead, so a step limited by the host does not wait for the
  // keys too.
  const host = Math.max(0, hostSec(step) - device - ring);
  const busy = device + host;
  const exchange = exposed(step, busy, { ...all, context: ring });
  const bubble = ((layout.pipeline - 1) / layout.virtualStages) * (busy + exchange.micro);
  const times = (value: number): number => value * n;
  const parts = {
    matmulSec: times(micro.matmulSec),
    attentionSec: times(micro.attentionSec),
    elementwiseSec: times(micro.elementwiseSec),
    lossSec: times(micro.lossSec),
    dequantSec: times(micro.dequantSec),
    hostSec: times(host),
    exchangeSec: times(exchange.micro) + exchange.step,
    bubbleSec: bubble,
    optimizerSec: optimizerSec(step),
    rolloutSec: rolloutSec(step),
  };
  const totalSec = Object.values(parts).reduce((sum, value) => sum + value, 0);
  return { tokens: layout.stepTokens, ...parts, totalSec };
}

/** Share of the overlap on NVLink that remains over PCIe, where copies pass through host memory; an assumption. */
const PCIE_OVERLAP = 0.5;

/** Share of the token exchange that is hidden by shared experts and attention; an assumption. */
const EXPERT_OVERLAP = 0.3;

/** Exchange that is not hidden by computation; the ring exchange is passed through unchanged. */
function exposed(step: Step, busy: number, exchange: Exchange): { micro: number; step: number } {
  const { traits } = step;
  const overlap = hasFastLink(step.gpu) ? traits.overlap : traits.overlap * PCIE_OVERLAP;
  const hidden = Math.min(exchange.dataMicro * overlap, busy);
  return {
    micro:
      exchange.dataMicro -
      hidden +
      exchange.copies +
      exchange.tensor * (1 - traits.tensorOverlap) +
      exchange.expert * (1 - EXPERT_OVERLAP) +
      exchange.context,
    step: Math.max(exchange.dataStep * (1 - traits.overlap), exchange.dataStep - busy),
  };
}

/**
 * Kernels of one adapter's forward: eager PEFT casts its input, applies dropout, casts twice, multiplies twice, scales
 * and adds; tuned libraries launch two products and an addition. Dequantising the 4-bit weights of one layer takes two
 * kernels for each of seven matrices. Counted in the modelling code.
 */
const ADAPTER_LAUNCHES = { eager: 7, fused: 3 } as const;
const DEQUANT_LAUNCHES = 14;

/**
 * Kernels of one expert that runs in a loop or has scaled factors, and of one in a grouped product; counted likewise.
 */
const EXPERT_LAUNCHES = { alone: 12, grouped: 4 } as const;

/**
 * Kernels that a backward launches relative to its forward: two products instead of one, and elementwise kernels once.
 */
const BACKWARD_LAUNCHES = 1.8;

/** Kernels of a router, its losses, the permutation of tokens and its inverse. */
const ROUTING_LAUNCHES = 60;

/**
 * Host time that DeepSpeed's ZeRO-3 adds to one pass over one module with its own weights: hooks before and after the
 * module look up, gather, wait for and free its parameters, in Python.
 * @source an assumption about its size, read off one table together with kernel launches (Qwen, README, full parameters
 *   at 256-2048 tokens: 0.27 s per micro-step at any length for 24 layers, 0.5 s for 32). Others report that the hooks
 *   of each module limit small steps: deepspeedai/DeepSpeed issues 1174 (a forward of 60 ms takes 480 ms) and 5047,
 *   pull request 6649
 */
const ZERO3_HOOK_SEC = 3e-4;

/** Number of modules with weights in one decoder layer: its matrices and two norms. */
function modulesPerLayer({ shape }: Step): number {
  return layerLinears(shape).reduce((sum, { count }) => sum + Math.max(1, Math.round(count)), 2);
}

/** Host time of one micro-step: kernel launches of forward, recomputation and backward, and ZeRO-3's hooks. */
function hostSec(step: Step): number {
  const { shape, spec, layout, traits, trainsBase, passes } = step;
  const adapters = trainsBase
    ? 0
    : adaptedLinears(shape, spec.loraTargets).length * ADAPTER_LAUNCHES[traits.elementwise];
  const dequant = spec.method === "qlora" ? DEQUANT_LAUNCHES : 0;
  // Each expert with tokens takes twelve kernels in eager modelling code. Grouped experts take one for each product
  // and, in low precision, those that scale and transpose inputs and weights.
  const held = shape.experts
    ? Math.min(shape.experts.total / layout.expert, layout.microTokens * shape.experts.active)
    : 0;
  const perExpert =
    traits.experts === "loop" || isScaled(step.format) ? EXPERT_LAUNCHES.alone : EXPERT_LAUNCHES.grouped;
  const experts = shape.experts ? (traits.experts === "loop" ? 0 : ROUTING_LAUNCHES) + held * perExpert : 0;
  const perLayer = traits.launchesPerLayer + adapters + dequant + (experts * expertLayers(shape)) / shape.layers;
  const repeats = repeatsElementwise(passes) ? 1 : 0;
  const times = 1 + repeats + BACKWARD_LAUNCHES + passes.extraForward;
  const layers = shape.layers / layout.pipeline;
  const hooks = step.zero3Hooks ? modulesPerLayer(step) * (2 + repeats + passes.extraForward) : 0;
  return layers * (perLayer * times * traits.launchMicrosec * 1e-6 + hooks * ZERO3_HOOK_SEC);
}

/**
 * Bytes that one fused pass of Adam moves per parameter: weight and both moments are read and written, the gradient is
 * read, and read again for clipping. In two bytes: 12 and 4. Mixed: 24 for master weight and moments in four bytes, 4
 * for the gradient, 2 for the 16-bit copy. Counted.
 */
const ADAM_BYTES = { bf16: 16, mixed: 30 } as const;

/**
 * Bytes of Adam over lists of tensors (`foreach`) in torch, relative to one fused kernel: it writes and reads temporary
 * lists for decay, both moments, the root and the division. Counted in `_multi_tensor_adamw`: about 2.5 times the
 * bytes.
 */
const FOREACH_TIMES = 2.5;

/**
 * Seconds of the optimizer step: weights, gradients and both moments are read and written once, or several times if
 * unfused.
 */
function optimizerSec(step: Step): number {
  const { shape, spec, layout, gpu, trainsBase } = step;
  const trained = trainsBase
    ? rankParams(shape, layout)
    : { dense: adapterParamCount(shape, spec) / layout.tensor / layout.pipeline, experts: 0 };
  const owned = layout.sharding === "none" ? trained.dense + trained.experts : replicaShare(trained, layout);
  const isMegatron = step.engine === "megatron";
  const mixed = spec.precision !== "bf16" || (trainsBase && isFullySharded(layout.sharding)) || isMegatron;
  const passes = spec.optimizer === "adamw" && !isMegatron ? FOREACH_TIMES : 1;
  const bytes = owned * (mixed ? ADAM_BYTES.mixed : ADAM_BYTES.bf16) * passes;
  return bytes / streamBytesPerSec(gpu);
}
