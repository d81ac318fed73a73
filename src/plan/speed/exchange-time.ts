import { FROZEN_LINEAR_BYTES } from "../memory/memory-formats.ts";
import { isFullySharded, rankParams } from "../layout/layout.ts";
import { adapterParamCount, embeddingParamCount, expertLayers, keyWidth } from "../layout/model-parts.ts";
import { exchangedSec } from "./collective-time.ts";
import { streamBytesPerSec } from "./memory-rate.ts";
import type { Step } from "./step-run.ts";

/**
 * Seconds of exchange of one micro-step and of one optimizer step, before any overlap. `copies` are those into and out
 * of the buffers of full sharding, within the GPU's own memory.
 */
export type Exchange = {
  dataMicro: number;
  dataStep: number;
  copies: number;
  tensor: number;
  expert: number;
  context: number;
};

/** Seconds of each kind of exchange. */
export function exchangeOf(step: Step): Exchange {
  return {
    copies: copiesSec(step),
    tensor: tensorExchange(step),
    expert: expertExchange(step),
    context: contextExchange(step),
    ...dataExchange(step),
  };
}

function dataExchange(step: Step): { dataMicro: number; dataStep: number } {
  const { shape, spec, gpu, layout, trainsBase, passes } = step;
  const { replicas, expertReplicas: copies } = layout;
  if (replicas <= 1) return { dataMicro: 0, dataStep: 0 };
  const held = rankParams(shape, layout);
  // Full sharding gathers layer by layer; otherwise gradients are sent in buckets large enough for the full rate.
  const pieces = isFullySharded(layout.sharding) ? shape.layers / layout.pipeline : 1;
  const dense = (op: "all-gather" | "all-reduce", bytes: number): number =>
    pieces * exchangedSec({ gpu, op, gpus: replicas, spacing: layout.tensor, bytes: bytes / pieces });
  const sparse = (op: "all-gather" | "all-reduce", bytes: number): number =>
    copies > 1
      ? pieces *
        exchangedSec({ gpu, op, gpus: copies, spacing: layout.expert * layout.expertTensor, bytes: bytes / pieces })
      : 0;
  const trained = (op: "all-gather" | "all-reduce"): number =>
    trainsBase
      ? dense(op, BYTES * held.dense) + sparse(op, BYTES * held.experts)
      : dense(op, (BYTES * adapterParamCount(shape, spec)) / layout.tensor / layout.pipeline);
  switch (layout.sharding) {
    case "none": // DDP
      return { dataMicro: 0, dataStep: trained("all-reduce") };
    case "zero1":
    case "distributed optimizer":
      return { dataMicro: 0, dataStep: 2 * trained("all-gather") };
    case "zero2":
      return { dataMicro: trained("all-gather"), dataStep: trained("all-gather") };
    default: {
      const perWeight = gatheredBytes(step);
      const weights = dense("all-gather", perWeight * held.dense) + sparse("all-gather", perWeight * held.experts);
      // A reduce-scatter moves as much as a gather.
      const sums = (step.traits.reducedBytes / BYTES) * trained("all-gather");
      return { dataMicro: weights * (2 + passes.extraForward) + sums, dataStep: 0 };
    }
  }
}

/**
 * Seconds of the copies of full sharding: gathered weights are split from their buffer (read and written), and
 * gradients are joined into theirs, in the format in which they are reduced.
 * @source torch `_fsdp_collectives.py`: `split_with_sizes_copy`, `chunk_cat`; DeepSpeed's stage 3 joins and splits
 * likewise
 */
function copiesSec(step: Step): number {
  const { shape, spec, gpu, layout, trainsBase, passes, traits } = step;
  if (!isFullySharded(layout.sharding) || layout.replicas <= 1) return 0;
  const held = rankParams(shape, layout);
  const weights = held.dense + (layout.expertReplicas > 1 ? held.experts : 0);
  const trained = trainsBase ? weights : adapterParamCount(shape, spec) / layout.tensor / layout.pipeline;
  const bytes = weights * 2 * gatheredBytes(step) * (2 + passes.extraForward) + trained * (BYTES + traits.reducedBytes);
  return bytes / streamBytesPerSec(gpu);
}

/** Bytes of an exchanged weight, gradient or activation. */
const BYTES = 2;

/**
 * Mean bytes of a weight that full sharding gathers: a quantised base is gathered in its stored format, its embeddings
 * in 16 bits.
 */
function gatheredBytes({ shape, spec }: Step): number {
  if (spec.method !== "qlora") return BYTES;
  const embeddings = embeddingParamCount(shape) / shape.paramCount;
  return embeddings * BYTES + (1 - embeddings) * FROZEN_LINEAR_BYTES[spec.quantisation];
}

/**
 * Seconds of the sums over a tensor group, four in a layer's forward and backward. Under sequence parallelism, as in
 * Megatron and torchtitan, each is a gather and a scatter (arXiv:2205.05198, §4.2.2).
 */
function tensorExchange({ shape, gpu, layout, passes }: Step): number {
  const t = layout.tensor;
  if (t === 1) return 0;
  const bytes = BYTES * layout.microTokens * shape.hidden;
  const sums = 4 + (passes.recompute === "full" ? 1 : 0) + 2 * passes.extraForward;
  const layers = shape.layers / layout.pipeline;
  return layers * sums * 2 * exchangedSec({ gpu, op: "all-gather", gpus: t, bytes });
}

function expertExchange({ shape, gpu, layout, passes }: Step): number {
  const e = layout.expert;
  if (!shape.experts || e === 1) return 0;
  // A token is sent once to each domain with experts that it is routed to.
  const domains = Math.ceil(e / gpu.linkGpus);
  const copies = domains > 1 ? Math.min(shape.experts.active, domains) : shape.experts.active;
  const times = 4 + (passes.recompute === "full" ? 2 : 0);
  const bytes = BYTES * layout.microTokens * (shape.hidden / layout.tensor) * copies;
  return (expertLayers(shape) / layout.pipeline) * times * exchangedSec({ gpu, op: "all-to-all", gpus: e, bytes });
}

/**
 * Seconds in which keys and values pass round the ring of a context group: once forward, and twice as much backward.
 */
function contextExchange({ shape, gpu, layout }: Step): number {
  const c = layout.context;
  if (c === 1) return 0;
  const bytes = 2 * BYTES * layout.microTokens * (keyWidth(shape) / layout.tensor) * c;
  const turn = exchangedSec({ gpu, op: "all-to-all", gpus: c, spacing: layout.tensor, bytes });
  return 3 * turn * (shape.layers / layout.pipeline);
}
