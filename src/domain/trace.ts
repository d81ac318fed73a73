import * as z from "zod";

import { Quantity, Refusal } from "./estimate.ts";
import { MemoryPlan } from "./memory-plan.ts";
import { RunSpec } from "./run-spec.ts";

/**
 * Instants of a traced step: the reference forward of a preference loss, the forward, the loss with its gradient, the
 * backward of the layers, the optimizer step.
 */
export const TraceInstant = z.enum(["reference", "forward", "loss", "backward", "optimizer"]);
export type TraceInstant = z.infer<typeof TraceInstant>;

const Bytes = z.number().min(0);

/**
 * Live bytes by kind. `workspace` is memory that a GPU kernel uses while it runs and that does not belong to a tensor.
 */
export const TraceKinds = z.strictObject({
  weights: Bytes.describe("Frozen and trained weights, and buffers"),
  gradients: Bytes.describe("Gradients of trained weights"),
  optimizer: Bytes.describe("Optimizer state"),
  activations: Bytes.describe(
    "Activations saved by the forward for the backward; during the forward, also its temporaries",
  ),
  logits: Bytes.describe("Logits and tensors that the loss derives from them"),
  temporaries: Bytes.describe("Recomputed layers, gradients of activations, temporaries of the optimizer"),
  workspace: Bytes.describe("Workspace of the attention kernel, by formula"),
});
export type TraceKinds = z.infer<typeof TraceKinds>;

/** One instant of a traced step. */
const TracePoint = z.strictObject({
  instant: TraceInstant.describe("Instant of the step"),
  bytes: Bytes.describe("Peak of live bytes at this instant"),
  byKind: TraceKinds.describe("These bytes by kind"),
});

/** Counts printed by the traced program. */
export const TraceCounts = z.strictObject({
  weightsBytes: Bytes.describe("Bytes of the weights before the first step"),
  persistentBytes: Bytes.describe("Bytes that persist between two steps"),
  instants: z.array(TracePoint).min(1).describe("Peaks of the second step, which is the first with optimizer state"),
  tokens: z.int().min(1).describe("Tokens of the traced step"),
  matrixFlops: Bytes.describe("FLOPs of its matrix products by torch's counter, including recomputation"),
  attentionFlops: Bytes.describe("FLOPs of its attention, for the causal half"),
  paramCount: z.int().min(1).describe("Parameters of the model without adapters; for 4-bit layers, their bytes"),
  trainedParamCount: z.int().min(0).describe("Trained parameters"),
  lossPath: z.string().describe("Implementation of the loss"),
});
export type TraceCounts = z.infer<typeof TraceCounts>;

/** A line printed by the traced program: its counts, or the part that it cannot trace. */
export const TraceLine = z.union([
  TraceCounts.extend({ versions: z.record(z.string(), z.string()), seconds: z.number() }),
  z.strictObject({ unsupported: z.string(), versions: z.record(z.string(), z.string()), seconds: z.number() }),
]);
export type TraceLine = z.infer<typeof TraceLine>;

/** Settings of a trace that are not part of the run. */
export const TraceOptions = z.strictObject({
  reentrant: z.boolean().default(false).describe("Reentrant checkpointing, the default of older trainers"),
  autocast: z
    .boolean()
    .default(false)
    .describe(
      "Autocast over half-precision weights, as the Trainer's `bf16: true` does; always on for bf16-mixed and fp16",
    ),
  prepareKbit: z
    .boolean()
    .default(false)
    .describe("qlora: all weights that are not quantised become fp32, as with PEFT's prepare_model_for_kbit_training"),
  loraDropout: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Dropout before an adapter: a mask and a copy of its input"),
});
export type TraceOptions = z.infer<typeof TraceOptions>;

/** A term of the trace compared with the same term of the closed form. */
const TraceTerm = z.strictObject({
  term: z.string().describe("What is compared"),
  tracedBytes: Bytes.describe("Bytes by the trace"),
  formulaBytes: Bytes.describe("Bytes by the closed form"),
});

/** Peak memory of one GPU as traced in the user's own Python, and the differences from the closed form. */
export const Trace = z.strictObject({
  model: z.string().describe("Model"),
  config: z.string().describe("Source of its configuration"),
  spec: RunSpec.describe("The run, with defaults"),
  options: TraceOptions.describe("Settings of the trace that are not part of the run"),
  python: z.string().describe("Python executable"),
  versions: z.record(z.string(), z.string()).describe("Versions of its libraries"),
  seconds: z.number().describe("Seconds that the trace took"),
  cached: z.boolean().describe("Read from the cache"),
  counts: TraceCounts.describe("Counts"),
  peak: TraceInstant.describe("Instant of the peak"),
  allocated: Quantity.describe("GiB of live tensors at the peak"),
  reserved: Quantity.describe(
    "GiB that the allocator reserves: the trace plus the allocator overhead of the closed form",
  ),
  device: Quantity.describe("GiB that the GPU must have: the same plus the context of the process"),
  capacityGib: z.number().describe("GiB of the GPU that its driver makes available"),
  fits: MemoryPlan.shape.fits.describe("By the trace. yes: the p90 fits; tight: the median fits but the p90 does not"),
  flopsPerToken: z
    .strictObject({
      matrices: z.number().describe("FLOPs of matrix products, including recomputation"),
      attention: z.number().describe("FLOPs of attention for the causal half, including recomputation"),
      formula: z.number().describe("FLOPs of both by the closed form"),
    })
    .describe("FLOPs that the GPU executes per trained token"),
  formulaGib: z.number().nullable().describe("Allocated GiB by the closed form; null if it is refused"),
  terms: z.array(TraceTerm).describe("Terms of both, if the closed form is not refused"),
  notes: z.array(z.string()).describe("What is computed by formula, and what a trace does not include"),
});
export type Trace = z.infer<typeof Trace>;

/** A trace, or the reason why there is none. */
export const TraceAnswer = z.union([Trace, Refusal]);
export type TraceAnswer = z.infer<typeof TraceAnswer>;
