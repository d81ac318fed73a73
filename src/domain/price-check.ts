import * as z from "zod";

import { QuarantinedPrice } from "./price.ts";

/** What the guards say of a price list. */
export const PriceCheck = z.strictObject({
  file: z.string().describe("What was checked: a path, or the catalogue"),
  pricesKept: z.int().describe("Prices that passed every guard"),
  quarantined: z.array(QuarantinedPrice).describe("Rows that failed one"),
  unexpected: z.int().describe("Unexpected quarantined rows: these fail the check"),
  rules: z
    .array(
      z.strictObject({
        id: z.string().describe("Name of the guard"),
        rule: z.string().describe("What holds"),
        seen: z.string().describe("A real error of this kind"),
      }),
    )
    .describe("The guards"),
});
export type PriceCheck = z.infer<typeof PriceCheck>;
