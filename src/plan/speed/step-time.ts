import { adaptedLinears, adapterParamCount } from "../model-parts.ts";
import { exchangeOf, heldParams } from "./exchange-time.ts";
import { layerLinears } from "./layer-linears.ts";
import { isScaled } from "./matmul-time.ts";
import { streamBytesPerSec } from "./memory-rate.ts";
import { microTime } from "./micro-time.ts";
import { rolloutSec } from "./rollout-time.ts";
import { microStepOf, type Step, stepOf, type StepRun } from "./step-run.ts";

/** Seconds of one optimizer step, by what they go to; `totalSec` is their sum. */
export type StepTime = {
  /** Trained tokens of the step, all GPUs together. */
  tokens: number;
  matmulSec: number;
  attentionSec: number;
  elementwiseSec: number;
  lossSec: number;
  dequantSec: number;
  /** What the GPU waits for the host to start kernels. */
  hostSec: number;
  /** Exchange between GPUs that does not hide under computation. */
  exchangeSec: number;
  /** Stages of a pipeline that wait for the first and the last micro-step. */
  bubbleSec: number;
  optimizerSec: number;
  /** Sampling of answers on the same GPUs, for reinforcement. */
  rolloutSec: number;
  totalSec: number;
};

/** Time of one optimizer step from the kernels that it runs. */
export function stepTime(run: StepRun): StepTime {
  const step = stepOf(run);
  const { layout } = step;
  const n = layout.microSteps;
  const micro = microTime(microStepOf(step));
  const device = Object.values(micro).reduce((sum, value) => sum + value, 0);
  const host = Math.max(0, hostSec(step) - device);
  const busy = device + host;
  const exchange = exposed(step, busy, micro.attentionSec);
  const bubble = ((layout.pipeline - 1) / step.virtualStages) * (busy + exchange.micro);
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

/** Exchange that is left beside the computation it can hide under. */
function exposed(step: Step, busy: number, attention: number): { micro: number; step: number } {
  const { traits } = step;
  const exchange = exchangeOf(step);
  // PCIe cards copy through host memory, which little of hides.
  const overlap = (step.gpu.linkGbPerSec ?? 0) >= 100 ? traits.overlap : traits.overlap / 2;
  const hidden = Math.min(exchange.dataMicro * overlap, busy);
  const context = Math.max(0.1 * exchange.context, exchange.context - attention);
  return {
    micro:
      exchange.dataMicro -
      hidden +
      exchange.tensor * (1 - traits.tensorOverlap) +
      exchange.expert * (1 - 0.3) +
      context,
    step: Math.max(exchange.dataStep * (1 - traits.overlap), exchange.dataStep - busy),
  };
}

/** Kernels of a router, its losses, the permutation of tokens and back. */
const ROUTING_LAUNCHES = 60;

/**
 * Host time that DeepSpeed's ZeRO-3 adds to one pass over one module with weights of its own: hooks before and after it
 * look up, gather, wait for and free its parameters, in Python.
 * @source an assumption of its size: it was read off one table (Qwen, README, full parameters at 256-2048 tokens: 0.27 s
 *   a micro-step whatever the length for 24 layers, 0.5 s for 32). That hooks of each module bound small steps is reported
 *   by others: deepspeedai/DeepSpeed issues 1174 (a forward of 60 ms takes 480 ms) and 5047, pull request 6649
 */
const ZERO3_HOOK_SEC = 3.5e-4;

/** Modules with weights of one decoder layer: its matrices and two norms. */
function modulesPerLayer({ shape }: Step): number {
  return layerLinears(shape).reduce((sum, { count }) => sum + Math.max(1, Math.round(count)), 2);
}

/** Host time of one micro-step: kernel starts of forward, recomputation and backward, and ZeRO-3's hooks. */
function hostSec(step: Step): number {
  const { shape, spec, layout, traits, trainsBase, passes } = step;
  const adapters = trainsBase
    ? 0
    : adaptedLinears(shape, spec.loraTargets).length * (traits.elementwise === "eager" ? 7 : 3);
  const dequant = spec.method === "qlora" ? 14 : 0;
  // Each expert that has tokens: twelve kernels in eager modelling code; where they are grouped, one for each product,
  // and in few bits those that scale and transpose its inputs and weights.
  const held = shape.experts
    ? Math.min(shape.experts.total / layout.expert, layout.microTokens * shape.experts.active)
    : 0;
  const perExpert = traits.experts === "loop" || isScaled(step.format) ? 12 : 4;
  const experts = shape.experts ? (traits.experts === "loop" ? 0 : ROUTING_LAUNCHES) + held * perExpert : 0;
  const perLayer = traits.launchesPerLayer + adapters + dequant + experts;
  const repeats = passes.recompute === "full" ? 1 : passes.recompute === "half" ? 0.7 : 0;
  const times = 1 + repeats + 1.8 + passes.extraForward;
  const layers = shape.layers / layout.pipeline;
  const hooks = step.zero3Hooks ? modulesPerLayer(step) * (2 + repeats + passes.extraForward) : 0;
  return layers * (perLayer * times * traits.launchMicrosec * 1e-6 + hooks * ZERO3_HOOK_SEC);
}

/** Optimizer step: weights, gradients and both moments are read and written once, or several times unfused. */
function optimizerSec(step: Step): number {
  const { shape, spec, layout, gpu, trainsBase } = step;
  const held = heldParams(step);
  const owned = trainsBase
    ? held.dense / layout.shards + held.experts / Math.max(1, (layout.shards * layout.tensor) / layout.expert)
    : adapterParamCount(shape, spec) / layout.shards;
  const mixed = spec.precision !== "bf16" || (trainsBase && layout.sharding === "full") || step.stack === "nemo";
  const passes = spec.optimizer === "adamw" && step.stack !== "nemo" ? 2.5 : 1;
  const bytes = owned * (mixed ? 30 : 16) * passes;
  return bytes / streamBytesPerSec(gpu);
}
