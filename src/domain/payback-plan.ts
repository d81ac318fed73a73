import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { Figure } from "./figure.ts";
import { ServingChoice } from "./serving-choice.ts";
import { Day } from "./source.ts";
import { Payback } from "./study.ts";

/** When a programme pays back, what it is worth over two years, and on what capacity of serving that rests. */
export const PaybackPlan = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the prices"),
  capacity: z
    .strictObject({
      basis: z
        .enum(["load-test", "estimate", "stated", "range"])
        .describe(
          "A load test; the estimator of serving; a speed, a monthly cost or a range that the programme states; or the wide ranges of published sizes where none of these is",
        ),
      text: z.string().describe("The same in words"),
      outputTokensPerSec: Quantity.describe("Output tokens per second of one replica"),
    })
    .describe("What one serving replica gives"),
  serving: ServingChoice.nullable().describe("What serves it; null where its size is not estimated"),
  payback: Payback.extend({ figures: z.array(Figure).describe("Chain of every number") }).describe("When it pays back"),
  discountPerYear: z.number().describe("Discount rate per year"),
  growthPerMonth: z.number().describe("Growth of the traffic per month"),
  priceDropPerYear: z.number().describe("How much API prices fall per year"),
  net12Months: Quantity.describe("Saved less all cost over twelve months, US dollars, not discounted"),
  net24Months: Quantity.describe("The same over 24 months"),
  npv24Months: Quantity.describe("The same over 24 months, each month discounted"),
});
export type PaybackPlan = z.infer<typeof PaybackPlan>;
