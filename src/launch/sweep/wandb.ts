import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { issueText, valueAt } from "../../base/issue-text.ts";
import { SWEPT_FIELDS, SweepFile, type SweepParameter } from "../../domain/sweep.ts";

/** A sweep of Weights & Biases; other keys are left out, with a note. @source W&B docs, sweep configuration */
export const WandbSweep = z.looseObject({
  name: z.string().optional(),
  method: z.enum(["grid", "random", "bayes"]),
  metric: z.looseObject({ name: z.string(), goal: z.enum(["minimize", "maximize"]).default("minimize") }).optional(),
  parameters: z.record(z.string(), z.record(z.string(), z.unknown())),
  early_terminate: z.record(z.string(), z.unknown()).optional(),
  run_cap: z.int().min(1).optional(),
});
export type WandbSweep = z.infer<typeof WandbSweep>;

/** Our field names by the names that trainers use. */
const SPELLINGS: Readonly<Record<string, (typeof SWEPT_FIELDS)[number]>> = {
  learning_rate: "learningRate",
  lr: "learningRate",
  lr_scheduler_type: "schedule",
  lora_r: "loraRank",
  lora_rank: "loraRank",
  lora_alpha: "loraAlpha",
  per_device_train_batch_size: "batchSequences",
  batch_size: "batchSequences",
  micro_batch_size: "batchSequences",
  gradient_accumulation_steps: "accumulationSteps",
  max_length: "sequenceTokens",
  max_seq_length: "sequenceTokens",
  seed: "seed",
};

/** Result of importing a Weights & Biases sweep. */
export type WandbImport = {
  /** Contents of the sweep file. */
  sweep: Record<string, unknown>;
  /** Settings that were omitted, each with the reason. */
  notes: string[];
};

/**
 * Converts a sweep of Weights & Biases.
 *
 * @throws Failure bad_input if a parameter is not a field of a run, or its distribution is not supported
 */
export function importWandb(wandb: WandbSweep, name: string): WandbImport {
  const notes: string[] = [];
  const space: Record<string, SweepParameter> = {};
  for (const [spelled, parameter] of Object.entries(wandb.parameters)) {
    const field = SPELLINGS[spelled] ?? SWEPT_FIELDS.find((known) => known === spelled);
    if (field === undefined) {
      throw new Failure("bad_input", `a sweep cannot vary ${spelled}`, {
        hint: `remove it, or rename it to one of ${SWEPT_FIELDS.join(", ")}`,
      });
    }
    space[field] = parameterOf(spelled, parameter);
  }
  const stopping = stoppingOf(wandb.early_terminate, notes);
  const method = wandb.method === "bayes" ? "tpe" : wandb.method;
  if (wandb.method === "bayes") notes.push("bayes: searched by TPE; W&B uses a Gaussian process");
  const sweep = {
    version: 1,
    name: wandb.name ?? name,
    ...(wandb.metric === undefined ? {} : { metric: metricOf(wandb.metric.name), goal: wandb.metric.goal }),
    space,
    search: { method },
    stopping,
    ...(wandb.run_cap === undefined ? {} : { trials: wandb.run_cap }),
  };
  checked(SweepFile, sweep);
  const left = leftOut(wandb);
  if (left.length > 0) notes.push(`left out: ${left.join(", ")}`);
  return { sweep, notes };
}

/** Keys of each part of a sweep that the conversion reads. */
const READ = {
  sweep: ["name", "method", "metric", "parameters", "early_terminate", "run_cap"],
  metric: ["name", "goal"],
  terminate: ["type", "min_iter", "max_iter", "s", "eta"],
  parameter: ["distribution", "value", "values", "min", "max", "q"],
} as const;

/** Keys that the conversion does not read, such as `metric.target`. */
function leftOut({ metric, early_terminate: terminate, parameters, ...sweep }: WandbSweep): string[] {
  const others = (part: object, read: readonly string[], place = ""): string[] =>
    Object.keys(part).flatMap((key) => (read.includes(key) ? [] : [`${place}${key}`]));
  return [
    ...others(sweep, READ.sweep),
    ...others(metric ?? {}, READ.metric, "metric."),
    ...others(terminate ?? {}, READ.terminate, "early_terminate."),
    ...Object.entries(parameters).flatMap(([name, part]) => others(part, READ.parameter, `${name}.`)),
  ];
}

/** The parsed value. @throws Failure bad_input with the field that is invalid */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, place = ""): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = [...(place === "" ? [] : [place]), ...issue.path].join(", ");
  throw new Failure("bad_input", `${path}: ${issueText(issue, valueAt(value, issue.path))}`, {
    hint: "correct the sweep configuration of Weights & Biases",
  });
}

/** `eval/loss`, as logged by the W&B callback, is `eval_loss` here; `train/loss` is `loss`. */
function metricOf(name: string): string {
  return name.replace(/^eval\//, "eval_").replace(/^train\//, "");
}

const Numbers = z.object({
  distribution: z.string().optional(),
  value: z.union([z.number(), z.string()]).optional(),
  values: z.array(z.union([z.number(), z.string()])).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  q: z.number().positive().optional(),
});

function parameterOf(name: string, raw: Readonly<Record<string, unknown>>): SweepParameter {
  const refuse = (what: string): never => {
    throw new Failure("bad_input", `${name}: ${what}`, {
      hint: "give values, or min and max with a known distribution",
    });
  };
  const found = Numbers.safeParse(raw).data ?? refuse("its values are not numbers or words");
  const { value, values, min, max, q, distribution } = found;
  if (value !== undefined) return { values: [value] };
  if (values !== undefined) return { values };
  if (min === undefined || max === undefined)
    return refuse(`the distribution ${distribution ?? "of its kind"} is not supported`);
  const isWhole = Number.isInteger(min) && Number.isInteger(max);
  switch (distribution ?? (isWhole ? "int_uniform" : "uniform")) {
    case "int_uniform":
      return { min, max, scale: "linear", step: 1 };
    case "uniform":
      return { min, max, scale: "linear" };
    case "q_uniform":
      return { min, max, scale: "linear", step: q ?? 1 };
    case "log_uniform_values":
      return { min, max, scale: "log" };
    case "q_log_uniform_values":
      return { min, max, scale: "log", step: q ?? 1 };
    case "log_uniform": // its bounds are exponents of e
      return { min: Math.exp(min), max: Math.exp(max), scale: "log" };
    default:
      return refuse(`the distribution ${distribution} is not supported`);
  }
}

const Terminate = z.object({
  type: z.string(),
  min_iter: z.int().min(1).optional(),
  max_iter: z.int().min(1).optional(),
  s: z.int().min(1).optional(),
  eta: z.number().min(2).optional(),
});

function stoppingOf(raw: Readonly<Record<string, unknown>> | undefined, notes: string[]): Record<string, unknown> {
  if (raw === undefined) return { rule: "none" };
  const { type, min_iter, max_iter, s, eta = 3 } = checked(Terminate, raw, "early_terminate");
  if (type !== "hyperband") {
    notes.push(`early_terminate ${type} is not supported: no trial is stopped early`);
    return { rule: "none" };
  }
  notes.push("early_terminate hyperband: W&B compares all runs in one bracket at each step, which is the rule asha");
  notes.push("W&B counts logged values, this sweep counts steps: check minSteps");
  const first = min_iter ?? (max_iter === undefined ? undefined : Math.max(1, Math.round(max_iter / eta ** (s ?? 2))));
  return { rule: "asha", ...(first === undefined ? {} : { minSteps: first }), eta };
}
