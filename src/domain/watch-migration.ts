import * as z from "zod";

import { Estimate, Quantity } from "./estimate.ts";
import { ModelLifecycle } from "./model-lifecycle.ts";
import { Day } from "./source.ts";

/** Cost, time and hardware of a base model in a programme. */
export const BaseModelFacts = z.strictObject({
  model: z.string().describe("Id in the catalogue"),
  released: z.string().nullable().describe("Month of release"),
  licence: z.string().nullable().describe("Licence"),
  paramCount: z.number().describe("Parameters"),
  context: z.int().nullable().describe("Longest sequence, tokens"),
  vocab: z.int().describe("Rows of the embedding"),
  attention: z.string().describe("Kind of attention"),
  training: z
    .strictObject({
      fleet: z.string().describe("GPUs of a run"),
      memoryGib: Quantity.describe("GiB that each GPU must have"),
      hoursPerRun: Quantity.describe("Hours of one run"),
      costPerRun: Quantity.describe("US dollars of one run"),
    })
    .nullable()
    .describe("Training; null if it cannot be planned"),
  serving: z
    .strictObject({
      fleet: z.string().describe("GPUs of a replica"),
      replicas: z.number().nullable().describe("Replicas for the peak; null if the load is unknown"),
      requestsPerSec: Quantity.describe("Requests a second of a replica within the SLO"),
      usdPerMonth: Quantity.describe("US dollars a month"),
    })
    .nullable()
    .describe("Serving; null if it cannot be sized"),
  problems: z.array(z.string()).describe("Why a part is null"),
});
export type BaseModelFacts = z.infer<typeof BaseModelFacts>;

/** Differences between two base models, and their consequences. */
export const BaseDifference = z.strictObject({
  what: z.enum(["tokenizer", "template", "licence", "context", "size", "attention"]).describe("What differs"),
  from: z.string().describe("In the model of today"),
  to: z.string().describe("In the new model"),
  meaning: z.string().describe("What to do about it"),
});
export type BaseDifference = z.infer<typeof BaseDifference>;

/** A part of the cost of a migration. */
export const MigrationCost = z.strictObject({
  what: z.string().describe("Purpose of the cost"),
  cost: Estimate.nullable().describe("US dollars; null if unknown"),
  reason: z.string().nullable().describe("Why it is unknown"),
});
export type MigrationCost = z.infer<typeof MigrationCost>;

/** Result of `watch migrate`. */
export const WatchMigration = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Today"),
  from: BaseModelFacts.describe("The base model of programme.yaml"),
  to: BaseModelFacts.describe("The new one"),
  ends: z.array(ModelLifecycle).describe("Dated statements about the end of the model of today"),
  endsTo: z.array(ModelLifecycle).describe("Days on which the new model ends"),
  differences: z.array(BaseDifference).describe("What differs"),
  costs: z.array(MigrationCost).describe("Parts of the cost"),
  total: Estimate.describe("Sum of the known parts, US dollars"),
  published: z
    .strictObject({
      usd: z.tuple([z.number(), z.number()]).describe("A migration as the article has it, US dollars"),
      source: z.string().describe("The article"),
      note: z.string().describe("How ours compares"),
    })
    .describe("The published range next to ours"),
  before: z.array(z.string()).describe("Commands to run before switching, in order"),
  notes: z.array(z.string()).describe("Basis of the figure"),
});
export type WatchMigration = z.infer<typeof WatchMigration>;
