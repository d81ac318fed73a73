import * as z from "zod";

import { QuarantinedPrice } from "./price.ts";

/** What the guards say of a price list. */
export const PriceCheck = z.strictObject({
  file: z.string().describe("What was checked: a path, or the catalogue"),
  pricesKept: z.int().describe("Prices that broke no guard"),
  quarantined: z.array(QuarantinedPrice).describe("Rows that broke one"),
  unexpected: z.int().describe("Quarantined rows that nobody declared: those that make the check fail"),
  rules: z
    .array(
      z.strictObject({
        id: z.string().describe("Name of the guard"),
        rule: z.string().describe("What holds"),
        seen: z.string().describe("An error that was really made"),
      }),
    )
    .describe("The guards"),
});
export type PriceCheck = z.infer<typeof PriceCheck>;
