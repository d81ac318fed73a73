import * as z from "zod";

import { Money } from "./source.ts";

/** What a synthesis has cost so far. */
export const SynthesisSpend = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-][\w.-]{0,59}$/)
    .describe("Name of the synthesis: synthesize/NAME.yaml"),
  model: z.string().min(1).max(200).describe("Model that was paid for"),
  totalUsd: Money.describe("US dollars of all its answers, earlier runs included"),
});
export type SynthesisSpend = z.infer<typeof SynthesisSpend>;

/** What of it the ledger did not hold yet. */
export const SynthesisSpent = z.strictObject({
  addedUsd: Money.describe("US dollars that were added"),
  totalUsd: Money.describe("US dollars that the ledger holds for it"),
});
export type SynthesisSpent = z.infer<typeof SynthesisSpent>;
