import type { Assumption } from "../domain/assumption.ts";
import type { ProgrammeCost } from "../domain/cost.ts";
import type { GpuPrice } from "../domain/price.ts";
import type { Programme } from "../domain/programme.ts";
import type { Payback } from "../domain/study.ts";
import type { TrainingFacts } from "./cost-facts.ts";

/** A budget that somebody stated, and all that it is held against. */
export type QuotedCheck = {
  programme: Programme;
  cost: ProgrammeCost;
  payback?: Payback | undefined;
  assumption: (id: string) => Assumption;
  training: TrainingFacts;
  /** GPU prices in force on the day of the stated budget, for the programme's GPU, term and class of seller. */
  prices: readonly GpuPrice[];
};
