import * as z from "zod";

import { Money } from "./source.ts";

/** State of a run, as pages and groups show it. */
export const RunState = z
  .enum(["running", "silent", "scheduled", "finished", "killed", "failed"])
  .describe("State; `silent`: its status is RUNNING, but it was not seen for ten minutes");
export type RunState = z.infer<typeof RunState>;

/** A key by which runs are grouped. */
export const GroupKey = z
  .string()
  .regex(/^(?:(?:params|tags)\..|(?:dataset|experiment)$)/, "must be params.KEY, tags.KEY, dataset or experiment")
  .describe("A key: params.KEY, tags.KEY, dataset or experiment");

const Missing = z.int().describe("Runs without a value");

/** A metric of a group of runs. Values that are not finite are counted, not averaged. */
export const NumberSummary = z.strictObject({
  mean: z.number().nullable().describe("Mean of the latest finite values; null if there is none"),
  lowest: z.number().nullable().describe("Lowest of them"),
  highest: z.number().nullable().describe("Highest of them"),
  finite: z.int().describe("Runs whose latest value is finite"),
  nan: z.int().describe("Runs whose latest value is NaN"),
  infinite: z.int().describe("Runs whose latest value is infinite"),
  missing: Missing,
});
export type NumberSummary = z.infer<typeof NumberSummary>;

/** A param, a tag, a dataset or another text of a group of runs. */
export const TextSummary = z.strictObject({
  only: z.string().nullable().describe("The value of all runs that have one; null if they differ or none has one"),
  different: z.int().describe("Different values"),
  missing: Missing,
});
export type TextSummary = z.infer<typeof TextSummary>;

/** Runs with the same value of each key. */
export const RunGroup = z.strictObject({
  values: z.array(z.string().nullable()).describe("Value of each key; null for the runs in which it is not set"),
  runs: z.int().describe("Runs in the group"),
  states: z
    .array(z.strictObject({ state: RunState, runs: z.int().describe("Runs in it") }))
    .describe("How many runs are in each state"),
  experiment: TextSummary.describe("Their experiments"),
  user: TextSummary.describe("Their users"),
  newestAt: z.string().describe("Start of the newest run, ISO 8601"),
  activeSec: z.number().describe("Seconds in which they were alive, in all"),
  costUsd: Money.nullable().describe("Sum of the known costs; null if none is known"),
  unpriced: z.int().describe("Runs whose cost is unknown"),
  usdPerHour: z
    .strictObject({ lowest: Money.describe("Lowest price"), highest: Money.describe("Highest price") })
    .nullable()
    .describe("Prices of their machines per hour; null if none is known"),
  columns: z
    .array(z.union([NumberSummary, TextSummary]))
    .describe("A summary of each requested column, in their order"),
});
export type RunGroup = z.infer<typeof RunGroup>;

/** Runs in groups. */
export const RunGroups = z.strictObject({
  by: z.array(GroupKey).describe("Keys by which they are grouped"),
  columns: z.array(z.string()).describe("Columns that are summarised"),
  groups: z.array(RunGroup).describe("Groups by value: numbers by size, then words, then the runs without a value"),
  runs: z.int().describe("Runs in all groups"),
  hasMore: z.boolean().describe("True if more than 100,000 runs match: the oldest ones are in no group"),
});
export type RunGroups = z.infer<typeof RunGroups>;

/** Groups as a command lists them. */
export const RunGroupList = z.strictObject({
  ...RunGroups.shape,
  moreGroups: z.int().describe("Groups beyond the limit"),
});
export type RunGroupList = z.infer<typeof RunGroupList>;
