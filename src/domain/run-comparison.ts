import * as z from "zod";

import { Money } from "./source.ts";
import { MetricValue, RunQuery, RunStatus } from "./tracked-run.ts";

/** Runs to compare. */
export const RunComparisonRequest = z.strictObject({
  run: z.array(z.string().min(1)).min(2).max(20).describe("Ids of two to twenty runs, or their first characters"),
  all: z.boolean().default(false).describe("Also list params and datasets that are the same in all runs"),
});
export type RunComparisonRequest = z.infer<typeof RunComparisonRequest>;

/** Runs next to each other. Each list of values is in the order of the runs. */
export const RunComparison = z.strictObject({
  runs: z
    .array(
      z.strictObject({
        id: z.string().describe("Id of the run"),
        name: z.string().describe("Name of the run"),
        experiment: z.string().describe("Name of its experiment"),
        status: RunStatus,
        activeSec: z.number().describe("Seconds in which the server saw it alive"),
        usd: Money.nullable().describe("Cost so far; null if a price is unknown"),
      }),
    )
    .describe("The runs, in the order in which they were named"),
  params: z
    .array(
      z.strictObject({
        key: z.string().describe("Key"),
        values: z.array(z.string().nullable()).describe("Value in each run; null if it has none"),
      }),
    )
    .describe("Params that differ, and datasets (`dataset NAME`, its digest); with `all`, every one"),
  sameParams: z.int().describe("Params and datasets that are the same in all runs"),
  metrics: z
    .array(
      z.strictObject({
        key: z.string().describe("Name of the metric"),
        values: z.array(MetricValue.nullable()).describe("Latest value in each run; null if it has none"),
      }),
    )
    .describe("Every metric of these runs"),
});
export type RunComparison = z.infer<typeof RunComparison>;

/** Runs to export. */
export const RunExportRequest = RunQuery.omit({ limit: true, pageToken: true });
export type RunExportRequest = z.infer<typeof RunExportRequest>;

/** Runs as a table. */
export const RunExport = z.strictObject({
  runs: z.int().describe("Rows: one per run"),
  columns: z.array(z.string()).describe("Columns: facts of a run, then params.KEY, metrics.KEY (latest) and tags.KEY"),
  csv: z.string().describe("The table as CSV"),
});
export type RunExport = z.infer<typeof RunExport>;
