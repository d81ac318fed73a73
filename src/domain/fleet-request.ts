import * as z from "zod";

import { FleetRank } from "./fleet-search.ts";
import { LIMITS } from "./limits.ts";
import { RentalTerm } from "./price.ts";
import { DIR_FIELD, PRICE_FIELDS, RUN_FIELDS, VOLUME_FIELDS } from "./run-request.ts";
import { PositiveMoney } from "./source.ts";

const { gpu: _gpu, gpuCount: _gpuCount, ...RUN_WITHOUT_FLEET } = RUN_FIELDS;

/** Maximum number of GPUs of a search. */
export const MOST_FLEET_GPUS = 256;

/** Request of `plan fleet`. */
export const FleetSearchRequest = z.strictObject({
  ...DIR_FIELD,
  ...RUN_WITHOUT_FLEET,
  ...VOLUME_FIELDS,
  ...PRICE_FIELDS,
  term: RentalTerm.optional().describe("Only this term; default: on demand, spot, and reserved by your own contract"),
  gpu: z.string().min(1).optional().describe("Only this GPU; default: all GPUs of the catalogue"),
  maxGpus: z.int().min(1).max(MOST_FLEET_GPUS).default(64).describe("Maximum number of GPUs of a fleet"),
  rank: FleetRank.default("cost").describe("Order: cheapest first, fastest first, or the cheapest within a deadline"),
  deadlineHours: z.number().positive().max(LIMITS.hours).optional().describe("Largest wall time at p90"),
  budgetUsd: PositiveMoney.optional().describe("Largest cost at p90, US dollars"),
  globalBatch: z
    .int()
    .min(1)
    .max(LIMITS.batchSequences)
    .optional()
    .describe("Sequences of an optimizer step over all GPUs; default: batch-sequences × grad-accum per GPU"),
  interruptionsPerNodeHour: z
    .number()
    .min(0)
    .max(60)
    .optional()
    .describe("Measured interruptions of one spot machine per hour; default: an assumption"),
  html: z.string().min(1).optional().describe("Write an HTML page with the chart of hours and cost to this file"),
  all: z.boolean().default(false).describe("Print every option, and every rejected fleet with its reason"),
});
export type FleetSearchRequest = z.infer<typeof FleetSearchRequest>;
