import * as z from "zod";

import { Day } from "./source.ts";

const Count = z.int().min(0);

/** Shape of a mixture of experts. */
export const Experts = z.strictObject({
  total: z.int().min(2).describe("Routed experts per layer"),
  active: z.int().min(1).describe("Routed experts that a token passes through"),
  shared: Count.describe("Shared experts per layer"),
  mlp: z.int().min(1).describe("Width of one routed expert"),
  sharedMlp: Count.describe("Total width of the shared experts"),
  firstDenseLayers: Count.describe("Layers before the first one with experts"),
});

/** Ranks and head parts of multi-head latent attention. */
export const LatentAttention = z.strictObject({
  qLoraRank: Count.describe("Rank of the query projection; 0 where the query is not compressed"),
  kvLoraRank: z.int().min(1).describe("Rank of the compressed key and value"),
  qkRopeHeadDim: z.int().min(1).describe("Rotary part of a query or key head"),
  qkNopeHeadDim: z.int().min(1).describe("Part without position of a query or key head"),
  vHeadDim: z.int().min(1).describe("Width of a value head"),
});

/** An open-weights model as the estimators see it: facts of its configuration, and its published size. */
export const ModelShape = z.strictObject({
  id: z.string().min(1).describe("Hub id, as in `org/name`"),
  aliases: z.array(z.string()).describe("Other spellings of the same shape"),
  family: z.string().min(1).describe("Model family"),
  released: z.string().nullable().describe("Month of release, YYYY-MM; null where unknown"),
  licence: z.string().nullable().describe("SPDX or short licence name; null where unknown"),
  publishedParamCount: z.number().nullable().describe("Parameters as published; null where not found"),
  paramCount: z.number().min(1).describe("Parameters computed from the shape"),
  activeParamCount: z
    .number()
    .min(1)
    .describe("Parameters that a token passes through; equals `paramCount` for dense models"),
  layers: z.int().min(1).describe("Decoder layers"),
  hidden: z.int().min(1).describe("Hidden width"),
  mlp: Count.describe("Width of the dense MLP; 0 where every layer has experts"),
  mlpKind: z
    .enum(["swiglu", "geglu", "gelu", "relu", "relu2", "xielu"])
    .describe("MLP kind; the gated kinds have three matrices"),
  heads: z.int().min(1).describe("Query heads"),
  kvHeads: z.int().min(1).describe("Key and value heads"),
  headDim: z.int().min(1).describe("Width of one head"),
  vocab: z.int().min(1).describe("Rows of the embedding"),
  tiedEmbeddings: z.boolean().describe("Input and output embedding are one matrix"),
  attention: z.enum(["mha", "gqa", "mqa", "mla", "hybrid"]).describe("Attention kind"),
  latent: LatentAttention.nullable().describe("Latent attention; null elsewhere"),
  slidingWindow: z
    .int()
    .min(1)
    .nullable()
    .describe("Window of the local layers in tokens; null where attention is global"),
  slidingPattern: z.string().nullable().describe("Local to global layers, as in `5:1`"),
  linearLayers: Count.describe("Layers whose mixer is not attention (Mamba, gated delta net, convolution)"),
  experts: Experts.nullable().describe("Mixture of experts; null for dense models"),
  context: z.int().min(1).nullable().describe("Longest sequence of the configuration in tokens; null where unknown"),
  source: z.string().min(1).describe("Where the shape was read"),
  asOf: Day.describe("Day on which it was read"),
  notes: z.string().describe("What is not modelled, or where sources disagree"),
});
export type ModelShape = z.infer<typeof ModelShape>;
