import * as z from "zod";

import { Day } from "./source.ts";
import { Interval95 } from "./watch-comparison.ts";
import { WatchSignal, WatchSlice } from "./watch-file.ts";

/** A slice of the requests. */
export const SliceValue = z.strictObject({ by: WatchSlice, value: z.string().describe("Value") });

/** One batch of a signal. */
export const WatchedBatch = z.strictObject({
  day: Day.describe("First day of the batch"),
  rows: z.int().min(0).describe("Rows, or blocks of rows for the distance (n)"),
  value: z.number().describe("Value of the batch, weighted to the weekday mix of the reference"),
  interval: Interval95.describe("95 % interval of the value"),
  isReference: z.boolean().describe("It is part of the reference"),
  statistic: z.number().nullable().describe("Statistic of the window that ends with this batch; null in the reference"),
  isAlarm: z.boolean().describe("The statistic exceeds the threshold"),
});
export type WatchedBatch = z.infer<typeof WatchedBatch>;

/** State of a signal. */
export const SignalState = z
  .enum(["steady", "alarm", "muted", "too-short"])
  .describe(
    "steady; alarm: in alarm at the last look; muted: in alarm, but muted by a person; too-short: too few batches to raise an alarm",
  );

/** A monitored signal. */
export const CheckedSignal = z.strictObject({
  signal: WatchSignal,
  slice: SliceValue.nullable().describe("Slice; null for all requests"),
  label: z.string().describe("Name of the signal"),
  unit: z.string().describe("Unit of the values"),
  state: SignalState,
  reference: z.number().describe("Value in the reference"),
  referenceBatches: z.int().describe("Batches of the reference (n)"),
  last: z.number().nullable().describe("Value of the last batch"),
  corrected: z
    .strictObject({
      labels: z.int().describe("Labels of people in the reference (n)"),
      weight: z.number().describe("Weight of the judge or the recogniser, 0 to 1 (PPI++)"),
    })
    .nullable()
    .default(null)
    .describe("Where labels of people correct the rate: rows of its batches are labels"),
  dispersion: z.number().describe("Variance factor: batches vary more than the number of their rows explains"),
  detectable: z
    .number()
    .nullable()
    .describe(
      "Smallest change that four batches detect with 80 % probability; in points for a share, otherwise ratio minus 1",
    ),
  batches: z.array(WatchedBatch).describe("Batches, oldest first"),
});
export type CheckedSignal = z.infer<typeof CheckedSignal>;

/** A request that illustrates a change; its texts are stored after redaction. */
export const WatchExample = z.strictObject({
  id: z.string().describe("Id of the request"),
  day: Day,
  prompt: z.string().describe("Prompt, truncated"),
  answer: z.string().describe("Answer, truncated"),
});
export type WatchExample = z.infer<typeof WatchExample>;

/** An alarm with its evidence. */
export const WatchAlarm = z.strictObject({
  id: z.string().describe("Id"),
  watch: z.string().describe("Monitor: watch/NAME.yaml"),
  definition: z.string().describe("SHA-256 of the monitor's definition"),
  signal: WatchSignal,
  slice: SliceValue.nullable().describe("Slice; null for all requests"),
  label: z.string().describe("Name of the signal"),
  unit: z.string().describe("Unit of the values"),
  raisedBy: Day.describe("First day of the batch that raised the alarm"),
  since: Day.describe("First day of the batch at which the change most likely began"),
  isOver: z.boolean().describe("The signal was below the threshold at the last look"),
  reference: z.number().describe("Value in the reference"),
  value: z.number().describe("Value since the change"),
  change: z.number().describe("Change: in points for a share, otherwise ratio minus 1"),
  interval: Interval95.describe("95 % interval of the change"),
  statistic: z.number().nullable().describe("Statistic; null if a constant changed"),
  threshold: z.number().describe("Threshold"),
  cause: z.string().describe("Likely cause"),
  advice: z.array(z.string()).describe("What to do"),
  examples: z.strictObject({
    before: z.array(WatchExample).describe("From the reference"),
    after: z.array(WatchExample).describe("Since the change"),
  }),
});
export type WatchAlarm = z.infer<typeof WatchAlarm>;

/** A person's decision about an alarm. */
export const AlarmMark = z.strictObject({
  kind: z.enum(["acknowledge", "mute"]).describe("acknowledge: seen. mute: not shown as an alarm until a given day"),
  alarm: z.string().describe("Id of the alarm"),
  reason: z.string().min(3).max(1_000).describe("Reason"),
  until: Day.nullable().describe("Last day of a mute; null for an acknowledgement"),
  at: z.string().describe("When, ISO 8601"),
});
export type AlarmMark = z.infer<typeof AlarmMark>;

/** A check: the examined data and the results. */
export const WatchCheck = z.strictObject({
  watch: z.string().describe("Monitor: watch/NAME.yaml"),
  definition: z.string().describe("SHA-256 of the monitor's definition"),
  checkedAt: z.string().describe("When, ISO 8601"),
  batch: z.enum(["week", "day"]),
  requests: z.int().describe("Requests examined (n)"),
  reference: z.strictObject({
    from: Day,
    to: Day,
    batches: z.int().describe("Batches (n)"),
    rows: z.int().describe("Requests (n)"),
  }),
  watched: z.strictObject({
    from: Day.nullable().describe("First day"),
    batches: z.int().describe("Batches (n)"),
    rows: z.int().describe("Requests (n)"),
  }),
  falseAlarms: z.number().describe("Target share of years with a false alarm in any signal"),
  looks: z.int().describe("Looks per year"),
  series: z.int().describe("Signals and slices that can raise an alarm (n)"),
  threshold: z.number().nullable().describe("Threshold of the statistic; null if nothing can raise an alarm"),
  correlation: z.number().describe("Correlation of consecutive batches of the reference"),
  selfTest: z
    .strictObject({ splits: z.int().describe("Splits (n)"), alarms: z.int().describe("Splits with an alarm (n)") })
    .nullable()
    .describe("Comparison of halves of the reference; null with fewer than 16 batches"),
  embedding: z.string().describe("How the vectors of prompts are computed"),
  signals: z.array(CheckedSignal).describe("Signals"),
  notWatched: z.array(z.strictObject({ what: z.string().describe("Subject"), reason: z.string().describe("Reason") })),
  alarms: z.array(WatchAlarm).describe("Alarms, newest first"),
  marks: z.array(AlarmMark).describe("Acknowledgements and mutes, newest first"),
  notes: z.array(z.string()).describe("Caveats of this check"),
});
export type WatchCheck = z.infer<typeof WatchCheck>;

/** A check to store. */
export const RecordCheckRequest = z.strictObject({
  programme: z.string().min(1).describe("Name of the programme"),
  check: WatchCheck.omit({ marks: true }),
});
export type RecordCheckRequest = z.infer<typeof RecordCheckRequest>;

/** A stored check, and the alarms that were first raised by it. */
export const RecordedCheck = z.strictObject({
  check: WatchCheck,
  raised: z.array(z.string()).describe("Ids of alarms that no earlier check raised"),
});
export type RecordedCheck = z.infer<typeof RecordedCheck>;

/** A decision about an alarm. */
export const MarkRequest = AlarmMark.omit({ at: true }).extend({
  programme: z.string().min(1).describe("Name of the programme"),
});
export type MarkRequest = z.infer<typeof MarkRequest>;

/** The last check of each monitor. */
export const WatchOverview = z.strictObject({
  checks: z.array(WatchCheck).describe("Checks, by the name of the monitor"),
});
export type WatchOverview = z.infer<typeof WatchOverview>;
