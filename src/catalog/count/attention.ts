import type { ModelShape } from "../../domain/model-shape.ts";
import type { ArchitectureFlags, ShapeFacts } from "../architecture.ts";

/** Sizes of a grouped-query attention: multi-head if `kvHeads` = `heads`, multi-query if it is 1. */
export type Heads = { hidden: number; heads: number; kvHeads: number; headDim: number };

/**
 * Parameters of one grouped-query attention (multi-head and multi-query are special cases).
 *
 * @returns `h·a·d` for the queries, `2·h·k·d` for keys and values, `a·d·h` for the output, plus what the flags add
 * @source Ainslie et al. 2023, arXiv:2305.13245; biases, norms, sinks and gates as in the models' published code
 */
export function groupedAttentionParams(
  { hidden: h, heads: a, kvHeads: k, headDim: d }: Heads,
  flags: ArchitectureFlags,
  has: { values: boolean } = { values: true },
): number {
  const keyValueMatrices = has.values ? 2 : 1;
  const queries = h * a * d * (flags.outputGate ? 2 : 1);
  const biases = (flags.qkvBias ? (a + keyValueMatrices * k) * d : 0) + (flags.outputBias ? h : 0);
  const gate = flags.gateProjection ? h * a * d : 0;
  return (
    queries +
    keyValueMatrices * h * k * d +
    a * d * h +
    biases +
    gate +
    queryKeyNormParams({ heads: a, kvHeads: k, headDim: d }, flags) +
    (flags.sinks ? a : 0)
  );
}

/**
 * Parameters of one multi-head latent attention with its two norms on the compressed vectors.
 *
 * @source DeepSeek-AI 2024, arXiv:2405.04434, §2.1; the indexer: DeepSeek-V3.2 technical report 2025, §2.1
 */
function latentAttentionParams(
  shape: { hidden: number; heads: number; latent: NonNullable<ModelShape["latent"]> },
  flags: ArchitectureFlags,
): number {
  const { hidden: h, heads: a, latent } = shape;
  const { qLoraRank: q, kvLoraRank: c, qkRopeHeadDim: rope, qkNopeHeadDim: nope, vHeadDim: v } = latent;
  const queries = q === 0 ? h * a * (nope + rope) : h * q + q + q * a * (nope + rope);
  const keyValues = h * (c + rope) + c + c * a * (nope + v);
  return queries + keyValues + a * v * h + indexerParams({ hidden: h, rank: q }, flags.indexer);
}

/** Parameters of the attention of one layer, of either kind. */
export function attentionParams(shape: ShapeFacts, flags: ArchitectureFlags): number {
  const { latent } = shape;
  return latent === null ? groupedAttentionParams(shape, flags) : latentAttentionParams({ ...shape, latent }, flags);
}

/** Queries from the compressed query, one shared key with its layer norm, and a weight per head. */
function indexerParams(
  { hidden, rank }: { hidden: number; rank: number },
  sizes: readonly number[] | undefined,
): number {
  if (sizes === undefined) return 0;
  const [heads = 0, width = 0] = sizes;
  return rank * heads * width + hidden * width + 2 * width + hidden * heads;
}

function queryKeyNormParams(sizes: Omit<Heads, "hidden">, flags: ArchitectureFlags): number {
  if (flags.qkNorm === "none") return 0;
  if (flags.qkNorm === "head") return 2 * sizes.headDim;
  return (sizes.heads + sizes.kvHeads) * sizes.headDim;
}
