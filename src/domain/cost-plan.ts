import * as z from "zod";

import { ProgrammeCost, Reconciliation } from "./cost.ts";
import { Quantity } from "./estimate.ts";
import { Figure } from "./figure.ts";
import { ServingChoice } from "./serving-choice.ts";
import { Day } from "./source.ts";
import { Payback } from "./study.ts";

/** Cost and payback of a programme, and a comparison with its quoted budget. */
export const CostPlan = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the prices"),
  cost: ProgrammeCost.describe("Cost by line, with totals"),
  usdPerGpuHour: Quantity.describe("Price of one GPU-hour of training, US dollars"),
  serving: ServingChoice.nullable().describe("Serving hardware; null if its size is not estimated"),
  payback: Payback.extend({ figures: z.array(Figure).describe("Chain of every number") }).describe("Payback"),
  reconciliation: Reconciliation.nullable().describe("The quoted budget; null if the programme quotes none"),
});
export type CostPlan = z.infer<typeof CostPlan>;
