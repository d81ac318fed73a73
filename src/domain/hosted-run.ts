import * as z from "zod";

import { PositiveMoney } from "./source.ts";

/** Fields of a run trained by a provider: engine `openai`. */
export const HostedRun = z.strictObject({
  epochs: z.int().min(1).max(50).describe("Passes over the dataset"),
  usdPerMillionTokens: PositiveMoney.describe("Price of a million trained tokens, US dollars"),
  learningRateMultiplier: z
    .number()
    .positive()
    .optional()
    .describe("Factor of the provider's learning rate; default: chosen by the provider"),
  suffix: z
    .string()
    .regex(/^[\w-]{1,40}$/, "must be 1 to 40 letters, digits, - and _")
    .optional()
    .describe("End of the name of the model; default: chosen by the provider"),
  testQuestion: z
    .string()
    .min(1)
    .max(4000)
    .default("Hello")
    .describe("Question that the finished model must answer before the run counts as verified"),
});
export type HostedRun = z.infer<typeof HostedRun>;

/** Encoding with which tokens are counted before a run. */
export const HOSTED_ENCODING = "o200k_base";
