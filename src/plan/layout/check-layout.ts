import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { Stack, STACKS } from "../../domain/stack.ts";

/** Reason why a plan cannot run on any machine: the field of the spec, the reason, and a valid value. */
export type ImpossibleRun = { field: keyof RunSpec; message: string; hint: string };

/** The parts of a run that layout rules check. */
type Run = { shape: ModelShape; spec: RunSpec };

const DEGREES = ["tensorParallel", "pipelineParallel", "contextParallel", "expertParallel"] as const;

/** Reason why a parallel layout cannot run on any machine; undefined if it can. */
export function impossibleLayout(run: Run): ImpossibleRun | undefined {
  for (const rule of [layersSuffice, expertsDivide, stackSplits, gpusDivide, headsDivide, sequenceDivides, zeroFits]) {
    const found = rule(run);
    if (found) return found;
  }
  return undefined;
}

function stackSplits({ spec }: Run): ImpossibleRun | undefined {
  const field = DEGREES.find((name) => spec[name] > 1);
  if (field === undefined) return undefined;
  if (STACKS[spec.stack].layouts === "none")
    return {
      field,
      message: `${field} ${spec[field]}: the ${spec.stack} stack has no parallel layouts: it splits only state`,
      hint: `set ${field} to 1, or stack to nemo, torchtitan or automodel`,
    };
  if (spec.method === "qlora" && STACKS[spec.stack].layouts === "megatron" && spec.stack !== "nemo")
    return {
      field,
      message: `${field} ${spec[field]} with qlora: the ${spec.stack} stack splits models by Megatron-Core, which has no 4-bit base model`,
      hint: `set ${field} to 1, or method to lora`,
    };
  if (spec.pipelineParallel > 1 && !STACKS[spec.stack].hasPipeline)
    return {
      field: "pipelineParallel",
      message: `pipelineParallel ${spec.pipelineParallel}: the ${spec.stack} stack has no pipeline`,
      hint: `set pipelineParallel to 1, or stack to one of ${Stack.options.filter((option) => STACKS[option].hasPipeline).join(", ")}`,
    };
  return undefined;
}

function gpusDivide({ spec }: Run): ImpossibleRun | undefined {
  const { gpuCount, tensorParallel: t, pipelineParallel: p, contextParallel: c, expertParallel: e } = spec;
  if (gpuCount % (t * p * c) !== 0)
    return {
      field: "gpuCount",
      message: `gpuCount ${gpuCount} is too small for tensor × pipeline × context parallelism of ${t} × ${p} × ${c}: one copy of the model needs ${t * p * c}`,
      hint: `set gpuCount to a multiple of ${t * p * c}, or lower tensorParallel, pipelineParallel or contextParallel`,
    };
  // Experts are spread over the GPUs of a stage: over the replicas of the dense weights, and over tensor ranks.
  if (gpuCount % (p * e) !== 0)
    return {
      field: "expertParallel",
      message: `expertParallel ${e} does not divide the ${gpuCount / p} GPUs of a pipeline stage`,
      hint: `choose an expertParallel that divides ${gpuCount / p}, or other GPUs`,
    };
  return undefined;
}

function headsDivide({ shape, spec }: Run): ImpossibleRun | undefined {
  const t = spec.tensorParallel;
  // If there are more tensor ranks than key heads, ranks share heads; in both cases one count must divide the other.
  const keyHeads = shape.latent ? shape.heads : shape.kvHeads;
  if (shape.heads % t === 0 && (keyHeads % t === 0 || t % keyHeads === 0)) return undefined;
  return {
    field: "tensorParallel",
    message: `tensorParallel ${t} does not divide the ${shape.heads} heads and ${keyHeads} key heads of ${shape.id}`,
    hint: `choose a tensorParallel that divides ${keyHeads}`,
  };
}

function layersSuffice({ shape, spec }: Run): ImpossibleRun | undefined {
  if (spec.pipelineParallel <= shape.layers) return undefined;
  return {
    field: "pipelineParallel",
    message: `pipelineParallel ${spec.pipelineParallel} is above the ${shape.layers} layers of ${shape.id}: a stage would be empty`,
    hint: `set pipelineParallel to at most ${shape.layers}`,
  };
}

/**
 * A causal mask makes the end of a sequence more expensive than its start, so each rank takes a piece of both halves.
 */
function sequenceDivides({ spec }: Run): ImpossibleRun | undefined {
  const pieces = 2 * spec.contextParallel;
  if (spec.contextParallel === 1 || spec.sequenceTokens % pieces === 0) return undefined;
  return {
    field: "contextParallel",
    message: `sequenceTokens ${spec.sequenceTokens} does not divide into the ${pieces} pieces of contextParallel ${spec.contextParallel}`,
    hint: `set sequenceTokens to ${Math.ceil(spec.sequenceTokens / pieces) * pieces}, or lower contextParallel`,
  };
}

function expertsDivide({ shape, spec }: Run): ImpossibleRun | undefined {
  const e = spec.expertParallel;
  if (e === 1) return undefined;
  if (shape.experts === null)
    return {
      field: "expertParallel",
      message: `expertParallel ${e} splits experts, and ${shape.id} has none`,
      hint: "set expertParallel to 1",
    };
  if (shape.experts.total % e === 0) return undefined;
  return {
    field: "expertParallel",
    message: `expertParallel ${e} does not divide the ${shape.experts.total} experts of a layer of ${shape.id}`,
    hint: `choose an expertParallel that divides ${shape.experts.total}`,
  };
}

/** ZeRO-2 and ZeRO-3 move gradients and weights in every micro-step, which is incompatible with pipelines. */
function zeroFits({ spec }: Run): ImpossibleRun | undefined {
  const { sharding } = spec;
  if (sharding !== "zero1" && sharding !== "zero2" && sharding !== "zero3") return undefined;
  if (!STACKS[spec.stack].shardings.includes(sharding))
    return {
      field: "sharding",
      message: `sharding ${spec.sharding}: the ${spec.stack} stack has no DeepSpeed`,
      hint: "set sharding to auto, or stack to hf, axolotl, llama-factory or ms-swift",
    };
  if (spec.sharding === "zero1" || spec.tensorParallel * spec.pipelineParallel === 1) return undefined;
  return {
    field: "sharding",
    message: `sharding ${spec.sharding} with tensorParallel ${spec.tensorParallel} and pipelineParallel ${spec.pipelineParallel}: DeepSpeed splits either the state or the model`,
    hint: "set sharding to zero1 or auto, or both degrees to 1",
  };
}
