import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { Term } from "./price.ts";
import { Money } from "./source.ts";
import { FleetOption } from "./study.ts";

/** What the first fleet of a list is best at; `deadline` is the cheapest of those that keep it. */
export const FleetRank = z.enum(["cost", "time", "deadline"]);
export type FleetRank = z.infer<typeof FleetRank>;

/** What spot machines add to a run, in the middle of the assumptions. */
export const SpotPlan = z.strictObject({
  interruptions: z.number().describe("Interruptions to expect"),
  checkpointMinutes: z.number().describe("Minutes between checkpoints: the optimal interval of Young and Daly"),
  billedFactor: z.number().describe("Billed hours over the hours of an undisturbed run"),
  wallFactor: z.number().describe("Wall hours over them: the wait for new machines is not billed"),
  basis: z.string().describe("What they rest on, in words"),
});
export type SpotPlan = z.infer<typeof SpotPlan>;

/** A fleet that holds the run at p90, priced by one term. */
export const FleetCandidate = FleetOption.extend({
  term: Term.describe("How it is bought"),
  priceIsOld: z.boolean().describe("Its only price is an old published range"),
  speedSources: z.int().describe("Sources that measured the speed of libraries like this one on this GPU"),
  vendorSpeedSources: z.int().describe("Sources that measured it on any GPU of this vendor"),
  isLessSure: z
    .boolean()
    .describe(
      "Its price is old, or fewer than two sources measured its vendor's speed: it comes after the others and dominates none of them",
    ),
  onFront: z.boolean().describe("On the Pareto front of wall hours and cost: no other is as fast and as cheap"),
  dominatedBy: z.string().nullable().describe("A fleet that is as fast and as cheap, or better; null on the front"),
  spot: SpotPlan.nullable().describe("What interruptions add; null for other terms"),
});
export type FleetCandidate = z.infer<typeof FleetCandidate>;

/** A fleet that holds the run at p90 and has no price. */
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
  gpuHours: Quantity.describe("GPU-hours of the whole run"),
  breakEvenUsdPerGpuHour: Quantity.nullable().describe(
    "Price at which it costs what the cheapest fleet that has one does; null where none has",
  ),
  priceHint: z.string().describe("Prices that are in force by other terms or sellers, and what to do"),
});
export type UnpricedFleet = z.infer<typeof UnpricedFleet>;

/** Why a candidate is not on the list. */
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

/** Candidates of one GPU that were rejected for one reason. */
export const RejectedFleets = z.strictObject({
  reason: FleetRejection.describe("Why"),
  gpu: z.string().describe("GPU id"),
  terms: z.array(Term).describe("Terms by which they were to be bought"),
  count: z.int().describe("Candidates"),
  example: z.string().describe("One of them and its reason, with the numbers"),
});
export type RejectedFleets = z.infer<typeof RejectedFleets>;

/** One rejected candidate. */
export const RejectedFleet = z.strictObject({
  fleet: z.string().describe("The candidate, as in `2 × L40S spot, fsdp, 1 × 4 steps`"),
  reason: FleetRejection.describe("Why"),
  why: z.string().describe("The reason, with the numbers"),
});
export type RejectedFleet = z.infer<typeof RejectedFleet>;

/** Every fleet that was tried for a run: those that hold it, ranked, and how many were rejected for what. */
export const FleetSearch = z.strictObject({
  rank: FleetRank.describe("What the order is by"),
  deadlineHours: z.number().nullable().describe("Wall hours that the p90 must stay within"),
  budgetUsd: Money.nullable().describe("US dollars that the p90 must stay within"),
  candidates: z.int().describe("Fleets that were tried: options, and all that are counted as rejected"),
  options: z
    .array(FleetCandidate)
    .describe("Best layout and micro-batch of each GPU, count and term that holds the run at p90, in order"),
  unpriced: z
    .array(UnpricedFleet)
    .describe(
      "GPUs without a price, by wall hours: of each the number with the fewest GPU-hours, and every number of a GPU that alone is asked for; their candidates are counted as rejected",
    ),
  rejected: z.array(RejectedFleets).describe("All others, counted by reason and GPU"),
  each: z.array(RejectedFleet).describe("The same one by one, where asked for; else empty"),
});
export type FleetSearch = z.infer<typeof FleetSearch>;
