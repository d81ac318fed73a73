import type { ModelShape } from "../../domain/model-shape.ts";
import { hasGate } from "../layout/model-parts.ts";

/**
 * A weight matrix that every token passes through, averaged over the layers. `split` is the side that tensor
 * parallelism divides; `experts` is true if each expert has its own matrix.
 */
export type Linear = {
  name: string;
  inWidth: number;
  outWidth: number;
  /** Number of such matrices in one layer. */
  count: number;
  split: "in" | "out" | "none";
  experts: boolean;
};

const cache = new WeakMap<ModelShape, readonly Linear[]>();

/**
 * Weight matrices of one decoder layer. Products of the same input are fused if libraries fuse them (gate and up stay
 * separate).
 */
export function layerLinears(shape: ModelShape): readonly Linear[] {
  const found = cache.get(shape);
  if (found) return found;
  const made = [...attention(shape), ...mlp(shape)];
  cache.set(shape, made);
  return made;
}

function attention(shape: ModelShape): Linear[] {
  const { hidden: h, heads, headDim, kvHeads, latent } = shape;
  const linear = (name: string, [inWidth, outWidth]: [number, number], split: Linear["split"]): Linear => ({
    name,
    inWidth,
    outWidth,
    count: 1,
    split,
    experts: false,
  });
  if (latent) {
    const query = heads * (latent.qkNopeHeadDim + latent.qkRopeHeadDim);
    return [
      ...(latent.qLoraRank > 0 ? [linear("q_a", [h, latent.qLoraRank], "none")] : []),
      linear("q", [latent.qLoraRank > 0 ? latent.qLoraRank : h, query], "out"),
      linear("kv_a", [h, latent.kvLoraRank + latent.qkRopeHeadDim], "none"),
      linear("kv", [latent.kvLoraRank, heads * (latent.qkNopeHeadDim + latent.vHeadDim)], "out"),
      linear("o", [heads * latent.vHeadDim, h], "in"),
    ];
  }
  return [
    linear("q", [h, heads * headDim], "out"),
    linear("k", [h, kvHeads * headDim], "out"),
    linear("v", [h, kvHeads * headDim], "out"),
    linear("o", [heads * headDim, h], "in"),
  ];
}

function mlp(shape: ModelShape): Linear[] {
  const { hidden: h, experts, layers } = shape;
  const dense = experts ? experts.firstDenseLayers / layers : 1;
  const sparse = 1 - dense;
  const linearsOf = (width: number, count: number, isExpert: boolean): Linear[] =>
    width === 0 || count === 0
      ? []
      : [
          {
            name: isExpert ? "expert-up" : "up",
            inWidth: h,
            outWidth: width,
            count: count * (hasGate(shape) ? 2 : 1),
            split: "out",
            experts: isExpert,
          },
          {
            name: isExpert ? "expert-down" : "down",
            inWidth: width,
            outWidth: h,
            count,
            split: "in",
            experts: isExpert,
          },
        ];
  return [
    ...linearsOf(shape.mlp, dense, false),
    ...(experts ? linearsOf(experts.sharedMlp, sparse, false) : []),
    ...(experts ? linearsOf(experts.mlp, sparse, true) : []),
  ];
}
