import * as z from "zod";

import { RentalTerm, SellerClass } from "./price.ts";
import { TrainingPlan } from "./programme.ts";
import { Rollouts, RunSpec, TrainVolume } from "./run-spec.ts";
import { Day, PositiveMoney } from "./source.ts";
import { TraceOptions } from "./trace.ts";

/** A request, and the fields that were given; the others have their defaults. */
export type Stated<Request> = { request: Request; stated: ReadonlySet<string> };

/** Fields of a price: the user's own, or a row of the price book. */
export const PRICE_FIELDS = {
  usdPerGpuHour: PositiveMoney.optional().describe("Price of one GPU-hour; default: the price book"),
  term: RentalTerm.default("on-demand").describe("Term"),
  sellerClass: SellerClass.default("neocloud").describe("Seller class"),
  on: Day.optional().describe("Day of the prices; default: today"),
};

/** Price of a GPU-hour. */
export type PriceRequest = z.infer<z.ZodObject<typeof PRICE_FIELDS>>;

/** A programme folder. Other fields override its values. */
export const DIR_FIELD = {
  dir: z.string().min(1).optional().describe("Programme folder; other flags override its values"),
};

/** Fields of one run; `model` is required without a programme folder. */
export const RUN_FIELDS = {
  ...RunSpec.shape,
  model: RunSpec.shape.model.optional(),
  calibration: z
    .string()
    .min(1)
    .optional()
    .describe("File of your own measured runs, as written by plan calibrate; default: calibration.json of the folder"),
};

/** Fields of the volume; rows and mean tokens are required without a programme folder. */
export const VOLUME_FIELDS = {
  rows: TrainVolume.shape.rows.optional(),
  meanTokens: TrainVolume.shape.meanTokens.optional(),
  epochs: TrainVolume.shape.epochs,
  groupSize: TrainingPlan.shape.groupSize,
  completionTokens: TrainingPlan.shape.completionTokens,
  rolloutTokensPerSec: Rollouts.shape.outputTokensPerSecPerGpu,
  groupByLength: z.boolean().optional().describe("Batches contain rows of similar length"),
};

/** Fields of the overhead of a run. */
export const RUN_PART_FIELDS = {
  evaluationRows: TrainVolume.shape.evaluationRows,
  evaluations: TrainVolume.shape.evaluations,
  checkpoints: TrainVolume.shape.checkpoints,
};

/** Overhead of a run. */
export type RunPartsRequest = z.infer<z.ZodObject<typeof RUN_PART_FIELDS>>;

/** Training volume of a run. */
export type VolumeRequest = z.infer<z.ZodObject<typeof VOLUME_FIELDS>> & Partial<RunPartsRequest>;

/** Python interpreter for a trace, and its limits. */
export const TRACE_FIELDS = {
  python: z
    .string()
    .min(1)
    .optional()
    .describe("Python with torch, transformers and peft: an executable or a virtual environment; default: python3"),
  timeoutSeconds: z.int().min(1).max(86_400).default(600).describe("Seconds after which a trace is stopped"),
  memoryLimitGib: z.number().min(1).max(1024).default(16).describe("Host memory limit of a trace, in GiB"),
  cache: z.boolean().default(true).meta({
    description: "Earlier traces are read and kept",
    whenOff: "Trace again, without the cache",
  }),
};

/** Request of `plan memory`. */
export const MemoryRequest = z.strictObject({
  ...DIR_FIELD,
  ...RUN_FIELDS,
  trace: z.boolean().default(false).describe("Also trace a step in your own Python, and prefer its result"),
  python: TRACE_FIELDS.python,
});
export type MemoryRequest = z.infer<typeof MemoryRequest>;

/** Request of `plan time`. */
export const TimeRequest = z.strictObject({
  ...DIR_FIELD,
  ...RUN_FIELDS,
  ...VOLUME_FIELDS,
  ...RUN_PART_FIELDS,
  ...PRICE_FIELDS,
});
export type TimeRequest = z.infer<typeof TimeRequest>;

/** Request of `plan trace`. */
export const TraceRequest = z.strictObject({ ...RUN_FIELDS, ...TraceOptions.shape, ...TRACE_FIELDS });
export type TraceRequest = z.infer<typeof TraceRequest>;

/** Request of `plan cost`. */
export const CostRequest = z.strictObject({
  dir: z
    .string()
    .min(1)
    .optional()
    .describe("Programme folder; default: the current folder unless --model is given. Other flags override its values"),
  explain: z
    .string()
    .optional()
    .describe("Print the chain of one figure of a programme, as in cost.data.experts or total.endToEnd"),
  draws: z.int().min(100).max(100_000).default(10_000).describe("Monte Carlo draws of a programme's cost"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the draws"),
  runs: TrainingPlan.shape.runs.describe("Total number of training runs of a programme"),
  ...RUN_FIELDS,
  ...VOLUME_FIELDS,
  ...RUN_PART_FIELDS,
  ...PRICE_FIELDS,
});
export type CostRequest = z.infer<typeof CostRequest>;
