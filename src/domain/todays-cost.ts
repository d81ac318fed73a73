import * as z from "zod";

import { Quantity } from "./estimate.ts";

/** Monthly cost of today that a programme replaces: one answer in study, payback, cost and comparison. */
export const TodaysCost = z.strictObject({
  usdPerMonth: Quantity.describe(
    "Replaced cost per month: the stated spend on the API times the replaced share, otherwise the list price of the tokens that the tuned model will serve; plus other cost",
  ),
  text: z.string().describe("Its parts, and what each is based on"),
  listUsdPerMonth: Quantity.describe("List price of the API in use for the tokens that the tuned model will serve"),
  conflict: z
    .string()
    .nullable()
    .describe(
      "How a stated spend contradicts the list price of the stated tokens, with both numbers; null if they agree",
    ),
  notes: z.array(z.string()).describe("What is stated and not counted; empty if there is nothing"),
});
export type TodaysCost = z.infer<typeof TodaysCost>;
