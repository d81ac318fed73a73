import * as z from "zod";

/** A 64-bit integer in JSON. */
const Step = z.union([z.int(), z.string().regex(/^-?\d+$/)]).describe("Step; a string of digits beyond 2^53 - 1");

/** The value of a metric in JSON. */
export const MetricValue = z
  // Literals: in the declaration of an enum, the word -Infinity would be no name that TypeScript takes.
  .union([z.number(), z.literal(["NaN", "Infinity", "-Infinity"])])
  .describe("Value; a word where it is not finite");

/** Status of a run. */
export const RunStatus = z
  .enum(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
  .describe("Status as the client last said; a killed process leaves RUNNING behind");

const KeyValue = z.strictObject({ key: z.string().describe("Key"), value: z.string().describe("Value") });

/** The latest value of a metric. */
export const LatestMetric = z.strictObject({
  key: z.string().describe("Name of the metric, as in `train/loss`"),
  value: MetricValue,
  step: Step,
  timestamp: z.string().describe("When it was measured, by the client's clock, ISO 8601"),
});
export type LatestMetric = z.infer<typeof LatestMetric>;

/** A run as lists show it. */
export const RunSummary = z.strictObject({
  id: z.string().describe("Id of the run: 32 hexadecimal digits"),
  name: z.string().describe("Name of the run"),
  experimentId: z.string().describe("Id of its experiment"),
  experiment: z.string().describe("Name of its experiment"),
  programme: z.string().describe("Programme that the experiment belongs to"),
  parentRunId: z.string().nullable().describe("Run that it is nested in; null for none"),
  status: RunStatus,
  isDeleted: z.boolean().describe("It was deleted and can be restored"),
  user: z.string().describe("Who started it, as the client said"),
  startedAt: z.string().describe("Start by the client's clock, ISO 8601"),
  endedAt: z.string().nullable().describe("End by the client's clock, ISO 8601; null while it has not ended"),
  lastSeenAt: z.string().nullable().describe("Last write or poll, by the server's clock; null where none was recorded"),
  activeSec: z
    .number()
    .describe("Seconds in which the server saw it alive: the sum of its intervals of activity, resumed ones included"),
  metrics: z.array(LatestMetric).describe("Latest value of each metric"),
  params: z.array(KeyValue).describe("What it was started with"),
  tags: z.array(KeyValue).describe("Its tags"),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** A page of runs. */
export const RunList = z.strictObject({
  runs: z.array(RunSummary).describe("Runs, newest first unless another order was asked for"),
  nextPageToken: z.string().nullable().describe("Token of the next page; null at the end"),
});
export type RunList = z.infer<typeof RunList>;

/** Which runs are asked for. */
export const RunQuery = z.strictObject({
  programme: z.string().optional().describe("Name of a programme; default: all"),
  experiment: z.string().optional().describe("Name or id of an experiment; default: all"),
  status: RunStatus.optional(),
  filter: z
    .string()
    .default("")
    .describe("Filter in MLflow's grammar, as in \"metrics.loss < 2 and params.lr = '0.0002'\""),
  order: z.array(z.string()).default([]).describe("Keys to order by, as in `metrics.loss ASC`; default: newest first"),
  deleted: z.boolean().default(false).describe("Deleted runs instead of the others"),
  limit: z.int().min(1).max(10_000).default(100).describe("Most runs of a page"),
  pageToken: z.string().optional().describe("Token of the page before"),
  clientClock: z
    .boolean()
    .optional()
    .describe("Price runs that the server never saw alive by the start and end that their client stated"),
});
export type RunQuery = z.infer<typeof RunQuery>;

/** One run with everything but the history of its metrics. */
export const TrackedRun = z.strictObject({
  ...RunSummary.shape,
  artifactUri: z.string().describe("Where its artifacts are"),
  datasets: z
    .array(
      z.strictObject({
        name: z.string().describe("Name"),
        digest: z.string().describe("Digest, as the client computed it"),
        context: z.string().nullable().describe("What it was used for, as in `training`; null where not said"),
        sourceType: z.string().describe("Kind of its source"),
        source: z.string().describe("Its source, as the client wrote it"),
      }),
    )
    .describe("Datasets that it read"),
  activity: z
    .array(
      z.strictObject({
        openedAt: z.string().describe("Start of the interval, by the server's clock"),
        lastAt: z.string().describe("Last write or poll in it"),
        closedAt: z.string().nullable().describe("Its end; null while the run has not ended"),
      }),
    )
    .describe("When the server saw it alive"),
});
export type TrackedRun = z.infer<typeof TrackedRun>;

/** A run that is ended by hand, since its client ended without a word. */
export const CloseRunRequest = z.strictObject({
  id: z.string().min(1).describe("Id of the run, or its first digits"),
  aliveUntil: z
    .string()
    .optional()
    .describe("When its machines stopped, ISO 8601; default: when the server saw it last"),
  status: z.enum(["FINISHED", "FAILED", "KILLED"]).default("KILLED").describe("How it ended"),
  reason: z.string().min(1).max(500).default("closed by hand").describe("Why it is closed: kept as a tag of the run"),
});
export type CloseRunRequest = z.infer<typeof CloseRunRequest>;

/** Curves of a run, thinned out for a chart. */
export const RunCurves = z.strictObject({
  runId: z.string().describe("Id of the run"),
  curves: z
    .array(
      z.strictObject({
        key: z.string().describe("Name of the metric"),
        count: z.int().describe("Points that are stored"),
        isThinned: z.boolean().describe("Fewer points than stored: lowest and highest of each interval, and every NaN"),
        points: z
          .array(z.tuple([Step, z.number(), MetricValue]))
          .describe("Step, time in ms since 1970, value; by step, then time"),
      }),
    )
    .describe("One curve per metric asked for"),
});
export type RunCurves = z.infer<typeof RunCurves>;
