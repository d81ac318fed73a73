import * as z from "zod";

import { GroupKey, RunGroups } from "./run-group.ts";
import { Money } from "./source.ts";
import { MetricValue, RunCurves, RunQuery, RunStatus, RunSummary } from "./tracked-run.ts";

/** A column of logged values: `metrics.train/loss`, `params.lr`, `tags.team`, `dataset`. */
export const ValueColumn = z
  .string()
  .regex(/^(?:(?:metrics|params|tags)\..|dataset$)/, "must be metrics.KEY, params.KEY, tags.KEY or dataset")
  .describe("A column: metrics.KEY, params.KEY, tags.KEY, or dataset for names and digests");

/** Maximum number of rows that a page can still sort. */
export const MOST_ROWS = 10_000;

/** Requested rows and columns of runs. */
export const RunTableQuery = z.strictObject({
  ...RunQuery.omit({ limit: true, order: true, pageToken: true }).shape,
  column: z.array(ValueColumn).max(50).default([]).describe("Columns of logged values; default: none"),
  groupBy: z.array(GroupKey).max(2).default([]).describe("Keys by which all matching runs are grouped; default: none"),
  limit: z.int().min(0).max(MOST_ROWS).default(MOST_ROWS).describe("Maximum number of rows; groups count every run"),
});
export type RunTableQuery = z.infer<typeof RunTableQuery>;

/** A run as a row. */
export const RunRow = z.strictObject({
  ...RunSummary.pick({
    id: true,
    name: true,
    experiment: true,
    experimentId: true,
    parentRunId: true,
    status: true,
    user: true,
    startedAt: true,
    endedAt: true,
    lastSeenAt: true,
    activeSec: true,
  }).shape,
  costUsd: Money.nullable().describe("Cost so far; null if the price is unknown"),
  usdPerHour: Money.nullable().describe("Price of its machines per hour; null if unknown"),
  costNote: z.string().describe("Source of the cost, or why there is none"),
  values: z
    .array(z.union([MetricValue, z.string(), z.null()]))
    .describe("Values in the order of the requested columns; null if the run has none"),
  group: z.int().nullable().describe("Index of its group; null if runs are not grouped"),
});
export type RunRow = z.infer<typeof RunRow>;

/** Runs as rows, newest first. */
export const RunTable = z.strictObject({
  rows: z.array(RunRow).describe("The newest matching runs"),
  hasMore: z.boolean().describe("More runs match than are returned"),
  grouped: RunGroups.nullable().describe("All matching runs in groups; null if no key was named"),
});
export type RunTable = z.infer<typeof RunTable>;

/** A logged key, for columns and filters. */
export const LoggedKey = z.strictObject({
  column: ValueColumn,
  runs: z.int().describe("Runs with this key"),
  values: z.int().nullable().describe("Distinct values of a param or datasets; null for metrics and tags"),
});
export type LoggedKey = z.infer<typeof LoggedKey>;

/** Logged keys of runs. */
export const LoggedKeys = z.strictObject({
  keys: z.array(LoggedKey).describe("Keys, most used first"),
  statuses: z.array(RunStatus).describe("Possible statuses of a run"),
});
export type LoggedKeys = z.infer<typeof LoggedKeys>;

/** Curves of several runs. */
export const CurveSet = z.strictObject({ runs: z.array(RunCurves).describe("Curves of each requested run") });
export type CurveSet = z.infer<typeof CurveSet>;

/** A saved view of the list of runs. */
export const SavedView = z.strictObject({
  name: z.string().trim().min(1).max(100).describe("Name of the view"),
  query: z.string().max(4000).describe("Query of the page address: filter, columns, order"),
  savedAt: z.string().describe("When it was saved, ISO 8601"),
});
export type SavedView = z.infer<typeof SavedView>;

/** Saved views. */
export const SavedViews = z.strictObject({ views: z.array(SavedView).describe("Views by name") });
export type SavedViews = z.infer<typeof SavedViews>;

/** A view to save. */
export const ViewRequest = SavedView.omit({ savedAt: true });
export type ViewRequest = z.infer<typeof ViewRequest>;
