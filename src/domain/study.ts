import * as z from "zod";

import { Alternatives } from "./alternative.ts";
import { ProgrammeCost, Reconciliation } from "./cost.ts";
import { DatasetProfile } from "./dataset-profile.ts";
import { Quantity } from "./estimate.ts";
import { Figure } from "./figure.ts";
import { MemoryPlan } from "./memory-plan.ts";
import { MethodId, Reason } from "./method.ts";
import { DatasetRef } from "./programme.ts";
import { ServingChoice } from "./serving-choice.ts";
import { Day } from "./source.ts";
import { StudyCuration } from "./study-curation.ts";
import { TodaysCost } from "./todays-cost.ts";

/** One method of the ranking, with the reasons for and against it. */
export const MethodAdvice = z.strictObject({
  method: MethodId.describe("The method"),
  score: z.number().describe("Sum of the points of its reasons"),
  verdict: z.enum(["recommended", "possible", "not-advised", "excluded"]).describe("Verdict"),
  chain: z.array(MethodId).describe("Methods that run before or after it, in order, including itself"),
  why: z.array(Reason).describe("Reasons for it"),
  whyNot: z.array(Reason).describe("Reasons against it"),
  dataNeeded: z.string().describe("Data needed"),
  memory: Quantity.describe("Device memory per GPU on the smallest fleet that fits"),
  gpuHours: Quantity.describe("GPU-hours of one run"),
  cost: Quantity.describe("US dollars of one run, including start-up, evaluation and checkpoints"),
  fleet: z.string().nullable().describe("The fleet of these values, such as `1 × L40S`"),
  failureModes: z.array(z.string()).describe("Common failures"),
  evidence: z.array(z.string()).describe("Papers and measurements"),
});
export type MethodAdvice = z.infer<typeof MethodAdvice>;

/** Ranking of all methods for one programme. */
export const MethodChoice = z.strictObject({
  fineTune: z
    .enum(["yes", "no", "only-if"])
    .describe("Whether the method rules allow fine-tuning: yes means that none is against it, not that it pays back"),
  fineTuneReasons: z.array(Reason).describe("Reasons"),
  ranking: z.array(MethodAdvice).describe("Methods, best first"),
});
export type MethodChoice = z.infer<typeof MethodChoice>;

/** A fleet that could train the run. */
export const FleetOption = z.strictObject({
  gpu: z.string().describe("GPU id"),
  gpuCount: z.int().describe("GPUs"),
  sharding: z.string().describe("How state is split"),
  tensorParallel: z.int().describe("GPUs that split each matrix"),
  pipelineParallel: z.int().describe("Pipeline stages: groups of layers on different GPUs"),
  batchSequences: z.int().describe("Sequences per micro-step; fewer than requested if only that fits"),
  gradAccum: z.int().describe("Micro-steps per optimizer step, adjusted to keep the batch of the step"),
  memory: Quantity.describe("Device memory per GPU, GiB"),
  fits: z.enum(["yes", "tight", "no", "unknown"]).describe("tight: the p50 fits but the p90 does not"),
  hours: Quantity.describe("Wall hours of one run, including start-up, evaluation and checkpoints"),
  usdPerGpuHour: Quantity.describe("Price per GPU-hour"),
  cost: Quantity.describe("US dollars of one run"),
  reason: z.string().describe("Why it fits or not, with its numbers"),
  notes: z.array(z.string()).describe("What to know before booking: a weak price, untested software"),
});
export type FleetOption = z.infer<typeof FleetOption>;

/** Payback of the programme, with and without the cost of serving. */
export const Payback = z.strictObject({
  today: TodaysCost.optional().describe("What today costs; absent in a study of an earlier version"),
  monthlySaving: Quantity.describe("Spend replaced per month, US dollars"),
  monthlyServing: Quantity.describe("Serving per month, US dollars: GPUs alone unless serving.monthlyUsd states more"),
  monthlyPeople: Quantity.describe("People who operate your own replicas, per month, US dollars"),
  monthlyMaintenance: Quantity.describe("Maintenance and evaluation per month, US dollars"),
  investment: Quantity.describe("Cost to launch, US dollars"),
  spent24Months: Quantity.default({
    refused: "the study was written by an earlier version",
    hint: "run tunewright feasibility again",
  }).describe("Cost to launch and 24 months of serving, people and maintenance, not discounted, US dollars"),
  monthWithServing: Quantity.describe("Month of payback after launch, with serving and maintenance"),
  monthWithoutServing: Quantity.describe("Month of payback by the article's method: savings only"),
  neverShare: z.number().nullable().describe("Share of the draws without payback; null if refused"),
  roi12WithServing: Quantity.describe("Return on the investment after 12 months, per cent"),
  roi12WithoutServing: Quantity.describe("Return after 12 months without serving and maintenance, per cent"),
  breakEvenTokensPerDay: Quantity.describe("Output tokens per day from which self-hosting is cheaper than the API"),
  curve: z
    .array(z.strictObject({ month: z.int(), p10: z.number().nullable(), p50: z.number(), p90: z.number() }))
    .describe("Cumulative US dollars by month after launch; no p10 where the high end of the serving cost is unknown"),
});
export type Payback = z.infer<typeof Payback>;

/** The one-third rule of the AI Act applied to the planned compute. */
export const AiActDelta = z.strictObject({
  verdict: z
    .enum(["not-provider", "amber", "provider", "not-in-scope", "unknown"])
    .describe("GPAI model provider by modification"),
  sentence: z.string().describe("The verdict in a sentence with its numbers"),
  plannedFlop: Quantity.describe("Training compute of all planned runs, by parameters and tokens, FLOP"),
  hardwareFlop: Quantity.describe("Training compute by hardware: GPU-hours × dense bf16 peak × 50 %, FLOP"),
  upperFlop: z
    .number()
    .nullable()
    .describe("1.3 times the larger of 6PD and hardware, including earlier runs; null if the tokens are unknown"),
  thresholdFlop: z.number().nullable().describe("One third of the base model's compute, or the fallback"),
  baseFlop: z.number().nullable().describe("Lowest defensible compute of the base model; null if unknown"),
  baseSource: z.string().describe("Source of this value, or that the fallback is used"),
  systemProvider: z
    .enum(["yes", "no", "unknown"])
    .describe("Provider of a new AI system (Article 50): no compute threshold"),
  means: z.array(z.string()).describe("Consequences"),
  doesNotMean: z.array(z.string()).describe("What does not follow"),
  deadlines: z.array(z.strictObject({ date: Day, what: z.string() })).describe("Future dates that may matter"),
  sources: z.array(z.string()).describe("Sources"),
});
export type AiActDelta = z.infer<typeof AiActDelta>;

/** A risk, its possible cost, and what to do about it. */
export const Risk = z.strictObject({
  id: z.string(),
  severity: z.enum(["high", "medium", "low"]),
  text: z.string().describe("The risk with its numbers"),
  action: z.string().describe("What to do about it"),
});
export type Risk = z.infer<typeof Risk>;

/** The feasibility study, which is the content of its HTML and Markdown pages. */
export const Study = z.strictObject({
  version: z.literal(1),
  tool: z.string().describe("Tunewright and its version"),
  programme: z.string().describe("Name of the programme"),
  description: z.string(),
  owner: z.string().nullable().describe("Owner of the programme; null if not stated"),
  start: Day.nullable().describe("First day of work; null if not set"),
  pricesOf: Day.nullable().describe("Day of the oldest price behind the GPU-hour; null if the user states the price"),
  generatedOn: Day.describe("Day of the study"),
  programmeSha256: z.string().describe("SHA-256 of programme.yaml"),
  verdict: z.enum(["go", "no-go", "go-if"]).describe("The recommendation"),
  reasons: z.array(z.string()).describe("Reasons"),
  conditions: z.array(z.string()).describe("Conditions, for go-if"),
  model: z.strictObject({
    id: z.string().describe("The base model, as stated by the programme"),
    shapeOf: z.string().describe("The catalogue model or config.json whose shape is used"),
    paramCount: z.number(),
    activeParamCount: z.number(),
    context: z.int().nullable(),
    licence: z.string().nullable(),
    source: z.string(),
  }),
  plannedRows: z.int().describe("Training rows of the finished dataset"),
  files: z.array(DatasetRef).describe("Dataset files, as listed by the programme"),
  datasets: z.array(DatasetProfile).describe("Profile of each file, in the same order"),
  curation: StudyCuration.nullable().default(null).describe("The last data run; null if there was none"),
  method: MethodChoice,
  fleet: z.array(FleetOption).describe("Fleets that were tried: those that fit first, by cost"),
  chosenFleet: z.string().nullable().describe("The fleet used by the estimate"),
  training: z.strictObject({
    method: z.string().describe("Costed method"),
    gpu: z.string().describe("GPU id"),
    gpuCount: z.int().describe("GPUs of one run"),
    sequenceTokens: z.int().describe("Longest sequence"),
    batchSequences: z.int().describe("Sequences per micro-step; fewer than planned if only that fits"),
    gradAccum: z.int().describe("Micro-steps per optimizer step"),
    tokensPerRun: z.number().describe("Tokens of one run, including all epochs"),
    runs: z
      .number()
      .describe(
        "Number of runs; the middle of the assumption if the user states none. For continued pre-training it is one, including its sweep and lost work",
      ),
    memory: Quantity.describe("Device memory per GPU, GiB"),
    memoryPlan: MemoryPlan.describe("Device memory per GPU, itemised"),
    passMemory: Quantity.nullable().describe("Device memory per GPU of the pass after the runs, GiB; null without one"),
    hoursPerRun: Quantity.describe("Wall hours of the steps of one run; of the complete run if the user states them"),
    modelledHoursPerRun: Quantity.describe("Wall hours of the steps of one run, as estimated"),
    usdPerGpuHour: Quantity.describe("Price per GPU-hour, US dollars"),
    costPerRun: Quantity.describe("Compute of one run, US dollars"),
    objective: z.string().default("sft").describe("Loss of the runs: sft; or dpo or grpo if that is the method"),
    sftFirst: z.boolean().default(false).describe("True if one supervised run comes before those of dpo or grpo"),
    preferencePass: z.string().describe("Pass over preferences or rewards after the runs: none, dpo, grpo and so on"),
    gpuHours: Quantity.describe("GPU-hours of all runs and passes, including start-up"),
    gpuHoursByPart: z
      .array(
        z.strictObject({
          id: z.string().describe("Id of the figure with its chain"),
          label: z.string().describe("Use: the sweep, start-up, the final run, a pass"),
          gpuHours: Quantity.describe("GPU-hours"),
        }),
      )
      .describe("GPU-hours by use; uses without GPU-hours are omitted"),
    cost: Quantity.describe("Compute of all runs, US dollars"),
  }),
  cost: ProgrammeCost,
  reconciliation: Reconciliation.nullable(),
  serving: ServingChoice.nullable()
    .default(null)
    .describe("Serving hardware of the tuned model, and the next cheapest; null if its size is not estimated"),
  alternatives: Alternatives.nullable().default(null).describe("Alternatives to the programme for the same traffic"),
  payback: Payback,
  aiAct: AiActDelta,
  risks: z.array(Risk),
  unknowns: z.array(z.string()).describe("What is unknown, and how to determine it"),
  decisions: z.array(z.string()).describe("Next decisions, in order"),
  figures: z.array(Figure).describe("Chain of every number"),
});
export type Study = z.infer<typeof Study>;
