import type { Gpu } from "../../domain/gpu.ts";
import { adapterParamCount, expertParamCount, keyWidth } from "../model-parts.ts";
import type { Step } from "./step-run.ts";

/** Bytes per second of one GPU to the others of its node. */
function insideBytesPerSec(gpu: Gpu): number {
  const link = gpu.linkGbPerSec ?? 31;
  // NCCL reaches three quarters of NVLink (kernel tables of collectives, aiconfigurator-core 0.12.0); PCIe cards without
  // peer-to-peer pass through host memory: 0.45 is an assumption, and boards that share lanes reach less.
  return (link >= 100 ? 0.75 : 0.45) * link * 1e9;
}

/**
 * Bytes per second of a collective over a group with `spacing` GPUs from one member to the next. Over several nodes
 * each byte enters a node once, spread over the network adapters of the members in it.
 */
function collectiveBytesPerSec(gpu: Gpu, size: number, spacing = 1): number {
  const inside = insideBytesPerSec(gpu);
  if (size * spacing <= gpu.linkGpus) return inside;
  const members = Math.max(1, gpu.linkGpus / spacing);
  return Math.min(inside, networkBytesPerSec(gpu) * members);
}

/** Bytes per second of one GPU where each sends something else to each. */
function pairwiseBytesPerSec(gpu: Gpu, size: number): number {
  const inside = insideBytesPerSec(gpu);
  return size <= gpu.linkGpus ? inside : Math.min(inside, networkBytesPerSec(gpu));
}

/** Share of a network adapter's rate that NCCL reaches over several nodes; an assumption of ours. */
const NETWORK_SHARE = 0.8;

/** Network of one GPU where none is usual, an assumption: 100 Gb/s. */
const USUAL_NETWORK_GB_PER_SEC = 12.5;

function networkBytesPerSec(gpu: Gpu): number {
  return NETWORK_SHARE * (gpu.networkGbPerSec ?? USUAL_NETWORK_GB_PER_SEC) * 1e9;
}

/** Exchange of one micro-step and of one optimizer step, seconds, before any of it hides. */
export type Exchange = { dataMicro: number; dataStep: number; tensor: number; expert: number; context: number };

/** Seconds of each kind of exchange. */
export function exchangeOf(step: Step): Exchange {
  return {
    ...dataExchange(step),
    tensor: tensorExchange(step),
    expert: expertExchange(step),
    context: contextExchange(step),
  };
}

/** Parameters that one GPU holds before data-parallel sharding: of the dense part, and of its experts. */
export function heldParams({ shape, layout }: Pick<Step, "shape" | "layout">): { dense: number; experts: number } {
  const all = expertParamCount(shape);
  return {
    dense: (shape.paramCount - all) / layout.tensor / layout.pipeline,
    experts: all / layout.expert / layout.pipeline,
  };
}

function dataExchange(step: Step): { dataMicro: number; dataStep: number } {
  const { shape, spec, gpu, layout, trainsBase, passes } = step;
  const replicas = layout.data * layout.context;
  if (replicas <= 1) return { dataMicro: 0, dataStep: 0 };
  const held = heldParams(step);
  const copies = Math.max(1, (replicas * layout.tensor) / layout.expert);
  const dense = 1 / collectiveBytesPerSec(gpu, replicas, layout.tensor);
  const sparse = copies > 1 ? 1 / collectiveBytesPerSec(gpu, copies, layout.expert) : 0;
  const base = held.dense * dense + held.experts * sparse;
  const trained = trainsBase ? base : adapterParamCount(shape, spec) * dense;
  const gradient = 2 * trained;
  const weights = base * (spec.method === "qlora" ? 0.6 : 2);
  const none = { dataMicro: 0, dataStep: 0 };
  const of = {
    none,
    ddp: { ...none, dataStep: 2 * gradient },
    optimizer: { ...none, dataStep: gradient + 2 * trained },
    gradients: { dataMicro: gradient, dataStep: 2 * trained },
    full: { ...none, dataMicro: weights * (2 + passes.extraForward) + gradient },
  } as const;
  return of[layout.sharding];
}

function tensorExchange({ shape, gpu, layout, passes }: Step): number {
  const t = layout.tensor;
  if (t === 1) return 0;
  const size = 2 * layout.microTokens * shape.hidden;
  const reductions = 4 + (passes.recompute === "full" ? 1 : 0) + 2 * passes.extraForward;
  const bytes = ((2 * (t - 1)) / t) * size * reductions * (shape.layers / layout.pipeline);
  return bytes / collectiveBytesPerSec(gpu, t);
}

function expertExchange({ shape, gpu, layout, passes }: Step): number {
  const e = layout.expert;
  if (!shape.experts || e === 1) return 0;
  const nodes = Math.ceil(e / gpu.linkGpus);
  const copies = nodes > 1 ? Math.min(shape.experts.active, nodes) : shape.experts.active;
  const times = 4 + (passes.recompute === "full" ? 2 : 0);
  const bytes = ((e - 1) / e) * 2 * layout.microTokens * (shape.hidden / layout.tensor) * copies * times;
  return (bytes * (shape.layers / layout.pipeline)) / pairwiseBytesPerSec(gpu, e);
}

function contextExchange({ shape, gpu, layout }: Step): number {
  const c = layout.context;
  if (c === 1) return 0;
  const bytes = 2 * 2 * layout.microTokens * (keyWidth(shape) / layout.tensor) * (c - 1) * 3;
  return (bytes * (shape.layers / layout.pipeline)) / pairwiseBytesPerSec(gpu, c * layout.tensor);
}
