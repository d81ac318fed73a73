import type { Assumption } from "../../domain/assumption.ts";
import type { CostCategory } from "../../domain/cost.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { MeasuredEvaluation } from "../../domain/measured-evaluation.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Traffic } from "../../domain/traffic.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** A part of a run in addition to its steps, in which all its GPUs are paid for. */
export type OverheadPart = { id: string; label: string; hours: Quantity };

/** What the cost model needs to know of the training; another part of the plan estimates it. */
export type TrainingFacts = {
  /** GPU-hours of one run. */
  gpuHoursPerRun: Quantity;
  /** US dollars per GPU-hour. */
  usdPerGpuHour: Quantity;
  /** Runs in all, where the user gives them. */
  runs: number | undefined;
  method: "lora" | "qlora" | "dora" | "full-sft" | "continued-pretraining";
  /** GPUs of one run. */
  gpuCount: number;
  /** Wall hours that one run takes in addition to its steps, by part, with the ids of their figures; none where hours are stated. */
  overhead: readonly OverheadPart[];
  /** Hours of a CPU machine that tokenises what is trained on, once; undefined where the hours of a run are stated. */
  tokenisingHours?: Quantity;
  /** Overhead of one supervised run over the planned rows, where continued pre-training comes before it. */
  supervisedOverhead?: readonly OverheadPart[];
  /** GPU-hours of one supervised run over the planned rows, where continued pre-training comes before it. */
  supervisedGpuHours?: Quantity;
  /** GPU-hours of the GRPO pass, where one is planned. */
  rewardGpuHours?: Quantity;
  /** Parameters of the base model; null where its shape is unknown. */
  paramCount: number | null;
  /** Our own estimate, where `gpuHoursPerRun` is the user's. */
  modelledGpuHoursPerRun?: Quantity;
  /** Chains of the above: `run.gpuHoursPerRun`, `run.usdPerGpuHour` and what they rest on. */
  figures: readonly Figure[];
};

/** What the cost model needs to know of the serving. */
export type ServingFacts = {
  gpu: string | undefined;
  /** GPUs of one replica. */
  gpuCount: number;
  usdPerGpuHour: Quantity;
  /** Price of the API in use today, where it is known. */
  apiPrice: ApiPrice | undefined;
  /** Model size class of the capacity assumptions, where one covers the model. */
  capacityClass: "8b" | "14b" | "70b" | undefined;
  /** Best measured bf16 matrix rate of one GPU, TFLOP/s; null where none was found. */
  matmulTflops: number | null;
  /** Parameters that a token passes through. */
  activeParamCount: number;
  /** Output tokens per second of one replica within the SLO at the programme's mix, prompts included, where it was estimated. */
  capacity?: Estimate | undefined;
  /** GPU cost of a month as it was sized: its ends are shown, its draws follow from `capacity` and `usdPerGpuHour`. */
  gpuUsdPerMonth?: Quantity | undefined;
  /** Why the programme cannot be served on what it states; undefined where it can. */
  unknown?: string | undefined;
  /** Tokens of the served model per token that the month was counted in; default: 1. */
  ownTokensPerToken?: number | undefined;
  /** The month of traffic, where the programme names one. */
  traffic?: Traffic | undefined;
  figures: readonly Figure[];
};

/** All that a programme's cost follows from. The same request and seed give the same draws in every function. */
export type CostRequest = {
  programme: Programme;
  assumption: (id: string) => Assumption;
  training: TrainingFacts;
  serving?: ServingFacts;
  /** What the last paid evaluation cost, where there is one. */
  measuredEvaluation?: MeasuredEvaluation | undefined;
  /** How the months to come differ from that of today; default: alike. */
  outlook?: { growthPerMonth: number; priceDropPerYear: number } | undefined;
  /** Default 1. */
  seed?: number;
  /** Default 10,000. */
  draws?: number;
};

/** Part of the 60-70 / 5-15 / rest rule that a line counts to. */
export type BudgetPart = "data-and-evaluation" | "compute" | "mlops";

/** Quantiles that are known exactly, which are shown in the place of those of the draws; `p90` where it is known too. */
export type Ends = { p10: number; p50: number; p90: number | undefined };

/** How the cost of a line is known: by a formula over leaves, not at all, or zero because it does not apply. */
export type LineCost =
  | { kind: "computed"; formula: string; value: (read: Read) => number; ends?: Ends | undefined }
  | { kind: "none"; reason: string }
  | { kind: "unknown"; reason: string };

/** One line of the cost model, before it is drawn. */
export type LineModel = {
  id: string;
  category: CostCategory;
  label: string;
  part: BudgetPart;
  cost: LineCost;
};

/** Shorthand for a line that is computed. */
export function computed(formula: string, value: (read: Read) => number, ends?: Ends): LineCost {
  return { kind: "computed", formula, value, ends };
}

/** Shorthand for a line that does not apply. */
export function none(reason: string): LineCost {
  return { kind: "none", reason };
}

/** Shorthand for a line that cannot be known from what is given. */
export function unknown(reason: string): LineCost {
  return { kind: "unknown", reason };
}
