import * as z from "zod";

import { Day } from "./source.ts";

const Count = z.int().min(0);

/** Shape of a mixture of experts. */
export const Experts = z.strictObject({
  total: z.int().min(2).describe("Routed experts per layer"),
  active: z.int().min(1).describe("Routed experts that are active per token"),
  shared: Count.describe("Shared experts per layer"),
  mlp: z.int().min(1).describe("Width of one routed expert"),
  inWidth: z.int().min(1).describe("Input width of the experts: the hidden width, or that of a narrower space"),
  sharedMlp: Count.describe("Total width of the shared experts"),
  firstDenseLayers: Count.describe("Layers before the first one with experts"),
  every: z.int().min(1).describe("Interval of layers with experts after that"),
  parallelDense: z.boolean().describe("Each layer has a dense MLP in addition to its experts"),
});

/** Ranks and head dimensions of multi-head latent attention. */
export const LatentAttention = z.strictObject({
  qLoraRank: Count.describe("Rank of the query projection; 0 if the query is not compressed"),
  kvLoraRank: z.int().min(1).describe("Rank of the compressed key and value"),
  qkRopeHeadDim: z.int().min(1).describe("Rotary dimensions of a query or key head"),
  qkNopeHeadDim: z.int().min(1).describe("Dimensions of a query or key head without position"),
  vHeadDim: z.int().min(1).describe("Width of a value head"),
});

/** Mixers with a state of fixed size per sequence. Numbers are per layer. */
export const Recurrence = z.strictObject({
  kind: z
    .enum(["mamba", "mamba2", "gated-delta-net", "kimi-delta", "lightning", "short-convolution"])
    .describe("Kind of mixer"),
  layers: z.int().min(1).describe("Layers with this mixer, instead of attention or in addition to it"),
  inWidth: z.int().min(1).describe("Outputs of its projections from the hidden vector"),
  outWidth: z.int().min(1).describe("Inputs of its projection back to the hidden width"),
  state: Count.describe("Elements of the recurrent state of a sequence; 0 if it has only a convolution"),
  convolved: Count.describe("Channels of its convolution; 0 if it has none"),
  taps: Count.describe("Length of the convolution kernel; one element fewer is kept per channel"),
  isStateFp32: z.boolean().describe("The configuration of the model requires the recurrent state in fp32"),
});

/** Global layers of a model whose local layers have a different head shape (Gemma 4). */
export const GlobalAttention = z.strictObject({
  layers: z.int().min(1).describe("Layers with global attention"),
  headDim: z.int().min(1).describe("Width of a head of these layers"),
  kvHeads: z.int().min(1).describe("Key and value heads of these layers"),
});

/** An open-weights model as used by the estimators: its configuration and published size. */
export const ModelShape = z.strictObject({
  id: z.string().min(1).describe("Hub id, such as `org/name`"),
  aliases: z.array(z.string()).describe("Other names with the same shape"),
  family: z.string().min(1).describe("Model family"),
  released: z.string().nullable().describe("Month of release, YYYY-MM; null if unknown"),
  licence: z.string().nullable().describe("SPDX or short licence name; null if unknown"),
  publishedParamCount: z.number().nullable().describe("Parameters as published; null if not found"),
  paramCount: z.number().min(1).describe("Parameters computed from the shape"),
  activeParamCount: z
    .number()
    .min(1)
    .describe("Parameters that are active per token; equals `paramCount` for dense models"),
  layers: z.int().min(1).describe("Decoder layers"),
  hidden: z.int().min(1).describe("Hidden width"),
  mlp: Count.describe("Width of the dense MLP; 0 if every layer has experts"),
  mlpKind: z
    .enum(["swiglu", "geglu", "gelu", "relu", "relu2", "xielu"])
    .describe("Kind of MLP; the gated kinds have three matrices"),
  heads: z.int().min(1).describe("Query heads"),
  kvHeads: z.int().min(1).describe("Key and value heads"),
  headDim: z.int().min(1).describe("Width of one head"),
  vocab: z.int().min(1).describe("Vocabulary size of the embedding"),
  tiedEmbeddings: z.boolean().describe("Input and output embedding share one matrix"),
  attention: z.enum(["mha", "gqa", "mqa", "mla", "hybrid"]).describe("Kind of attention"),
  latent: LatentAttention.nullable().describe("Latent attention; null for other kinds"),
  slidingWindow: z
    .int()
    .min(1)
    .nullable()
    .describe("Window of the local layers in tokens; null if attention is global"),
  slidingPattern: z.string().nullable().describe("Ratio of local to global layers, such as `5:1`"),
  linearLayers: Count.describe("Layers with a mixer other than attention (Mamba, gated delta net, convolution)"),
  attentionLayers: Count.describe("Layers with attention"),
  recurrence: Recurrence.nullable().describe("Mixers with a state; null if the model has none"),
  globalAttention: GlobalAttention.nullable().describe(
    "Heads of the global layers; null if all layers have the same heads",
  ),
  sharedKvLayers: Count.describe("Last layers that reuse keys and values of earlier layers and store none"),
  experts: Experts.nullable().describe("Mixture of experts; null for dense models"),
  context: z.int().min(1).nullable().describe("Longest sequence of the configuration in tokens; null if unknown"),
  source: z.string().min(1).describe("Source of the shape"),
  asOf: Day.describe("Day on which the source was read"),
  notes: z.string().describe("What is not modelled, and where sources disagree"),
});
export type ModelShape = z.infer<typeof ModelShape>;
