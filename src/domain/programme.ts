import * as z from "zod";

import { AssumptionOverride } from "./assumption.ts";
import { DataPipeline } from "./data-pipeline.ts";
import { Delimiter, RowFields } from "./dataset-profile.ts";
import { RentalTerm, SellerClass } from "./price.ts";
import { LIMITS } from "./limits.ts";
import { Stack } from "./stack.ts";
import { TrainingLibrary } from "./training-job.ts";
import { TargetName } from "./training-target.ts";
import { Day, PositiveMoney } from "./source.ts";

const Share = z.number().min(0).max(1);

/** The task of the model. */
export const Task = z
  .strictObject({
    kind: z
      .enum([
        "extraction",
        "classification",
        "qa",
        "summarisation",
        "chat",
        "code",
        "reasoning",
        "agent",
        "safety",
        "domain-corpus",
      ])
      .describe("Kind of task"),
    goals: z
      .array(z.enum(["format", "style", "knowledge", "reasoning", "safety", "cost", "latency"]))
      .min(1)
      .describe("What fine-tuning should improve"),
    narrow: z.boolean().default(true).describe("One well-defined task, not a general assistant"),
    classes: z
      .int()
      .min(2)
      .optional()
      .describe("Number of classes, for classification; their names are those in the rows"),
    verifiableReward: z.boolean().default(false).describe("An answer can be checked by a program (tests, exact match)"),
    changesTokenizer: z.boolean().default(false).describe("New vocabulary or a new tokenizer is needed"),
    factsChange: z.boolean().default(false).describe("Answers depend on facts that change faster than you retrain"),
  })
  .describe("The task of the model");

/** A dataset file of the programme, and the known facts about its rights. */
export const DatasetRef = z
  .strictObject({
    path: z.string().min(1).describe("File inside the programme folder: .jsonl, .json, .csv or .parquet"),
    role: z.enum(["train", "preference", "eval", "replay", "corpus"]).default("train").describe("Purpose of the file"),
    origin: z.enum(["own", "licensed", "public", "scraped", "synthetic"]).describe("Origin of the rows"),
    licence: z.string().optional().describe("Licence of the rows"),
    generated: z.boolean().default(false).describe("The rows are synthetic, not collected; reports say so"),
    fields: RowFields.optional().describe("Fields to train on; default: recognised"),
    delimiter: Delimiter.optional().describe("Delimiter of a CSV file; default: detected"),
  })
  .describe("A dataset file");
export type DatasetRef = z.infer<typeof DatasetRef>;

/** The data: available files, planned data, and the facts that determine their cost. */
export const DataPlan = z
  .strictObject({
    files: z.array(DatasetRef).default([]).describe("Dataset files"),
    pipeline: DataPipeline.default([]),
    plannedRows: z
      .int()
      .min(0)
      .max(LIMITS.rows)
      .default(0)
      .describe("Training rows of the finished dataset; 0 if only a corpus is trained on"),
    meanTokens: z
      .number()
      .min(1)
      .max(LIMITS.sequenceTokens)
      .optional()
      .describe(
        "Mean tokens per row; default: measured on the files. A stated mean takes precedence, and the study reports a difference",
      ),
    preferencePairs: z.int().min(0).max(LIMITS.rows).default(0).describe("Preference pairs, available or planned"),
    corpusTokens: z
      .number()
      .min(0)
      .max(LIMITS.tokens)
      .default(0)
      .describe("Tokens of raw domain text for continued pre-training"),
    personalData: z
      .enum(["none", "pii", "phi"])
      .default("none")
      .describe("Personal data in the raw rows: none, personal, or health data"),
    regulated: z.boolean().default(false).describe("Legal, medical, financial or other regulated domain"),
    thirdParty: z.boolean().default(false).describe("Rows come from third parties, so rights must be cleared"),
    annotatedShare: Share.default(1).describe("Share of the rows that people write or label"),
    minutesPerRow: z.number().positive().max(100_000).optional().describe("Annotation minutes per row"),
    annotatorUsdPerHour: PositiveMoney.optional().describe("Blended hourly rate of the annotators"),
    doubleLabelledShare: Share.optional().describe("Share of the annotated rows that two people label"),
    syntheticRows: z
      .int()
      .min(0)
      .max(LIMITS.rows)
      .default(0)
      .describe("Rows of the finished dataset that a model generates"),
    tokenizer: z
      .string()
      .optional()
      .describe(
        "Path of the base model's tokenizer.json inside the programme folder; default: tokenizer.json, then the local Hub cache",
      ),
  })
  .describe("The data");

/** GPUs at one location that the programme may use for training. */
export const OwnedFleet = z
  .strictObject({
    gpu: z.string().min(1).describe("Name of the GPU"),
    gpuCount: z.int().min(1).max(LIMITS.gpus).describe("Largest number for one run"),
    gpuUsdPerHour: PositiveMoney.optional().describe("Your cost per GPU-hour; default: the price book"),
  })
  .describe("Available GPUs of one kind");

/** The planned training. Omitted fields are chosen or estimated. */
export const TrainingPlan = z
  .strictObject({
    method: z
      .enum(["auto", "lora", "qlora", "dora", "full-sft", "continued-pretraining", "dpo", "grpo"])
      .default("auto")
      .describe(
        "Method; auto applies the method rules. dpo trains on preference pairs, grpo on rewards for answers to the rows",
      ),
    sftFirst: z
      .boolean()
      .optional()
      .describe("Whether a supervised run over the rows comes before method dpo or grpo; default: false"),
    weights: z
      .enum(["lora", "qlora", "dora", "full-sft"])
      .optional()
      .describe("Weights that method dpo or grpo trains; default: lora"),
    preferencePass: z
      .enum(["none", "dpo", "ipo", "kto", "orpo", "grpo"])
      .default("none")
      .describe("A preference or reward pass after the training"),
    groupSize: z
      .int()
      .min(2)
      .max(LIMITS.groupSize)
      .optional()
      .describe("Answers that GRPO samples per prompt; default: an assumption"),
    completionTokens: z
      .number()
      .min(1)
      .max(LIMITS.sequenceTokens)
      .optional()
      .describe("Mean tokens of an answer that GRPO samples; default: an assumption"),
    loraRank: z.int().min(1).default(16).describe("Rank of the adapter"),
    sequenceTokens: z.int().min(1).max(LIMITS.sequenceTokens).default(2048).describe("Longest sequence in tokens"),
    batchSequences: z.int().min(1).max(LIMITS.batchSequences).default(4).describe("Sequences per GPU per micro-step"),
    epochs: z
      .number()
      .min(LIMITS.epochs.least)
      .max(LIMITS.epochs.most)
      .optional()
      .describe("Passes over the data per run; default: 3 over rows and 1 over a corpus"),
    stack: Stack.default("hf").describe("Training library"),
    python: z
      .partialRecord(TrainingLibrary, z.string().min(1))
      .optional()
      .describe(
        "Python of each training library of your runs, whose pinned versions conflict: an executable or a virtual environment; default: TUNEWRIGHT_PYTHON",
      ),
    target: TargetName.optional().describe("Target in targets.yaml for runs; default: local, this machine"),
    packing: z.boolean().default(true).describe("Pack short rows into full sequences"),
    gpu: z.string().optional().describe("GPU; default: chosen by the fleet search"),
    gpuCount: z.int().min(1).max(LIMITS.gpus).optional().describe("GPUs per run"),
    fleets: z
      .array(OwnedFleet)
      .min(1)
      .max(16)
      .optional()
      .describe(
        "Available fleets, instead of gpu and gpuCount: a run uses GPUs of one kind, in the number that costs least",
      ),
    gpuUsdPerHour: PositiveMoney.optional().describe(
      "Price per GPU-hour of your own contract; default: the price book",
    ),
    term: RentalTerm.default("on-demand").describe("Term"),
    sellerClass: SellerClass.default("neocloud").describe("Seller class"),
    hoursPerRun: z
      .number()
      .positive()
      .max(LIMITS.hours)
      .optional()
      .describe("Wall hours of one run, if known; default: estimated"),
    runs: z
      .int()
      .min(1)
      .max(LIMITS.runs)
      .optional()
      .describe("Total number of runs: sweep, repetitions, preference pass and final run"),
    approveAboveUsd: PositiveMoney.optional().describe(
      "Cost of a run above which it must be approved before it starts; default: none",
    ),
  })
  .describe("The training");

/** Verification of quality. */
export const EvaluationPlan = z
  .strictObject({
    frozenRows: z.int().min(0).max(LIMITS.rows).default(1000).describe("Rows of the frozen test set"),
    replayRows: z
      .int()
      .min(0)
      .max(LIMITS.rows)
      .default(2000)
      .describe("Anonymised production prompts in the replay set"),
    setupUsd: PositiveMoney.optional().describe("Cost of setting up the evaluation harness"),
    usdPerEvaluation: PositiveMoney.optional().describe("Cost of one evaluation: judge calls and people"),
    evaluations: z.int().min(0).max(LIMITS.runs).optional().describe("Evaluations before launch; default: one per run"),
    monthlyUsd: PositiveMoney.optional().describe("Cost of continuous evaluation on production traffic, per month"),
  })
  .describe("The evaluation");

/** Requests that the model will serve, and its hardware. */
export const ServingPlan = z
  .strictObject({
    inputTokensPerMonth: z.number().min(1).max(LIMITS.tokens).optional().describe("Input tokens per month"),
    outputTokensPerMonth: z.number().min(1).max(LIMITS.tokens).optional().describe("Output tokens per month"),
    requestInputTokens: z
      .number()
      .min(1)
      .max(LIMITS.sequenceTokens)
      .optional()
      .describe(
        "Mean input tokens of a request; default: from serving.traffic, then from the training rows, then from data.meanTokens and the tokens of the month, then a published value for the task",
      ),
    requestOutputTokens: z
      .number()
      .min(1)
      .max(LIMITS.sequenceTokens)
      .optional()
      .describe("Mean output tokens of a request; default: as for requestInputTokens"),
    gpu: z.string().optional().describe("Serving GPU; default: the cheapest that meets the SLO"),
    gpuCount: z
      .int()
      .min(1)
      .max(LIMITS.gpus)
      .optional()
      .describe("GPUs of one replica; default: the cheapest number that meets the SLO"),
    outputTokensPerSec: z
      .number()
      .min(0.01)
      .max(1e9)
      .optional()
      .describe("Measured output tokens per second of one replica at your load, with its prompts"),
    gpuUsdPerHour: PositiveMoney.optional().describe("Price per GPU-hour; default: the price book"),
    spareReplicas: z.int().min(0).max(LIMITS.gpus).default(0).describe("Spare replicas for failures"),
    peakOverMean: z.number().min(1).max(10_000).default(3).describe("Peak load divided by mean load"),
    traffic: z
      .string()
      .min(1)
      .optional()
      .describe(
        "File with a month of traffic inside the folder, as `tunewright plan traffic` writes it; its tokens and peak apply unless stated here",
      ),
    loadTest: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Load test result of one replica inside the folder, as `tunewright loadtest --json` writes it: its capacity replaces the estimate",
      ),
    monthlyUsd: PositiveMoney.optional().describe("Known serving cost per month; replaces the fields above"),
  })
  .describe("The serving");

/** Current spending on what the tuned model replaces. */
export const TodayPlan = z
  .strictObject({
    api: z.string().optional().describe("Current API model, such as `openai/gpt-4o`"),
    apiUsdPerMonth: PositiveMoney.optional().describe("Spend on it per month"),
    laborUsdPerMonth: PositiveMoney.optional().describe("Other cost per month that the programme should save"),
    shareReplaced: Share.default(1).describe(
      "Share of apiUsdPerMonth that the tuned model replaces; the tokens of serving are those that it takes over",
    ),
  })
  .describe("Current spend");

/** Hard constraints that can force or exclude a choice. */
export const Requirements = z
  .strictObject({
    latencyMsP95: z.number().positive().optional().describe("Longest acceptable time to first token, 95th percentile"),
    apiAllowed: z.boolean().default(true).describe("Data may be sent to an outside API"),
    residency: z.enum(["none", "eu", "us", "on-premises"]).default("none").describe("Where data must remain"),
    deadline: Day.optional().describe("Day by which it must be live"),
  })
  .describe("Hard constraints");

/** Staff. */
export const TeamPlan = z
  .strictObject({
    engineerWeeks: z
      .number()
      .min(0)
      .max(100_000)
      .optional()
      .describe("Engineer-weeks of MLOps and engineering until launch"),
    engineerUsdPerHour: PositiveMoney.optional().describe("Blended hourly rate of engineers"),
    hoursPerWeek: z.number().positive().max(168).default(40).describe("Hours of an engineer-week"),
  })
  .describe("Staff");

/** Facts that determine which duties apply. */
export const ComplianceFacts = z
  .strictObject({
    euMarket: z
      .boolean()
      .optional()
      .describe("The model or system is placed on the EU market or used there; default: unknown"),
    distributesWeights: z.boolean().optional().describe("The tuned weights are given to others; default: unknown"),
    ownName: z.boolean().optional().describe("The system is put into service under your name; default: unknown"),
    researchOnly: z.boolean().optional().describe("Only for research, or internal and non-essential; default: unknown"),
    significantChange: z
      .boolean()
      .optional()
      .describe("The tuning removes safety training, adds a modality or widens generality; default: unknown"),
    priorTrainingFlop: z
      .number()
      .min(0)
      .max(1e30)
      .default(0)
      .describe("Compute of your earlier training on the same base, FLOP"),
    reviewUsd: PositiveMoney.optional().describe("Known cost of compliance work"),
  })
  .describe("Facts for the duties");

/** A line of a quoted budget, to be reconciled with the estimate. */
export const QuotedLine = z
  .strictObject({
    category: z
      .enum(["data", "training", "evaluation", "engineering", "serving", "maintenance", "compliance"])
      .describe("Corresponding line of our cost model"),
    label: z.string().min(1).describe("Name of the line, as stated"),
    usd: PositiveMoney.describe("Stated amount"),
    quantity: z.number().positive().optional().describe("Quantity, if stated"),
    unit: z.string().optional().describe("Unit of the quantity, such as `GPU-hour`"),
    unitUsd: PositiveMoney.optional().describe("Price per unit, if stated"),
    basis: z.string().optional().describe("How the author computed it"),
  })
  .describe("A stated line");

/** A quoted budget for the same programme. */
export const Quoted = z
  .strictObject({
    source: z.string().min(1).describe("Author and source"),
    asOf: Day.describe("Day of the quote"),
    totalUsd: PositiveMoney.describe("Stated total"),
    lines: z.array(QuotedLine).min(1).describe("Its lines"),
    monthlyEvaluationUsd: PositiveMoney.optional().describe("Stated cost per month after launch"),
    breakEvenMonth: z.number().positive().max(1200).optional().describe("Stated break-even month"),
  })
  .describe("A stated budget to reconcile");

/**
 * `programme.yaml`: the planned programme. Unknown keys are errors. Every field except name, task, model and data has a
 * default.
 */
export const Programme = z
  .strictObject({
    version: z.literal(1).default(1).describe("Version of this schema"),
    name: z.string().min(1).max(200).describe("Name of the programme"),
    description: z.string().default("").describe("Purpose, in one or two sentences"),
    owner: z.string().optional().describe("Owner"),
    start: Day.optional().describe("First day of work"),
    task: Task,
    model: z
      .strictObject({
        base: z
          .string()
          .min(1)
          .describe("Base model: Hub id, alias, or path of a config.json inside the programme folder"),
      })
      .describe("The model"),
    data: DataPlan,
    training: TrainingPlan.prefault({}),
    evaluation: EvaluationPlan.prefault({}),
    serving: ServingPlan.prefault({}),
    today: TodayPlan.prefault({}),
    requirements: Requirements.prefault({}),
    team: TeamPlan.prefault({}),
    compliance: ComplianceFacts.prefault({}),
    assumptions: z
      .record(z.string(), AssumptionOverride)
      .default({})
      .describe("Your values that replace catalogue assumptions, by id"),
    quoted: Quoted.optional(),
  })
  .describe("A fine-tuning programme");
export type Programme = z.infer<typeof Programme>;
/** A programme as written, before defaults. */
export type ProgrammeInput = z.input<typeof Programme>;
