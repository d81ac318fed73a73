import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { Figure } from "./figure.ts";
import { ServingChoice } from "./serving-choice.ts";
import { Day } from "./source.ts";
import { Payback } from "./study.ts";

/** Payback of a programme, its value over two years, and the serving capacity on which both depend. */
export const PaybackPlan = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the prices"),
  capacity: z
    .strictObject({
      basis: z
        .enum(["load-test", "estimate", "stated", "range"])
        .describe(
          "Source of the capacity: a load test; the serving estimator; a speed, a monthly cost or a range stated by the programme; or the wide ranges of published sizes if there is nothing else",
        ),
      text: z.string().describe("Description of the source"),
      outputTokensPerSec: Quantity.describe("Output tokens per second of one replica"),
    })
    .describe("Capacity of one serving replica"),
  serving: ServingChoice.nullable().describe("Serving hardware; null if its size is not estimated"),
  payback: Payback.extend({ figures: z.array(Figure).describe("Chain of every number") }).describe("Payback"),
  discountPerYear: z.number().describe("Yearly discount rate"),
  growthPerMonth: z.number().describe("Monthly growth of the traffic"),
  priceDropPerYear: z.number().describe("Yearly decline of API prices"),
  net12Months: Quantity.describe("Savings minus all cost over twelve months, US dollars, not discounted"),
  net24Months: Quantity.describe("Savings minus all cost over 24 months, not discounted"),
  npv24Months: Quantity.describe("Savings minus all cost over 24 months, each month discounted"),
});
export type PaybackPlan = z.infer<typeof PaybackPlan>;
