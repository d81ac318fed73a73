import { Failure } from "../../base/failure.ts";
import { formatNumber } from "../../base/units.ts";
import { specifiedTflops } from "../../catalog/peak-tflops.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { impossibleLayout, type ImpossibleRun } from "./check-layout.ts";
import { impossibleMethod } from "./check-method.ts";
import { adaptedLinears } from "./model-parts.ts";

/** Reason why no machine can run a plan; undefined if one can. */
export function impossibleRun(shape: ModelShape, spec: RunSpec, gpu: Gpu): ImpossibleRun | undefined {
  for (const rule of RULES) {
    const found = rule({ shape, spec, gpu });
    if (found) return found;
  }
  return undefined;
}

/**
 * Rejects plans that no machine can run; the message states what to change.
 *
 * @throws Failure bad_input for the first impossible part
 */
export function checkRun(shape: ModelShape, spec: RunSpec, gpu: Gpu): void {
  const found = impossibleRun(shape, spec, gpu);
  if (found) throw new Failure("bad_input", found.message, { hint: found.hint });
}

type Rule = (run: { shape: ModelShape; spec: RunSpec; gpu: Gpu }) => ImpossibleRun | undefined;

const RULES: readonly Rule[] = [
  countsAreWhole,
  rankFits,
  sequenceFits,
  ({ spec }) => impossibleMethod(spec), // before the GPU, because another GPU would not help
  precisionExists,
  shardingMatches,
  ({ shape, spec }) => impossibleLayout({ shape, spec }),
  layersMatch,
];

function countsAreWhole({ spec }: { spec: RunSpec }): ImpossibleRun | undefined {
  for (const [field, value] of [
    ["batchSequences", spec.batchSequences],
    ["sequenceTokens", spec.sequenceTokens],
    ["gpuCount", spec.gpuCount],
    ["gradAccum", spec.gradAccum],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1)
      return {
        field,
        message: `${field} is ${value}: a run needs at least 1`,
        hint: `set ${field} to a whole number from 1`,
      };
  }
  return undefined;
}

function rankFits({ shape, spec }: { shape: ModelShape; spec: RunSpec }): ImpossibleRun | undefined {
  if (isFull(spec)) return undefined;
  if (!Number.isSafeInteger(spec.loraRank) || spec.loraRank < 1)
    return {
      field: "loraRank",
      message: `loraRank is ${spec.loraRank}: an adapter needs a rank of at least 1`,
      hint: "ranks of 8 to 64 are usual",
    };
  if (spec.loraRank > shape.hidden)
    return {
      field: "loraRank",
      message: `loraRank ${spec.loraRank} is above the hidden width ${shape.hidden} of ${shape.id}: the adapter would be larger than the matrices it adapts`,
      hint: `choose a rank of at most ${shape.hidden} (8 to 64 are usual), or method full`,
    };
  const narrow = adaptedLinears(shape, spec.loraTargets).find(
    ({ inWidth, outWidth }) => spec.loraRank > Math.min(inWidth, outWidth),
  );
  if (narrow)
    return {
      field: "loraRank",
      message: `loraRank ${spec.loraRank} is above the width ${Math.min(narrow.inWidth, narrow.outWidth)} of the ${narrow.name} projection of ${shape.id}`,
      hint: `choose a rank of at most ${Math.min(narrow.inWidth, narrow.outWidth)}`,
    };
  return undefined;
}

/**
 * Families with a learned position table, which has no row beyond the context. Rotary and ALiBi positions have no such
 * limit: MLPerf trains Llama 2 70B, with a context of 4,096, on 8,192 tokens. llm-foundry's MPT makes its table as long
 * as the sequence.
 */
const LEARNED_POSITIONS = /^(OPT|GPT-?[23]|gpt_bigcode|StarCoder$)/i;

function sequenceFits({ shape, spec }: { shape: ModelShape; spec: RunSpec }): ImpossibleRun | undefined {
  if (shape.context === null || spec.sequenceTokens <= shape.context) return undefined;
  if (!LEARNED_POSITIONS.test(shape.family) || shape.id.includes("starcoder2")) return undefined;
  return {
    field: "sequenceTokens",
    message: `sequenceTokens ${formatNumber(spec.sequenceTokens, 9)} is above the context ${formatNumber(shape.context, 9)} of ${shape.id}, whose learned positions end there`,
    hint: `set sequenceTokens to ${shape.context} or less, or choose a model with a longer context`,
  };
}

function precisionExists({ spec, gpu }: { spec: RunSpec; gpu: Gpu }): ImpossibleRun | undefined {
  if (spec.precision === "fp8" && gpu.fp8Tflops === null)
    return {
      field: "precision",
      message: `${gpu.id} has no fp8`,
      hint: "set precision to bf16, or choose a Hopper, Ada or newer GPU",
    };
  if (spec.precision === "nvfp4" && specifiedTflops(gpu, "nvfp4") === null)
    return {
      field: "precision",
      message: `${gpu.id} has no nvfp4: NVIDIA's Blackwell GPUs have it`,
      hint: "set precision to fp8 or bf16, or choose a B200, B300, GB200 or GB300",
    };
  if (["bf16", "bf16-mixed"].includes(spec.precision) && !gpu.bf16Native)
    return {
      field: "precision",
      message: `${gpu.id} has no bf16: it is emulated there, many times slower than fp16`,
      hint: "set precision to fp16, or choose an Ampere or newer GPU",
    };
  return undefined;
}

function shardingMatches({ spec }: { spec: RunSpec }): ImpossibleRun | undefined {
  if (spec.gpuCount > 1 || spec.sharding === "auto" || spec.sharding === "none") return undefined;
  return {
    field: "sharding",
    message: `sharding ${spec.sharding} splits state over several GPUs, and gpuCount is 1`,
    hint: "set sharding to auto, or gpuCount to 2 or more",
  };
}

function layersMatch({ shape, spec }: { shape: ModelShape; spec: RunSpec }): ImpossibleRun | undefined {
  const needed = spec.sequenceTokens * spec.batchSequences;
  if (Number.isSafeInteger(needed * shape.hidden * shape.layers)) return undefined;
  return {
    field: "batchSequences",
    message: `batchSequences ${spec.batchSequences} × sequenceTokens ${spec.sequenceTokens} is more than one step allows`,
    hint: "lower batchSequences and raise gradAccum: the optimizer sees the same batch",
  };
}
