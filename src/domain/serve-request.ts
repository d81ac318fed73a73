import * as z from "zod";

import { DIR_FIELD, PRICE_FIELDS } from "./run-request.ts";
import { ServeSpec } from "./serve-spec.ts";

/** Request of `plan serve`. */
export const ServePlanRequest = z.strictObject({
  ...DIR_FIELD,
  ...ServeSpec.shape,
  model: ServeSpec.shape.model.optional(),
  ...PRICE_FIELDS,
  traffic: z
    .string()
    .min(1)
    .optional()
    .describe("A month of traffic in JSON, as written by plan traffic: its rate, peak, lengths and cached share"),
  lengthsOf: z
    .string()
    .min(1)
    .optional()
    .describe("Dataset file whose answers, each with its context, determine the lengths of the requests"),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe("Tokenizer for that dataset: tokenizer.json, o200k_base, cl100k_base or characters; default: o200k_base"),
  measured: z
    .string()
    .min(1)
    .optional()
    .describe("Result of tunewright loadtest --json for one replica: its capacity replaces the estimate"),
  html: z
    .string()
    .min(1)
    .optional()
    .describe("Write an HTML page with charts of latency, cost and memory to this file"),
});
export type ServePlanRequest = z.infer<typeof ServePlanRequest>;
