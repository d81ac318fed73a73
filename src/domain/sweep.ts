import * as z from "zod";

import { PositiveMoney } from "./source.ts";
import { InnerPath, JobState } from "./training-job.ts";

/** Fields of a training file that a sweep may vary. */
export const SWEPT_FIELDS = [
  "learningRate",
  "schedule",
  "loraRank",
  "loraAlpha",
  "batchSequences",
  "accumulationSteps",
  "sequenceTokens",
  "seed",
] as const;

const Choices = z.strictObject({
  values: z
    .array(z.union([z.number(), z.string()]))
    .min(1)
    .max(1000)
    .describe("Possible values"),
});

const Range = z
  .strictObject({
    min: z.number().describe("Smallest value"),
    max: z.number().describe("Largest value"),
    scale: z.enum(["linear", "log"]).default("linear").describe("Scale on which the range is searched"),
    step: z.number().positive().optional().describe("Distance between values, from `min`; default: any value"),
  })
  .refine(({ min, max }) => min < max, { path: ["max"], message: "max must be greater than min" })
  .refine(({ min, scale }) => scale === "linear" || min > 0, {
    path: ["min"],
    message: "a log scale needs a min above 0",
  });

/** Values of a swept field. */
export const SweepParameter = z.union([Choices, Range]).describe("Values, or a range");
export type SweepParameter = z.infer<typeof SweepParameter>;

/** Fields of a sweep and their values. */
export const SweepSpace = z
  .partialRecord(z.enum(SWEPT_FIELDS), SweepParameter)
  .refine((space) => Object.keys(space).length > 0, { message: "names no field" })
  .describe("Fields of the training file and their values");
export type SweepSpace = z.infer<typeof SweepSpace>;

const Eta = z.number().min(2).max(100).default(3).describe("One trial in `eta` continues after a rung");
const MinSteps = z
  .int()
  .min(1)
  .optional()
  .describe("Steps of the first rung; default: a twelfth of maxSteps, at which 4 % fewer good trials are lost");

/** Rule for stopping trials. */
export const SweepStopping = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("none") }),
  z.strictObject({
    rule: z.literal("asha"),
    minSteps: MinSteps,
    eta: Eta,
    firstTrials: z.int().min(0).default(0).describe("Number of trials at a rung that all stop there"),
  }),
  z.strictObject({
    rule: z.literal("promote"),
    minSteps: MinSteps,
    eta: Eta,
    waitTrials: z
      .int()
      .min(0)
      .optional()
      .describe("Trials that a rung waits for before it promotes any; default: half of all trials"),
  }),
  z.strictObject({ rule: z.literal("hyperband"), minSteps: MinSteps, eta: Eta }),
  z.strictObject({
    rule: z.literal("median"),
    startupTrials: z.int().min(0).default(5).describe("Number of finished trials before any trial is stopped"),
    warmupSteps: z.int().min(0).default(0).describe("Number of steps before any trial is stopped"),
  }),
  z.strictObject({
    rule: z.literal("percentile"),
    percentile: z
      .number()
      .min(0)
      .max(100)
      .default(25)
      .describe("Percentile of finished trials that a trial must reach"),
    startupTrials: z.int().min(0).default(5).describe("Number of finished trials before any trial is stopped"),
    warmupSteps: z.int().min(0).default(0).describe("Number of steps before any trial is stopped"),
  }),
]);
export type SweepStopping = z.infer<typeof SweepStopping>;

/** Method of choosing values. */
export const SweepSearch = z.strictObject({
  method: z.enum(["grid", "random", "sobol", "tpe"]).default("tpe").describe("How values are chosen"),
  seed: z.int().min(0).default(0).describe("Seed of the choice"),
  startupTrials: z.int().min(1).default(10).describe("Random trials of TPE before it learns from results"),
});
export type SweepSearch = z.infer<typeof SweepSearch>;

/** A search for good settings of a training run: `sweep.yaml`. */
export const SweepFile = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(200).describe("Name of the sweep"),
  run: InnerPath.default("training.yaml").describe("Training file whose fields are varied"),
  metric: z.string().min(1).max(250).default("eval_loss").describe("Logged metric by which trials are compared"),
  goal: z
    .enum(["minimize", "maximize"])
    .default("minimize")
    .describe("Whether lower or higher values of the metric are better"),
  space: SweepSpace,
  search: SweepSearch.prefault({}),
  stopping: SweepStopping.prefault({ rule: "promote" }),
  rungSchedule: z
    .enum(["one", "own"])
    .default("one")
    .describe(
      "Learning rate schedule with rungs. one: the schedule of the complete run, paused and resumed; own: each rung is a separate run whose schedule ends there",
    ),
  trials: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("Maximum number of trials; default: as many as maxUsd pays for"),
  workers: z.int().min(1).max(1000).default(1).describe("Number of parallel trials"),
  maxUsd: PositiveMoney.optional().describe("Cap for the whole sweep"),
  baseline: z.boolean().default(true).describe("The first trial uses the training file's own values"),
  confirm: z
    .strictObject({
      best: z.int().min(1).max(20).default(2).describe("Number of best trials to repeat"),
      seeds: z.int().min(1).max(20).default(2).describe("Additional seeds of each"),
    })
    .optional()
    .describe("Repeat the best trials with other seeds after the search; default: no repetition"),
});
export type SweepFile = z.infer<typeof SweepFile>;

/** Values of one trial. */
export const TrialValues = z.partialRecord(z.enum(SWEPT_FIELDS), z.union([z.number(), z.string()]));
export type TrialValues = z.infer<typeof TrialValues>;

/** State of a trial. */
export const TrialState = z
  .enum(["queued", "running", "paused", "stopped", "done", "failed"])
  .describe(
    "State; paused: waits for a promotion, or for its sweep to be resumed; stopped: by the rule of the sweep; done: reached its last step",
  );
export type TrialState = z.infer<typeof TrialState>;

/** One trial of a sweep. */
export const SweepTrial = z.strictObject({
  trial: z.int().min(1).describe("Number of the trial, from 1"),
  kind: z.enum(["baseline", "search", "confirm"]).describe("Why it was run"),
  values: TrialValues.describe("Values of the swept fields"),
  repeats: z.int().nullable().describe("Trial that it repeats with another seed; null if none"),
  state: TrialState,
  rung: z.int().min(0).describe("Rungs passed"),
  step: z.int().nullable().describe("Last step with a value; null before the first"),
  value: z.number().nullable().describe("Last value of the metric; null before the first, or if not finite"),
  usd: z.string().nullable().describe("Cost so far, US dollars; null if unpriced"),
  jobId: z.string().nullable().describe("Training job; null before it is queued"),
  jobState: JobState.nullable(),
  points: z.array(z.tuple([z.int(), z.number().nullable()])).describe("Steps and values, oldest first"),
});
export type SweepTrial = z.infer<typeof SweepTrial>;

/** Evidence for the result of a sweep. */
export const SweepBest = z.strictObject({
  trial: z.int().describe("Best trial"),
  values: TrialValues,
  value: z.number().describe("Value of the metric; the mean if seeds were repeated"),
  interval95: z.tuple([z.number(), z.number()]).nullable().describe("95 % interval over seeds; null for one seed"),
  seeds: z.int().describe("Seeds (n)"),
  reason: z.string().nullable().describe("Why there is no interval; null if there is one"),
  isPartial: z.boolean().describe("No trial has reached its last step; this is the best at the highest rung"),
});
export type SweepBest = z.infer<typeof SweepBest>;

/** Importance of a field for a trial to be among the best. */
export const FieldImportance = z.strictObject({
  field: z.enum(SWEPT_FIELDS).describe("Field"),
  share: z.number().min(0).max(1).describe("Share of the importance of all fields"),
});
export type FieldImportance = z.infer<typeof FieldImportance>;

/** State of a sweep. */
export const SweepState = z
  .enum(["awaiting-approval", "running", "stopping", "stopped", "done", "over-budget", "failed"])
  .describe(
    "State; awaiting-approval: waits for `sweep approve`; over-budget: the remaining amount does not pay for another step",
  );
export type SweepState = z.infer<typeof SweepState>;

/** Plan of a sweep, computed before it starts. */
export const SweepPlan = z.strictObject({
  trials: z.int().nullable().describe("Trials that will start; null if neither a limit nor a price determines it"),
  rungs: z.array(z.int()).describe("Steps at which trials are compared"),
  maxSteps: z.int().describe("Steps of a complete trial"),
  expectedSteps: z.number().describe("Steps that a trial takes on average under the rule"),
  trialsForBudget: z
    .strictObject({ low: z.int(), middle: z.int(), high: z.int() })
    .nullable()
    .describe("Trials that maxUsd pays for at p90, p50 and p10 of the cost; null if unknown"),
  usdPerTrial: z
    .strictObject({ p10: z.string(), p50: z.string(), p90: z.string() })
    .nullable()
    .describe("Expected cost of a trial, stopped by the rule; null if unknown"),
  reason: z.string().nullable().describe("Source of the cost, or why it is unknown"),
  warnings: z.array(z.string()).describe("Why trials may be difficult to compare"),
});
export type SweepPlan = z.infer<typeof SweepPlan>;

/** A sweep. */
export const Sweep = z.strictObject({
  id: z.string().describe("Id: 12 hexadecimal digits"),
  name: z.string().describe("Name"),
  programme: z.string().describe("Programme of the sweep"),
  state: SweepState,
  reason: z.string().nullable().describe("Reason for this state; null if there is none"),
  metric: z.string().describe("Metric by which trials are compared"),
  goal: SweepFile.shape.goal.unwrap(),
  plan: SweepPlan,
  maxUsd: z.string().nullable().describe("Cap for the whole sweep; null if there is none"),
  spentUsd: z.string().nullable().describe("Cost of all trials so far; null if they are unpriced"),
  best: SweepBest.nullable().describe("Best trial; null before the first value"),
  importance: z.array(FieldImportance).describe("Fields by importance; empty for fewer than ten trials"),
  approvedBy: z.string().nullable().describe("Who approved its amount; null if no approval is needed or given yet"),
  usdPerPoint: z
    .string()
    .nullable()
    .describe("Cost per 0.01 by which the best trial beats the baseline; null if it does not, or unknown"),
  createdAt: z.string().describe("When it was started, ISO 8601"),
  endedAt: z.string().nullable().describe("When it ended; null if it has not"),
  trials: z.array(SweepTrial).describe("Trials, oldest first"),
});
export type Sweep = z.infer<typeof Sweep>;

/** Sweeps, newest first, without their trials. */
export const SweepList = z.strictObject({
  sweeps: z.array(Sweep.omit({ trials: true, importance: true, best: true, usdPerPoint: true })),
});
export type SweepList = z.infer<typeof SweepList>;

/** Request to start a sweep. */
export const SweepRequest = z.strictObject({
  file: InnerPath.default("sweep.yaml").describe("Sweep file inside the programme folder"),
  python: z.string().min(1).optional().describe("Python of the engine, instead of the one in the training file"),
  id: z
    .string()
    .regex(/^[\da-f]{12}$/, "is not 12 hexadecimal digits")
    .optional()
    .describe("Id of the sweep, so that a repeated start finds the first; default: a random one"),
});
export type SweepRequest = z.infer<typeof SweepRequest>;

/** Result of `sweep import`. */
export const SweepImport = z.strictObject({
  file: z.string().describe("File that was written"),
  sweep: z.record(z.string(), z.unknown()).describe("Its contents"),
  notes: z.array(z.string()).describe("Differences from the original"),
});
export type SweepImport = z.infer<typeof SweepImport>;

/** Request to resume a sweep. */
export const SweepResume = z.strictObject({
  id: z.string().min(1).describe("Id of the sweep, or its first digits"),
  maxUsd: PositiveMoney.optional().describe("New cap for the whole sweep; default: the one in its file"),
});
export type SweepResume = z.infer<typeof SweepResume>;

/** Request to approve the amount of a sweep. */
export const SweepApproval = z.strictObject({
  id: z.string().min(1).describe("Id of the sweep, or its first digits"),
  by: z.string().min(1).max(200).describe("Who approves it"),
});
export type SweepApproval = z.infer<typeof SweepApproval>;
