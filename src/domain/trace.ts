import * as z from "zod";

import { Quantity, Refusal } from "./estimate.ts";
import { MemoryPlan } from "./memory-plan.ts";
import { RunSpec } from "./run-spec.ts";

/** Moments of a traced step: the reference forward of a preference loss, the forward, the loss with its gradient, the layers' backward, the optimizer step. */
export const TraceInstant = z.enum(["reference", "forward", "loss", "backward", "optimizer"]);
export type TraceInstant = z.infer<typeof TraceInstant>;

const Bytes = z.number().min(0);

/** Live bytes by what they are. `workspace` is what a GPU kernel holds while it runs, which no tensor shows. */
export const TraceKinds = z.strictObject({
  weights: Bytes.describe("Weights, frozen and trained, and buffers"),
  gradients: Bytes.describe("Gradients of trained weights"),
  optimizer: Bytes.describe("Optimizer state"),
  activations: Bytes.describe("What the forward left for the backward; in the forward itself, its temporaries too"),
  logits: Bytes.describe("Logits and what the loss makes of them"),
  temporaries: Bytes.describe("Recomputed layers, gradients of activations, temporaries of the optimizer"),
  workspace: Bytes.describe("Workspace of the attention kernel, by formula"),
});
export type TraceKinds = z.infer<typeof TraceKinds>;

/** One instant of a traced step. */
const TracePoint = z.strictObject({
  instant: TraceInstant.describe("Moment of the step"),
  bytes: Bytes.describe("Most bytes that live in it"),
  byKind: TraceKinds.describe("The same by what they are"),
});

/** What the traced program counts, as it prints it. */
export const TraceCounts = z.strictObject({
  weightsBytes: Bytes.describe("Bytes of the weights before the first step"),
  persistentBytes: Bytes.describe("Bytes that stay between two steps"),
  instants: z.array(TracePoint).min(1).describe("Peaks of the second step, the first with optimizer state"),
  tokens: z.int().min(1).describe("Tokens of the traced step"),
  matrixFlops: Bytes.describe("FLOPs of its matrix products by torch's counter, recomputation included"),
  attentionFlops: Bytes.describe("FLOPs of its attention, of the causal half"),
  paramCount: z.int().min(1).describe("Parameters of the model, adapters left out; of 4-bit layers their bytes"),
  trainedParamCount: z.int().min(0).describe("Trained parameters"),
  lossPath: z.string().describe("How the loss was computed"),
});
export type TraceCounts = z.infer<typeof TraceCounts>;

/** A line of the traced program: its counts, or what it cannot trace. */
export const TraceLine = z.union([
  TraceCounts.extend({ versions: z.record(z.string(), z.string()), seconds: z.number() }),
  z.strictObject({ unsupported: z.string(), versions: z.record(z.string(), z.string()), seconds: z.number() }),
]);
export type TraceLine = z.infer<typeof TraceLine>;

/** What a trace depends on beyond the run. */
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
    .describe("qlora: everything that is not quantised becomes fp32, as PEFT's prepare_model_for_kbit_training does"),
  loraDropout: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Dropout before an adapter: a mask and a copy of its input"),
});
export type TraceOptions = z.infer<typeof TraceOptions>;

/** A term of the trace next to the same term of the closed form. */
const TraceTerm = z.strictObject({
  term: z.string().describe("What is compared"),
  tracedBytes: Bytes.describe("Bytes as traced"),
  formulaBytes: Bytes.describe("Bytes by the closed form"),
});

/** Peak memory of one GPU as traced in the user's own Python, and where the closed form differs. */
export const Trace = z.strictObject({
  model: z.string().describe("Model"),
  config: z.string().describe("Where its configuration came from"),
  spec: RunSpec.describe("The run, with defaults"),
  options: TraceOptions.describe("What the trace depends on beyond the run"),
  python: z.string().describe("Python that ran it"),
  versions: z.record(z.string(), z.string()).describe("Versions of its libraries"),
  seconds: z.number().describe("Seconds that the trace took when it was made"),
  cached: z.boolean().describe("Read from the cache, not made now"),
  counts: TraceCounts.describe("What was counted"),
  peak: TraceInstant.describe("Instant of the peak"),
  allocated: Quantity.describe("GiB of live tensors at the peak"),
  reserved: Quantity.describe("GiB that the allocator holds: the trace and the allocator's gaps of the closed form"),
  device: Quantity.describe("GiB that the card must have: that and the process"),
  capacityGib: z.number().describe("GiB of the card that its driver makes available"),
  fits: MemoryPlan.shape.fits.describe("By the trace: yes: the p90 fits; tight: the median fits and the p90 does not"),
  flopsPerToken: z
    .strictObject({
      matrices: z.number().describe("Of matrix products, recomputation included"),
      attention: z.number().describe("Of attention over the causal half, recomputation included"),
      formula: z.number().describe("Of both by the closed form"),
    })
    .describe("FLOPs that the GPU executes for one trained token"),
  formulaGib: z.number().nullable().describe("Allocated GiB by the closed form; null where it refuses"),
  terms: z.array(TraceTerm).describe("Terms of both, where the closed form has an answer"),
  notes: z.array(z.string()).describe("What is counted by formula, and what a trace does not see"),
});
export type Trace = z.infer<typeof Trace>;

/** A trace, or why there is none. */
export const TraceAnswer = z.union([Trace, Refusal]);
export type TraceAnswer = z.infer<typeof TraceAnswer>;
