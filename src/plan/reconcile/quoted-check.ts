import type { ProgrammeCost } from "../../domain/cost.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { Payback } from "../../domain/study.ts";
import type { CostRequest } from "../cost/cost-facts.ts";

/** A quoted budget and everything with which it is compared; the request is that of `cost` and `payback`. */
export type QuotedCheck = CostRequest & {
  cost: ProgrammeCost;
  payback?: Payback | undefined;
  /** GPU prices in force on the day of the quoted budget, for the programme's GPU, term and seller class. */
  prices: readonly GpuPrice[];
};
