import type { ProgrammeCost } from "../../domain/cost.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { Payback } from "../../domain/study.ts";
import type { CostRequest } from "../cost/cost-facts.ts";

/** A budget that somebody stated, and all that it is held against: the request is the one of `cost` and `payback`. */
export type QuotedCheck = CostRequest & {
  cost: ProgrammeCost;
  payback?: Payback | undefined;
  /** GPU prices in force on the day of the stated budget, for the programme's GPU, term and class of seller. */
  prices: readonly GpuPrice[];
};
