import type { ArchitectureFlags, ShapeFacts } from "../architecture.ts";

/**
 * Additional parameters of a layer in Gemma 3n and Gemma 4: a separate embedding per token, AltUp streams, a LAuReL
 * branch.
 *
 * @source Gemma 3n model card and published code, 2025; Baykal et al. 2023, arXiv:2301.13310 (AltUp); Menghani et
 *   al. 2024, arXiv:2411.07501 (LAuReL)
 */
export function perLayerExtras(shape: ShapeFacts, flags: ArchitectureFlags): number {
  return perLayerEmbeddingParams(shape, flags) + altupParams(shape, flags) + (flags.layerScalar ? shape.layers : 0);
}

/** A table of rows x layers x width, a projection of the first embedding to it, and per layer a gate in and out. */
function perLayerEmbeddingParams(shape: ShapeFacts, flags: ArchitectureFlags): number {
  if (flags.perLayerEmbedding === undefined) return 0;
  const [rows = 0, width = 0] = flags.perLayerEmbedding;
  const table = rows * shape.layers * width;
  const projection = shape.hidden * shape.layers * width + width;
  return table + projection + shape.layers * (2 * shape.hidden * width + shape.hidden);
}

function altupParams(shape: ShapeFacts, flags: ArchitectureFlags): number {
  const { hidden, layers } = shape;
  if (flags.altup === 0) return 0;
  const n = flags.altup;
  const streams = 2 * (n - 1) * hidden * hidden; // projections in and out of the other streams
  const layer = n * n * n + n * n + n * hidden + hidden + hidden; // correction, prediction, router, its norm, scale
  const laurel = 2 * hidden * flags.laurel + hidden;
  return streams + layers * (layer + laurel);
}
