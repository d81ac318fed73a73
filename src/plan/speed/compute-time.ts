import { adaptedLinears, adaptsExperts } from "../layout/model-parts.ts";
import { lastWidth } from "./flops.ts";
import { layerLinears, type Linear } from "./layer-linears.ts";
import { isScaled, matmulSec } from "./matmul-time.ts";
import type { MicroStep } from "./step-run.ts";

/** Seconds of the matrix products of one micro-step on one GPU: the layers of its stage and its share of the head. */
export function matmulsSec(step: MicroStep): number {
  const { shape, layout } = step;
  const layers = shape.layers / layout.pipeline;
  const linears = layerLinears(shape).reduce((sum, linear) => sum + linearSec(step, linear), 0);
  return layers * (linears * activeShare(step) + adaptersSec(step)) + headSec(step) / layout.pipeline;
}

/**
 * Active parameters of the layers, divided by those of as many attention layers; 1 unless the model has linear layers.
 */
function activeShare({ shape }: MicroStep): number {
  if (shape.linearLayers === 0) return 1;
  const ours = layerLinears(shape).reduce(
    (sum, { inWidth, outWidth, count, experts }) =>
      sum + inWidth * outWidth * count * (experts ? shape.experts!.active : 1),
    0,
  );
  const embeddings = shape.vocab * shape.hidden * (shape.tiedEmbeddings ? 1 : 2);
  return (shape.activeParamCount - embeddings) / (ours * shape.layers);
}

/** Seconds of the products with one matrix: forward, recomputation, gradient of the input, gradient of the weight. */
function linearSec(step: MicroStep, linear: Linear): number {
  const { layout, gpu, format, trainsBase, passes, shape } = step;
  const tensor = linear.experts ? 1 : layout.tensor;
  const [k, n] = [
    linear.split === "in" ? linear.inWidth / tensor : linear.inWidth,
    linear.split === "out" ? linear.outWidth / tensor : linear.outWidth,
  ];
  let m = layout.microTokens;
  let times = linear.count;
  if (linear.experts) {
    const { total, active } = shape.experts!;
    // Each GPU holds total / ep experts and processes the tokens of its whole expert group.
    const held = Math.max(1, total / layout.expert);
    m = (layout.microTokens * active * layout.expert) / layout.tensor / total;
    m = Math.max(m * (layout.expert > 1 ? step.imbalance : 1), 1);
    times *= held;
  }
  if (isScaled(format)) times /= step.scaledRate;
  const forward = matmulSec(gpu, { m, n, k, format });
  const input = matmulSec(gpu, { m, n: k, k: n, format });
  // Adapters merged into fused experts need the gradient of the merged weight.
  const isMerged = linear.experts && adaptsExperts(shape, step.spec);
  const weight = trainsBase || isMerged ? matmulSec(gpu, { m: n, n: k, k: m, format }) : 0;
  // Megatron recomputes the whole layer.
  const isLast = linear.name === "down" && step.engine !== "megatron" && lastWidth(shape, step.spec) > 0;
  const repeats = passes.recompute === "full" ? (isLast ? 0 : 1) : passes.recompute === "half" ? 0.5 : 0;
  return times * (passes.models * (forward * (1 + repeats) + input + weight) + passes.extraForward * forward);
}

/** Seconds of the products of one layer's adapters. */
function adaptersSec(step: MicroStep): number {
  const { shape, spec, layout, gpu, trainsBase, passes } = step;
  if (trainsBase) return 0;
  const m = layout.microTokens;
  const r = spec.loraRank;
  const times = 3 + (passes.recompute === "full" ? 1 : 0);
  return adaptedLinears(shape, spec.loraTargets).reduce(
    (sum, { inWidth, outWidth }) =>
      sum +
      times *
        (matmulSec(gpu, { m, n: r, k: inWidth, format: "bf16" }) +
          matmulSec(gpu, { m, n: outWidth, k: r, format: "bf16" })),
    0,
  );
}

/** Seconds of the output matrix, in bf16 and never recomputed; its weight is trained with the base. */
function headSec({ shape, spec, layout, gpu, trainsBase, passes, format }: MicroStep): number {
  if (spec.objective === "reward") return 0;
  const [m, n, k] = [layout.microTokens, shape.vocab / layout.tensor, shape.hidden];
  const kind = format === "fp32" ? "fp32" : "bf16";
  const forward = matmulSec(gpu, { m, n, k, format: kind });
  const backward =
    matmulSec(gpu, { m, n: k, k: n, format: kind }) +
    (trainsBase ? matmulSec(gpu, { m: n, n: k, k: m, format: kind }) : 0);
  return forward * (1 + passes.extraForward) + backward;
}
