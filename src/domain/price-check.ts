import * as z from "zod";

import { QuarantinedPrice } from "./price.ts";

/** Results of the guards for a price list. */
export const PriceCheck = z.strictObject({
  file: z.string().describe("What was checked: a path or the catalogue"),
  pricesKept: z.int().describe("Prices that passed every guard"),
  quarantined: z.array(QuarantinedPrice).describe("Rows that failed a guard"),
  unexpected: z.int().describe("Unexpected quarantined rows; they fail the check"),
  rules: z
    .array(
      z.strictObject({
        id: z.string().describe("Name of the guard"),
        rule: z.string().describe("Condition"),
        seen: z.string().describe("A real error that it catches"),
      }),
    )
    .describe("The guards"),
});
export type PriceCheck = z.infer<typeof PriceCheck>;
