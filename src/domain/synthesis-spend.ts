import * as z from "zod";

import { Money } from "./source.ts";

/** Spend of a synthesis so far. */
export const SynthesisSpend = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-][\w.-]{0,59}$/)
    .describe("Name of the synthesis: synthesize/NAME.yaml"),
  model: z.string().min(1).max(200).describe("Model that answered"),
  totalUsd: Money.describe("US dollars for all its answers, including earlier runs"),
});
export type SynthesisSpend = z.infer<typeof SynthesisSpend>;

/** Part of the cost that was added to the ledger. */
export const SynthesisSpent = z.strictObject({
  addedUsd: Money.describe("US dollars that were added"),
  totalUsd: Money.describe("US dollars in the ledger for this synthesis"),
});
export type SynthesisSpent = z.infer<typeof SynthesisSpent>;
