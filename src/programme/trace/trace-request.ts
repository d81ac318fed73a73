import type { Refusal } from "../../domain/estimate.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import type { TraceOptions } from "../../domain/trace.ts";
import type { ConfigFields } from "./config-of-shape.ts";

/** Input of the traced program on stdin; `trace_step.py` documents each field. */
export type TraceRequest = Readonly<Record<string, unknown>>;

/** Format of the weights, and whether autocast is used, by precision. */
const PRECISIONS: Readonly<Record<string, { dtype: string; autocast: false | "bf16" | "fp16" }>> = {
  bf16: { dtype: "bf16", autocast: false },
  "bf16-mixed": { dtype: "fp32", autocast: "bf16" },
  fp16: { dtype: "fp32", autocast: "fp16" },
  fp32: { dtype: "fp32", autocast: false },
};

/** Converts a run to a request, or names the parts that cannot be traced. */
export function traceRequest(config: ConfigFields, spec: RunSpec, options: TraceOptions): TraceRequest | Refusal {
  const refusal = notTraced(spec);
  if (refusal !== undefined) {
    return { refused: refusal, hint: "the formula of tunewright plan memory covers it" };
  }
  const { dtype, autocast } = PRECISIONS[spec.precision]!;
  const trainsBase = isFull(spec);
  return {
    config,
    objective: spec.objective,
    reference: referenceOf(spec, trainsBase),
    method: spec.method,
    rank: spec.loraRank,
    targets: spec.loraTargets,
    dropout: options.loraDropout,
    doubleQuant: spec.quantisation === "nf4-double",
    fp32Rest: options.prepareKbit,
    batch: spec.batchSequences,
    seq: spec.sequenceTokens,
    microSteps: Math.min(2, spec.gradAccum), // the second finds the gradients of the first
    checkpointing: spec.checkpointing,
    reentrant: options.reentrant,
    attention: spec.attention,
    dtype,
    autocast: autocast === false && options.autocast ? "bf16" : autocast,
    optimizer: spec.optimizer,
    loss: spec.lossPath,
    masterFp32: spec.precision !== "fp32", // as accelerate does under FSDP2 with mixed precision
    ranks: spec.gpuCount,
    sharding: spec.gpuCount === 1 ? "none" : spec.sharding === "auto" ? "fsdp" : spec.sharding,
  };
}

function referenceOf(spec: RunSpec, trainsBase: boolean): string {
  if (!OBJECTIVES[spec.objective].hasReference && spec.objective !== "grpo") return "none";
  if (spec.reference !== "auto") return spec.reference;
  if (spec.objective === "grpo") return "none"; // beta is 0 by default in TRL: no reference is loaded
  return trainsBase ? "copy" : "adapter-off";
}

function notTraced(spec: RunSpec): string | undefined {
  const trainsBase = isFull(spec);
  if (STACKS[spec.stack].family !== "transformers")
    return `${spec.stack} has its own modelling code; a trace runs that of transformers`;
  if (PRECISIONS[spec.precision] === undefined) return `a trace does not see the kernels of ${spec.precision}`;
  if (spec.method === "qlora" && !spec.quantisation.startsWith("nf4"))
    return `${spec.quantisation} weights are not traced, only NF4`;
  if (spec.method === "qlora" && spec.experts === "quantised") return "quantised experts are not traced";
  if (spec.objective === "ppo") return "ppo trains two models in turn: trace one of them as sft or grpo";
  if (spec.offload !== "none") return `offloading (${spec.offload}) is not traced`;
  if (Math.max(spec.tensorParallel, spec.pipelineParallel, spec.contextParallel, spec.expertParallel) > 1)
    return "tensor, pipeline, context and expert parallelism are not traced";
  if (spec.gpuCount > 1 && spec.sharding.startsWith("zero")) return "DeepSpeed's ZeRO is not traced, only FSDP2";
  if (spec.reference === "adapter-off" && trainsBase) return "there is no adapter to switch off for the reference";
  return undefined;
}
