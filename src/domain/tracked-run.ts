import * as z from "zod";

/** A 64-bit integer in JSON. */
const Step = z.union([z.int(), z.string().regex(/^-?\d+$/)]).describe("Step; a string of digits above 2^53 - 1");

/** The value of a metric in JSON. */
export const MetricValue = z
  // Literals, because TypeScript does not accept -Infinity as a name in the declaration of an enum.
  .union([z.number(), z.literal(["NaN", "Infinity", "-Infinity"])])
  .describe("Value; a word if it is not finite");

/** Status of a run. */
export const RunStatus = z
  .enum(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
  .describe("Status that the client last reported; a killed process leaves RUNNING behind");

const KeyValue = z.strictObject({ key: z.string().describe("Key"), value: z.string().describe("Value") });

/** The latest value of a metric. */
export const LatestMetric = z.strictObject({
  key: z.string().describe("Name of the metric, such as `train/loss`"),
  value: MetricValue,
  step: Step,
  timestamp: z.string().describe("When it was logged, by the client's clock, ISO 8601"),
});
export type LatestMetric = z.infer<typeof LatestMetric>;

/** A run as shown in lists. */
export const RunSummary = z.strictObject({
  id: z.string().describe("Id of the run: 32 hexadecimal digits"),
  name: z.string().describe("Name of the run"),
  experimentId: z.string().describe("Id of its experiment"),
  experiment: z.string().describe("Name of its experiment"),
  programme: z.string().describe("Programme of the experiment"),
  parentRunId: z.string().nullable().describe("Parent run; null if none"),
  status: RunStatus,
  isDeleted: z.boolean().describe("True if the run is deleted; it can be restored"),
  user: z.string().describe("User, as reported by the client"),
  startedAt: z.string().describe("Start by the client's clock, ISO 8601"),
  endedAt: z.string().nullable().describe("End by the client's clock, ISO 8601; null if it has not ended"),
  lastSeenAt: z.string().nullable().describe("Last write or poll, by the server's clock; null if none was recorded"),
  activeSec: z
    .number()
    .describe("Seconds in which the server saw it alive: the sum of its intervals of activity, including resumed ones"),
  metrics: z.array(LatestMetric).describe("Latest value of each metric"),
  params: z.array(KeyValue).describe("Params of the run"),
  tags: z.array(KeyValue).describe("Its tags"),
  datasets: z
    .array(
      z.strictObject({
        name: z.string().describe("Name"),
        digest: z.string().describe("Digest, as its client computed it"),
      }),
    )
    .describe("Input datasets"),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** A page of runs. */
export const RunList = z.strictObject({
  runs: z.array(RunSummary).describe("Runs, newest first unless another order was requested"),
  nextPageToken: z.string().nullable().describe("Token of the next page; null for the last page"),
});
export type RunList = z.infer<typeof RunList>;

/** Filter for runs. */
export const RunQuery = z.strictObject({
  programme: z.string().optional().describe("Name of a programme; default: all"),
  experiment: z.string().optional().describe("Name or id of an experiment; default: all"),
  status: RunStatus.optional(),
  filter: z
    .string()
    .default("")
    .describe("Filter in MLflow's grammar, as in \"metrics.loss < 2 and params.lr = '0.0002'\""),
  order: z
    .array(z.string())
    .default([])
    .describe("Keys to order by, such as `metrics.loss ASC`; default: newest first"),
  deleted: z.boolean().default(false).describe("Deleted runs instead of active ones"),
  limit: z.int().min(1).max(10_000).default(100).describe("Maximum number of runs per page"),
  pageToken: z.string().optional().describe("Token of the page to return"),
  clientClock: z
    .boolean()
    .optional()
    .describe("Price runs that the server never saw alive by the start and end stated by their client"),
});
export type RunQuery = z.infer<typeof RunQuery>;

/** One run with everything except the history of its metrics. */
export const TrackedRun = z.strictObject({
  ...RunSummary.shape,
  artifactUri: z.string().describe("Location of its artifacts"),
  datasets: z
    .array(
      z.strictObject({
        name: z.string().describe("Name"),
        digest: z.string().describe("Digest, as computed by the client"),
        context: z.string().nullable().describe("Use of the dataset, such as `training`; null if not stated"),
        sourceType: z.string().describe("Kind of its source"),
        source: z.string().describe("Its source, as reported by the client"),
      }),
    )
    .describe("Input datasets"),
  activity: z
    .array(
      z.strictObject({
        openedAt: z.string().describe("Start of the interval, by the server's clock"),
        lastAt: z.string().describe("Last write or poll in the interval"),
        closedAt: z.string().nullable().describe("End of the interval; null if the run has not ended"),
      }),
    )
    .describe("Intervals in which the server saw it alive"),
});
export type TrackedRun = z.infer<typeof TrackedRun>;

/** Request to end a run by hand because its client stopped without ending it. */
export const CloseRunRequest = z.strictObject({
  id: z.string().min(1).describe("Id of the run, or its first digits"),
  aliveUntil: z
    .string()
    .optional()
    .describe("When its machines stopped, ISO 8601; default: when the server last saw it"),
  status: z.enum(["FINISHED", "FAILED", "KILLED"]).default("KILLED").describe("Final status"),
  reason: z.string().min(1).max(500).default("closed by hand").describe("Reason; stored as a tag of the run"),
});
export type CloseRunRequest = z.infer<typeof CloseRunRequest>;

/** Curves of a run, downsampled for a chart. */
export const RunCurves = z.strictObject({
  runId: z.string().describe("Id of the run"),
  curves: z
    .array(
      z.strictObject({
        key: z.string().describe("Name of the metric"),
        count: z.int().describe("Points stored"),
        isThinned: z.boolean().describe("Downsampled: lowest and highest point of each interval, and every NaN"),
        points: z
          .array(z.tuple([Step, z.number(), MetricValue]))
          .describe("Step, time in ms since 1970, value; by step, then time"),
      }),
    )
    .describe("One curve per requested metric"),
  x: z
    .array(z.tuple([Step, MetricValue]))
    .optional()
    .describe("Step and value of the metric `x` of the request, at the steps of the points; the newest value is last"),
});
export type RunCurves = z.infer<typeof RunCurves>;
