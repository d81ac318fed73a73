import * as z from "zod";

import { ModelShape } from "./model-shape.ts";

/** Parameters of a model by part. */
export const ParamParts = z.strictObject({
  embedding: z.number().describe("Embeddings and output head"),
  attention: z.number().describe("Attention of all layers"),
  linearMixers: z.number().describe("Layers whose mixer is not attention"),
  mlp: z.number().describe("Dense MLPs of all layers"),
  experts: z.number().describe("Experts, shared ones included, with their routers"),
  norms: z.number().describe("Norms"),
  extras: z.number().describe("What some families add: embeddings of each layer, biases of positions"),
  mtp: z.number().describe("Layers for multi-token prediction"),
  towers: z.number().describe("Towers for images and sound"),
});
export type ParamParts = z.infer<typeof ParamParts>;

/** Parameters of a model. */
export const ParamCount = z.strictObject({
  total: z.number().describe("Sum of the parts"),
  active: z.number().describe("What a text token passes through"),
  parts: ParamParts.describe("By part"),
});
export type ParamCount = z.infer<typeof ParamCount>;

/** A model of the catalogue, and how its parameters add up. */
export const CountedModel = ModelShape.extend({
  paramParts: ParamParts.describe("Parameters by part; `paramCount` is their sum"),
});
export type CountedModel = z.infer<typeof CountedModel>;
