import type { Assumption } from "../../domain/assumption.ts";
import type { CostCategory } from "../../domain/cost.ts";
import type { Estimate, Quantity, Refusal } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { MeasuredEvaluation } from "../../domain/measured-evaluation.ts";
import type { MeasuredSynthesis } from "../../domain/measured-synthesis.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Traffic } from "../../domain/traffic.ts";
import type { Read } from "../uncertainty/simulate.ts";

/** A part of the overhead of a run, during which all its GPUs are paid for. */
export type OverheadPart = { id: string; label: string; hours: Quantity };

/** Training facts for the cost model, from other parts of the plan. */
export type TrainingFacts = {
  /** GPU-hours of one run. */
  gpuHoursPerRun: Quantity;
  /** US dollars per GPU-hour. */
  usdPerGpuHour: Quantity;
  /** Total number of runs, if the user states it. */
  runs: number | undefined;
  method: "lora" | "qlora" | "dora" | "full-sft" | "continued-pretraining";
  /** GPUs of one run. */
  gpuCount: number;
  /**
   * Overhead of one run in wall hours, by part, with the ids of the corresponding figures; empty if hours are stated.
   */
  overhead: readonly OverheadPart[];
  /** Hours for which one CPU machine tokenises the training data, once; undefined if the hours of a run are stated. */
  tokenisingHours?: Quantity;
  /** Overhead of one supervised run over the planned rows, if continued pre-training comes before it. */
  supervisedOverhead?: readonly OverheadPart[];
  /** GPU-hours of one supervised run over the planned rows, after continued pre-training or before DPO or GRPO. */
  supervisedGpuHours?: Quantity;
  /** GPU-hours of the GRPO pass, if one is planned. */
  rewardGpuHours?: Quantity;
  /** Parameters of the base model; null if its shape is unknown. */
  paramCount: number | null;
  /** Our own estimate, if `gpuHoursPerRun` is stated by the user. */
  modelledGpuHoursPerRun?: Quantity;
  /** Derivations of these figures: `run.gpuHoursPerRun`, `run.usdPerGpuHour` and their inputs. */
  figures: readonly Figure[];
};

/** Serving facts for the cost model. */
export type ServingFacts = {
  gpu: string | undefined;
  /** GPUs of one replica. */
  gpuCount: number;
  usdPerGpuHour: Quantity;
  /** Price of the current API, if known. */
  apiPrice: ApiPrice | undefined;
  /** Model size class of the capacity assumptions; undefined if none covers the model. */
  capacityClass: "8b" | "14b" | "70b" | undefined;
  /** Best measured bf16 matrix rate of one GPU, TFLOP/s; null if none was found. */
  matmulTflops: number | null;
  /** Parameters that are active per token. */
  activeParamCount: number;
  /** Output tokens per second of one replica within the SLO for the programme's mix, with its prompts, if estimated. */
  capacity?: Estimate | undefined;
  /** Monthly GPU cost as sized. Its ends are shown; its draws follow from `capacity` and `usdPerGpuHour`. */
  gpuUsdPerMonth?: Quantity | undefined;
  /** Reason why the programme cannot be served on the stated hardware; undefined if it can. */
  unknown?: string | undefined;
  /** Tokens of the served model per token of the traffic; default: 1. */
  ownTokensPerToken?: Estimate | undefined;
  /** The month of traffic, if the programme names one. */
  traffic?: Traffic | undefined;
  figures: readonly Figure[];
};

/** Input of a programme's cost. Equal requests and seeds give equal draws in every function. */
export type CostRequest = {
  programme: Programme;
  assumption: (id: string) => Assumption;
  training: TrainingFacts;
  serving?: ServingFacts;
  /** Cost of the last paid evaluation, if there is one. */
  measuredEvaluation?: MeasuredEvaluation | undefined;
  /** Measured cost of generated rows; undefined if none were paid for. */
  measuredSynthesis?: MeasuredSynthesis | undefined;
  /** Growth and price decline in future months; default: none. */
  outlook?: { growthPerMonth: number; priceDropPerYear: number } | undefined;
  /** Default: 1. */
  seed?: number;
  /** Default: 10,000. */
  draws?: number;
};

/** Part of the 60-70 / 5-15 / rest rule to which a line belongs. */
export type BudgetPart = "data-and-evaluation" | "compute" | "mlops";

/** Exactly known quantiles, shown instead of those of the draws; `p90` unless `open` says why it is unknown. */
export type Ends = { p10: number; p50: number; p90: number | undefined; open?: Refusal | undefined };

/** Cost of a line: a formula over leaves, unknown, or zero because it does not apply. */
export type LineCost =
  | { kind: "computed"; formula: string; value: (read: Read) => number; ends?: Ends | undefined }
  | { kind: "none"; reason: string }
  | { kind: "unknown"; reason: string };

/** One line of the cost model, before sampling. */
export type LineModel = {
  id: string;
  category: CostCategory;
  label: string;
  part: BudgetPart;
  cost: LineCost;
};

/** Creates a computed line. */
export function computed(formula: string, value: (read: Read) => number, ends?: Ends): LineCost {
  return { kind: "computed", formula, value, ends };
}

/** Creates a line that does not apply. */
export function none(reason: string): LineCost {
  return { kind: "none", reason };
}

/** Creates a line of unknown cost. */
export function unknown(reason: string): LineCost {
  return { kind: "unknown", reason };
}
