import * as z from "zod";

import { ModelShape } from "./model-shape.ts";

/** Parameters of a model by part. */
export const ParamParts = z.strictObject({
  embedding: z.number().describe("Embeddings and output head"),
  attention: z.number().describe("Attention of all layers"),
  linearMixers: z.number().describe("Layers with a mixer other than attention"),
  mlp: z.number().describe("Dense MLPs of all layers"),
  experts: z.number().describe("Experts, including shared experts and routers"),
  norms: z.number().describe("Norms"),
  extras: z.number().describe("Additions of some families: per-layer embeddings, position biases"),
  mtp: z.number().describe("Layers for multi-token prediction"),
  towers: z.number().describe("Encoders for images and sound"),
});
export type ParamParts = z.infer<typeof ParamParts>;

/** Parameters of a model. */
export const ParamCount = z.strictObject({
  total: z.number().describe("Sum of the parts"),
  active: z.number().describe("Parameters that are active per text token"),
  parts: ParamParts.describe("By part"),
});
export type ParamCount = z.infer<typeof ParamCount>;

/** A catalogue model, with its parameters by part. */
export const CountedModel = ModelShape.extend({
  paramParts: ParamParts.describe("Parameters by part; `paramCount` is their sum"),
});
export type CountedModel = z.infer<typeof CountedModel>;
