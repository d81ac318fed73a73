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
  value: z.number().describe("Value of the batch, its mix of weekdays made that of the reference"),
  interval: Interval95.describe("95 % interval of the value"),
  isReference: z.boolean().describe("It belongs to the reference"),
  statistic: z.number().nullable().describe("Statistic of the window that ends with it; null in the reference"),
  isAlarm: z.boolean().describe("The statistic is above the threshold"),
});
export type WatchedBatch = z.infer<typeof WatchedBatch>;

/** How a signal stands. */
export const SignalState = z
  .enum(["steady", "alarm", "muted", "too-short"])
  .describe(
    "steady; alarm: at the last look; muted: in alarm, and somebody muted it; too-short: no alarm can be raised",
  );

/** One signal as it was watched. */
export const CheckedSignal = z.strictObject({
  signal: WatchSignal,
  slice: SliceValue.nullable().describe("Slice; null: all requests"),
  label: z.string().describe("Name of the signal"),
  unit: z.string().describe("Unit of the values"),
  state: SignalState,
  reference: z.number().describe("Value in the reference"),
  referenceBatches: z.int().describe("Batches of the reference (n)"),
  last: z.number().nullable().describe("Value of the last batch"),
  dispersion: z.number().describe("Factor on the variance: batches scatter more than their rows say"),
  detectable: z
    .number()
    .nullable()
    .describe("Smallest change that four batches show with 80 % chance; points of a share, a ratio less 1 otherwise"),
  batches: z.array(WatchedBatch).describe("Batches, oldest first"),
});
export type CheckedSignal = z.infer<typeof CheckedSignal>;

/** A request that shows what changed, its texts as they were stored after redaction. */
export const WatchExample = z.strictObject({
  id: z.string().describe("Request"),
  day: Day,
  prompt: z.string().describe("Prompt, cut"),
  answer: z.string().describe("Answer, cut"),
});
export type WatchExample = z.infer<typeof WatchExample>;

/** An alarm with its evidence. */
export const WatchAlarm = z.strictObject({
  id: z.string().describe("Id"),
  watch: z.string().describe("Monitor: watch/NAME.yaml"),
  definition: z.string().describe("SHA-256 of its definition"),
  signal: WatchSignal,
  slice: SliceValue.nullable().describe("Slice; null: all requests"),
  label: z.string().describe("Name of the signal"),
  unit: z.string().describe("Unit of the values"),
  raisedBy: Day.describe("First day of the batch that raised it"),
  since: Day.describe("First day of the batch with which the change most likely began"),
  isOver: z.boolean().describe("The signal was below the threshold at the last look"),
  reference: z.number().describe("Value in the reference"),
  value: z.number().describe("Value since then"),
  change: z.number().describe("Change: points of a share, a ratio less 1 otherwise"),
  interval: Interval95.describe("95 % interval of the change"),
  statistic: z.number().nullable().describe("Statistic; null where a constant changed"),
  threshold: z.number().describe("Threshold"),
  cause: z.string().describe("Likely cause"),
  advice: z.array(z.string()).describe("What to do"),
  examples: z.strictObject({
    before: z.array(WatchExample).describe("From the reference"),
    after: z.array(WatchExample).describe("Since the change"),
  }),
});
export type WatchAlarm = z.infer<typeof WatchAlarm>;

/** What people decided about an alarm. */
export const AlarmMark = z.strictObject({
  kind: z.enum(["acknowledge", "mute"]).describe("acknowledge: seen. mute: not shown as an alarm until a day"),
  alarm: z.string().describe("Id of the alarm"),
  reason: z.string().min(3).max(1_000).describe("Why"),
  until: Day.nullable().describe("Last day of a mute; null for an acknowledgement"),
  at: z.string().describe("When, ISO 8601"),
});
export type AlarmMark = z.infer<typeof AlarmMark>;

/** A check: what was looked at and what was found. */
export const WatchCheck = z.strictObject({
  watch: z.string().describe("Monitor: watch/NAME.yaml"),
  definition: z.string().describe("SHA-256 of its definition"),
  checkedAt: z.string().describe("When, ISO 8601"),
  batch: z.enum(["week", "day"]),
  requests: z.int().describe("Requests that were looked at (n)"),
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
  falseAlarms: z.number().describe("Share of years with a false alarm in any signal"),
  looks: z.int().describe("Looks a year"),
  series: z.int().describe("Signals and slices that can alarm (n)"),
  threshold: z.number().nullable().describe("Threshold of the statistic; null where nothing can alarm"),
  correlation: z.number().describe("Correlation of neighbouring batches of the reference"),
  selfTest: z
    .strictObject({ splits: z.int().describe("Splits (n)"), alarms: z.int().describe("Splits with an alarm (n)") })
    .nullable()
    .describe("Halves of the reference held against each other; null with fewer than 16 batches"),
  embedding: z.string().describe("What the vectors of prompts are made with"),
  signals: z.array(CheckedSignal).describe("Signals"),
  notWatched: z.array(z.strictObject({ what: z.string().describe("What"), reason: z.string().describe("Why") })),
  alarms: z.array(WatchAlarm).describe("Alarms, newest first"),
  marks: z.array(AlarmMark).describe("Acknowledgements and mutes, newest first"),
  notes: z.array(z.string()).describe("What to know about this check"),
});
export type WatchCheck = z.infer<typeof WatchCheck>;

/** A check to be put on record. */
export const RecordCheckRequest = z.strictObject({
  programme: z.string().min(1).describe("Name of the programme"),
  check: WatchCheck.omit({ marks: true }),
});
export type RecordCheckRequest = z.infer<typeof RecordCheckRequest>;

/** A check on record, and the alarms that it was the first to raise. */
export const RecordedCheck = z.strictObject({
  check: WatchCheck,
  raised: z.array(z.string()).describe("Ids of alarms that no check raised before"),
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
