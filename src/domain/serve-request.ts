import * as z from "zod";

import { DIR_FIELD, PRICE_FIELDS } from "./run-request.ts";
import { ServeSpec } from "./serve-spec.ts";

/** What `plan serve` is asked. */
export const ServePlanRequest = z.strictObject({
  ...DIR_FIELD,
  ...ServeSpec.shape,
  model: ServeSpec.shape.model.optional(),
  ...PRICE_FIELDS,
  traffic: z
    .string()
    .min(1)
    .optional()
    .describe("A month of traffic in JSON, as plan traffic writes it: its rate, peak, lengths and cached share"),
  lengthsOf: z
    .string()
    .min(1)
    .optional()
    .describe("Dataset file whose answers, each with its context, set the lengths of the requests"),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Counts that dataset's tokens: tokenizer.json, o200k_base, cl100k_base or characters; default: o200k_base",
    ),
  measured: z
    .string()
    .min(1)
    .optional()
    .describe("Result of tunewright loadtest --json of one replica: its capacity replaces the estimate"),
  html: z.string().min(1).optional().describe("Write a page with charts of latency, cost and memory to this file"),
});
export type ServePlanRequest = z.infer<typeof ServePlanRequest>;
