import * as z from "zod";

import { Day } from "./source.ts";

const Count = z.int().min(0);

/** Shape of a mixture of experts. */
export const Experts = z.strictObject({
  total: z.int().min(2).describe("Routed experts per layer"),
  active: z.int().min(1).describe("Routed experts that a token passes through"),
  shared: Count.describe("Shared experts per layer"),
  mlp: z.int().min(1).describe("Width of one routed expert"),
  inWidth: z.int().min(1).describe("Width of what they take: the hidden width, or that of a narrower space"),
  sharedMlp: Count.describe("Total width of the shared experts"),
  firstDenseLayers: Count.describe("Layers before the first one with experts"),
  every: z.int().min(1).describe("Interval of layers with experts from then on"),
  besideMlp: z.boolean().describe("Each layer has a dense MLP in addition to its experts"),
});

/** Ranks and head parts of multi-head latent attention. */
export const LatentAttention = z.strictObject({
  qLoraRank: Count.describe("Rank of the query projection; 0 where the query is not compressed"),
  kvLoraRank: z.int().min(1).describe("Rank of the compressed key and value"),
  qkRopeHeadDim: z.int().min(1).describe("Rotary part of a query or key head"),
  qkNopeHeadDim: z.int().min(1).describe("Part without position of a query or key head"),
  vHeadDim: z.int().min(1).describe("Width of a value head"),
});

/** Mixers that keep a state of fixed size for each sequence, as numbers of one layer. */
export const Recurrence = z.strictObject({
  kind: z
    .enum(["mamba", "mamba2", "gated-delta-net", "kimi-delta", "lightning", "short-convolution"])
    .describe("Kind of mixer"),
  layers: z.int().min(1).describe("Layers that have one, in place of attention or next to it"),
  inWidth: z.int().min(1).describe("Outputs of its projections of the hidden vector"),
  outWidth: z.int().min(1).describe("Inputs of its projection back to the hidden width"),
  state: Count.describe("Numbers of the recurrent state of a sequence; 0 where a convolution is all that it has"),
  convolved: Count.describe("Channels of its convolution; 0 where it has none"),
  taps: Count.describe("Length of the convolution: one less of each channel is kept"),
  isStateFp32: z.boolean().describe("The model's configuration asks for a recurrent state in fp32"),
});

/** Global layers of a model whose local ones have heads of another shape (Gemma 4). */
export const GlobalAttention = z.strictObject({
  layers: z.int().min(1).describe("Layers with global attention"),
  headDim: z.int().min(1).describe("Width of one of their heads"),
  kvHeads: z.int().min(1).describe("Their key and value heads"),
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
  attentionLayers: Count.describe("Layers that have attention"),
  recurrence: Recurrence.nullable().describe("Mixers that keep a state; null where the model has none"),
  globalAttention: GlobalAttention.nullable().describe("Heads of the global layers; null where all are alike"),
  sharedKvLayers: Count.describe("Last layers that attend to keys and values of earlier ones, and keep none"),
  experts: Experts.nullable().describe("Mixture of experts; null for dense models"),
  context: z.int().min(1).nullable().describe("Longest sequence of the configuration in tokens; null where unknown"),
  source: z.string().min(1).describe("Where the shape was read"),
  asOf: Day.describe("Day on which it was read"),
  notes: z.string().describe("What is not modelled, and where sources disagree"),
});
export type ModelShape = z.infer<typeof ModelShape>;
