import { isFullySharded } from "../layout/layout.ts";
import {
  activeMlpWidth,
  adaptedLinears,
  adaptsExperts,
  expertLayers,
  fusedExpertWidths,
  hasGate,
} from "../layout/model-parts.ts";
import { layerLinears } from "./layer-linears.ts";
import { passBytesPerSec, streamBytesPerSec } from "./memory-rate.ts";
import { isScaled } from "./matmul-time.ts";
import type { MicroStep } from "./step-run.ts";

/**
 * Bytes that the elementwise work of one layer moves per token in the forward.
 *
 * Eager modelling code: each RMSNorm makes an fp32 copy and six passes (32 B per element); rotary embeddings slice,
 * negate, concatenate, multiply and add (20 B); two residual additions (6 B); SiLU and product (10 B). Fused kernels:
 * one read and one write each.
 */
function elementwiseBytes(step: MicroStep): number {
  const { shape, traits, format } = step;
  const h = shape.hidden;
  const qk = (shape.heads + shape.kvHeads) * shape.headDim;
  const { experts } = shape;
  const f = activeMlpWidth(shape);
  const gated = hasGate(shape);
  const activation = (traits.elementwise === "fused" ? 6 : 10) * f * (gated ? 1 : 0.5);
  const sparse = expertLayers(shape) / shape.layers;
  const dispatch = experts ? sparse * experts.active * h * (traits.elementwise === "fused" ? 8 : 16) : 0;
  // LayerNorm is one kernel in torch; models with a plain MLP predate rotary positions.
  const norms = traits.elementwise === "fused" ? 10 * h : gated ? 64 * h : 16 * h;
  const rotary = traits.elementwise === "fused" ? 4 * qk : gated ? 20 * qk : 0;
  return (
    norms + 12 * h + rotary + activation + dispatch + adapterBytes(step) + (isScaled(format) ? castBytes(step) : 0)
  );
}

/**
 * Bytes of the casts: inputs of products are read in bf16 and written in fewer bits, once directly and once transposed.
 */
function castBytes({ shape, format }: MicroStep): number {
  const bytes = format === "fp8" ? 4 : 5;
  return layerLinears(shape).reduce(
    (sum, { inWidth, count, experts }) => sum + bytes * inWidth * count * (experts ? shape.experts!.active : 1),
    0,
  );
}

/** Bytes that adapters move: dropout, a cast of the input under PEFT, and scaling and addition of the output. */
function adapterBytes({ shape, spec, traits, trainsBase }: MicroStep): number {
  if (trainsBase) return 0;
  const isCast = castsAdapters(traits);
  const [input, lora] = isCast ? [12, 10] : [4, 8];
  const output = lora + (spec.method === "dora" ? DORA_OUTPUT_BYTES[isCast ? "cast" : "plain"] : 0);
  return adaptedLinears(shape, spec.loraTargets).reduce(
    (sum, { inWidth, outWidth }) => sum + input * inWidth + output * outWidth,
    0,
  );
}

/** True if adapters compute in fp32 on a bf16 stream, with a separate kernel for each operation. */
function castsAdapters(traits: MicroStep["traits"]): boolean {
  return traits.castsAdapters && traits.elementwise === "eager";
}

/** True if the backward repeats elementwise work: checkpoints that keep products keep nothing between them. */
export function repeatsElementwise({ recompute }: MicroStep["passes"]): boolean {
  return recompute === "full" || recompute === "half";
}

/** Seconds of elementwise work of one micro-step: norms, rotary embeddings, activation, residual and adapters. */
export function elementwiseSec(step: MicroStep): number {
  const { shape, layout, gpu, passes } = step;
  const repeats = repeatsElementwise(passes) ? 1 : 0;
  const times = passes.models * (1 + repeats + 2) + passes.extraForward;
  const bytes = (elementwiseBytes(step) * layout.microTokens * shape.layers * times) / layout.tensor / layout.pipeline;
  return bytes / passBytesPerSec(gpu, 2 * layout.microTokens * shape.hidden);
}

/** Bytes to read an fp32 weight and write it in bf16. */
const AUTOCAST_BYTES = 6;

/** Seconds of autocast's copies of fp32 weights, made in each forward; sharded libraries cast their shards instead. */
export function autocastSec({ shape, spec, layout, gpu, traits, passes }: MicroStep): number {
  if (spec.precision !== "bf16-mixed" || isFullySharded(layout.sharding) || traits.elementwise === "fused") return 0;
  const times = 1 + (passes.recompute === "full" ? 1 : 0) + passes.extraForward;
  return (AUTOCAST_BYTES * shape.paramCount * times) / layout.tensor / layout.pipeline / streamBytesPerSec(gpu);
}

/**
 * Bytes that DoRA's column norm of W + BA moves: per adapted weight, and per element of the identity matrix that PEFT
 * multiplies by A and B to compute their product. PEFT casts the input to the fp32 of its adapters, and the weight with
 * it: cast (6), product (2) and its scaling (4), sum (10), norm (4); the identity is created (4), cast (6) and read
 * (2). If adapters have the stream's format, the sum is created, squared, summed and scaled. In PEFT's method
 * comparison, DoRA runs at 0.79 of LoRA's speed.
 * @source peft `lora/dora.py`, `DoraLinearLayer.forward` and `get_weight_norm`
 */
const DORA_BYTES = { cast: { weight: 26, identity: 12 }, plain: { weight: 14, identity: 0 } } as const;

/**
 * Bytes per output element that DoRA moves in addition to LoRA's, from the same code: the base's output times magnitude
 * over norm less one (6), the adapter's output times both scales (14), their sum (12); half of that without fp32.
 */
const DORA_OUTPUT_BYTES = { cast: 32, plain: 16 } as const;

/** Seconds of DoRA's norms in one micro-step: W + BA is computed again in each forward (arXiv:2402.09353, eq. 5). */
export function doraSec({ shape, spec, layout, gpu, traits, passes }: MicroStep): number {
  if (spec.method !== "dora") return 0;
  const per = DORA_BYTES[castsAdapters(traits) ? "cast" : "plain"];
  const once = adaptedLinears(shape, spec.loraTargets).reduce(
    (sum, { inWidth, outWidth }) => sum + inWidth * (per.weight * outWidth + per.identity * inWidth),
    0,
  );
  const times = passes.recompute === "full" ? 2 : 1;
  const bytes = (once * times * shape.layers) / layout.tensor / layout.pipeline;
  return bytes / streamBytesPerSec(gpu);
}

/**
 * Bytes moved per expert weight if an adapter is merged into a copy: the weight is copied twice, and the gradient is
 * written once and read twice.
 */
const MERGE_BYTES = { forward: 8, backward: 6 } as const;

/** Seconds of merging adapters into fused experts in one micro-step (`adaptsExperts`). */
export function mergeSec({ shape, spec, layout, gpu, passes }: MicroStep): number {
  if (!adaptsExperts(shape, spec)) return 0;
  const { up, down } = fusedExpertWidths(shape);
  const perWeight = MERGE_BYTES.forward * (passes.recompute === "full" ? 2 : 1) + MERGE_BYTES.backward;
  const bytes = ((up + down) * expertLayers(shape) * perWeight) / layout.expert / layout.pipeline;
  return bytes / streamBytesPerSec(gpu);
}

/**
 * Bytes per logit that the loss moves, forward and backward. Modelling code copies two-byte logits into fp32 (6),
 * computes their log-softmax (8), reads it for the loss and the gradient (4), writes the gradient (8), and casts,
 * scales and adds it (18). A single kernel reads the logits twice and writes their gradient, in four bytes or with a
 * copy in two. Counted.
 */
const LOSS_BYTES = { unfused: 44, fused: 16, chunked: 16 } as const;

/** Seconds of the loss over the logits of one micro-step. */
export function lossSec({ shape, spec, layout, gpu, engine, passes }: MicroStep): number {
  if (spec.objective === "reward") return 0;
  const path = engine === "megatron" && spec.lossPath === "unfused" ? "fused" : spec.lossPath;
  const perLogit = LOSS_BYTES[path] + 12 * passes.extraForward;
  const bytes = (perLogit * layout.microTokens * shape.vocab) / layout.tensor / layout.pipeline;
  return bytes / streamBytesPerSec(gpu);
}

/**
 * Bytes moved to dequantise a weight to bf16. NF4 and int8 have one fused kernel. The torch path that trains on GPTQ
 * and AWQ weights shifts into int32 (4.5), casts to int8 (5), masks (2), subtracts the zero (2) and scales to 16 bits
 * (3).
 * @source counted on the forward of AutoGPTQ's `qlinear_cuda_old`, which Transformers trains through
 */
const DEQUANT_BYTES = { nf4: 3.5, "nf4-double": 4, int8: 4, gptq: 16.5, "gptq-int8": 16.5, awq: 16.5 } as const;

/** Bytes of dequantisation by one Triton kernel: four bits are read, sixteen written. */
const FUSED_DEQUANT_BYTES = 3;

/** Seconds of dequantising the base to bf16, in each pass over it. */
export function dequantSec({ shape, spec, layout, gpu, passes, fusedDequant }: MicroStep): number {
  if (spec.method !== "qlora") return 0;
  const params = layerLinears(shape).reduce(
    (sum, { inWidth, outWidth, count, experts }) =>
      sum + inWidth * outWidth * count * (experts ? shape.experts!.total : 1),
    0,
  );
  const times = 2 + (passes.recompute === "full" ? 1 : 0) + passes.extraForward;
  const perWeight = fusedDequant ? FUSED_DEQUANT_BYTES : DEQUANT_BYTES[spec.quantisation];
  const bytes = params * shape.layers * perWeight * times;
  return bytes / layout.tensor / layout.pipeline / streamBytesPerSec(gpu);
}
