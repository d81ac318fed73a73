import * as z from "zod";

import { ProgrammeCost, Reconciliation } from "./cost.ts";
import { Figure } from "./figure.ts";
import { ServingChoice } from "./serving-choice.ts";
import { Day } from "./source.ts";
import { Payback } from "./study.ts";

/** What a programme costs, when it pays back, and how a budget that somebody quoted compares. */
export const CostPlan = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the prices"),
  cost: ProgrammeCost.describe("Line by line, with totals"),
  serving: ServingChoice.nullable().describe("What serves it; null where its size is not estimated"),
  payback: Payback.extend({ figures: z.array(Figure).describe("Chain of every number") }).describe("When it pays back"),
  reconciliation: Reconciliation.nullable().describe("The quoted budget; null where the programme quotes none"),
});
export type CostPlan = z.infer<typeof CostPlan>;
