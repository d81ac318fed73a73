import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { Term } from "./price.ts";
import { Money } from "./source.ts";
import { FleetOption } from "./study.ts";

/** Criterion for the best fleet, which is first in the list; `deadline` is the cheapest that meets the deadline. */
export const FleetRank = z.enum(["cost", "time", "deadline"]);
export type FleetRank = z.infer<typeof FleetRank>;

/** Time and cost that spot machines add to a run, at the middle of the assumptions. */
export const SpotPlan = z.strictObject({
  interruptions: z.number().describe("Expected interruptions"),
  checkpointMinutes: z.number().describe("Minutes between checkpoints: the optimal interval by Young and Daly"),
  billedFactor: z.number().describe("Billed hours divided by the hours of an undisturbed run"),
  wallFactor: z.number().describe("Wall hours divided by these hours; waiting for new machines is not billed"),
  basis: z.string().describe("Basis of these values"),
});
export type SpotPlan = z.infer<typeof SpotPlan>;

/** A fleet on which the run fits at p90, with its price for one term. */
export const FleetCandidate = FleetOption.extend({
  term: Term.describe("Term"),
  priceIsOld: z.boolean().describe("Its only price is an old published range"),
  speedSources: z.int().describe("Sources that measured the speed of comparable libraries on this GPU"),
  vendorSpeedSources: z.int().describe("Sources that measured it on any GPU of this vendor"),
  isLessSure: z
    .boolean()
    .describe(
      "Its price is old, or fewer than two sources measured the speed of its vendor: it is ranked after the others and cannot dominate them",
    ),
  onFront: z.boolean().describe("On the Pareto front of wall hours and cost: no other is as fast and as cheap"),
  dominatedBy: z.string().nullable().describe("A fleet that is at least as fast and as cheap; null on the front"),
  spot: SpotPlan.nullable().describe("What interruptions add; null for other terms"),
});
export type FleetCandidate = z.infer<typeof FleetCandidate>;

/** A fleet on which the run fits at p90, but without a price. */
export const UnpricedFleet = FleetCandidate.pick({
  gpu: true,
  gpuCount: true,
  sharding: true,
  tensorParallel: true,
  pipelineParallel: true,
  batchSequences: true,
  gradAccum: true,
  memory: true,
  hours: true,
  speedSources: true,
  vendorSpeedSources: true,
}).extend({
  gpuHours: Quantity.describe("GPU-hours of the complete run"),
  breakEvenUsdPerGpuHour: Quantity.nullable().describe(
    "Price at which it costs as much as the cheapest priced fleet; null if no fleet has a price",
  ),
  priceHint: z.string().describe("Current prices of other terms or sellers, and what to do"),
});
export type UnpricedFleet = z.infer<typeof UnpricedFleet>;

/** Reason why a candidate was rejected. */
export const FleetRejection = z.enum([
  "no-price",
  "impossible",
  "batch-split",
  "memory-unknown",
  "does-not-fit",
  "speed-unknown",
  "slower-layout",
  "over-deadline",
  "over-budget",
]);
export type FleetRejection = z.infer<typeof FleetRejection>;

/** Candidates of one GPU that were rejected for the same reason. */
export const RejectedFleets = z.strictObject({
  reason: FleetRejection.describe("Reason"),
  gpu: z.string().describe("GPU id"),
  terms: z.array(Term).describe("Terms of these candidates"),
  count: z.int().describe("Candidates"),
  example: z.string().describe("One of these candidates and the reason with its numbers"),
});
export type RejectedFleets = z.infer<typeof RejectedFleets>;

/** One rejected candidate. */
export const RejectedFleet = z.strictObject({
  fleet: z.string().describe("The candidate, such as `2 × L40S spot, fsdp, 1 × 4 steps`"),
  reason: FleetRejection.describe("Reason"),
  why: z.string().describe("The reason in detail, with the numbers"),
});
export type RejectedFleet = z.infer<typeof RejectedFleet>;

/** All fleets that were tried for a run: those on which it fits, ranked, and the number of rejected ones by reason. */
export const FleetSearch = z.strictObject({
  rank: FleetRank.describe("Ranking criterion"),
  deadlineHours: z.number().nullable().describe("Upper limit on wall hours at p90"),
  budgetUsd: Money.nullable().describe("Upper limit on US dollars at p90"),
  candidates: z.int().describe("Fleets that were tried: the options plus all rejected candidates"),
  options: z
    .array(FleetCandidate)
    .describe("Best layout and micro-batch for each GPU, count and term on which the run fits at p90, in order"),
  unpriced: z
    .array(UnpricedFleet)
    .describe(
      "GPUs without a price, by wall hours: for each the count with the fewest GPU-hours, or every count if only one GPU was requested; these candidates count as rejected",
    ),
  rejected: z.array(RejectedFleets).describe("The others, counted by reason and GPU"),
  each: z.array(RejectedFleet).describe("The rejected candidates one by one, if requested; otherwise empty"),
});
export type FleetSearch = z.infer<typeof FleetSearch>;
