import { formatCount } from "../../base/units.ts";
import type { MemoryLine } from "../../domain/memory-plan.ts";
import { expertAdapterParamCount, layerParamCount } from "../model-parts.ts";
import { type Layout, layoutOf, rankParams } from "./layout.ts";
import { CHUNKED_BYTES_PER_HIDDEN } from "./memory-formats.ts";
import { keptLayerBytes, layerGradientBytes, selectiveLayerBytes, trainedParts } from "./memory-layer.ts";
import { ALWAYS, line, type Terms, whole } from "./memory-line.ts";
import { engineOf } from "./parallel-facts.ts";

/** What the terms of one rank are computed from. */
type RankTerms = Terms & { layout: Layout; stage: "first" | "last"; isMegatron: boolean };

/**
 * Terms of the fullest GPU of a run that Megatron-Core or FSDP2 splits: tensor and sequence parallel, pipeline, context
 * and expert parallel. The first stage of a pipeline holds the activations of all micro-batches in flight, the last one
 * those of one and the logits: the fuller of the two is returned.
 *
 * @source Korthikanti et al. 2022, arXiv:2205.05198 (activations over tensor, sequence and pipeline parallel ranks);
 *   Narayanan et al. 2021, arXiv:2104.04473 (1F1B and interleaved schedules); training-model.md §1.7
 */
export function parallelLines(terms: Terms): MemoryLine[] {
  const layout = layoutOf(terms.spec, terms.facts.virtualStages);
  const rank = (stage: RankTerms["stage"]): MemoryLine[] => {
    const of = { ...terms, layout, stage, isMegatron: engineOf(terms.spec) === "megatron" };
    return [...stateLines(of), ...adapterLines(of), ...activationLines(of), lossLine(of), ...gatheredLines(of)];
  };
  const [first, last] = [rank("first"), rank("last")];
  return peakOf(first) > peakOf(last) ? first : last;
}

function peakOf(lines: readonly MemoryLine[]): number {
  const of = (instant: "loss" | "layer"): number =>
    lines.reduce((sum, { bytes, instants }) => sum + (instants.includes(instant) ? bytes : 0), 0);
  return Math.max(of("loss"), of("layer"));
}

/** Weights, gradients and optimizer state of one rank, over its replicas where the engine splits them. */
function stateLines({ shape, spec, facts, layout, isMegatron }: RankTerms): MemoryLine[] {
  const { dense, experts, embedding } = rankParams(shape, layout);
  const isSplit = facts.sharding !== "none";
  const over = (denseParams: number, expertParams: number): number =>
    isSplit ? denseParams / layout.replicas + expertParams / layout.expertReplicas : denseParams + expertParams;
  const held = isMegatron ? dense + experts : over(dense, experts);
  const heldEmbedding = isMegatron || !isSplit ? embedding : embedding / layout.replicas;
  // FSDP2's offloaded shards come to the GPU as gathered units, and their gradients leave it as they are reduced.
  const isOnHost = !isMegatron && isSplit && spec.offload === "parameters";
  const weights = isOnHost
    ? 0
    : (held - heldEmbedding) * facts.linearWeightBytes + heldEmbedding * facts.otherWeightBytes;
  const trained = facts.trainsBase ? dense + experts : 0;
  const optimizer = facts.trainsBase ? over(dense, experts) : 0;
  const gradients = isMegatron ? trained : isOnHost ? 0 : optimizer;
  const rank = `${formatCount(dense)}${experts > 0 ? ` and ${formatCount(experts)} of experts` : ""}`;
  const replicas = isSplit && layout.replicas > 1 ? ` over ${layout.replicas} replicas` : "";
  return [
    line(
      "weights",
      facts.trainsBase ? "weights" : "frozen weights",
      weights,
      `${facts.linearWeightBytes} B × ${rank}${isMegatron ? "" : replicas}`,
      ALWAYS,
    ),
    line("reference", "reference model", facts.referenceCopy ? 2 * held : 0, `2 B × ${rank}`, ALWAYS),
    line(
      "gradients",
      "gradients",
      gradients * facts.gradientBytes,
      `${facts.gradientBytes} B × ${rank}${isMegatron ? "" : replicas}`,
      isMegatron || spec.gradAccum > 1 ? ALWAYS : ["optimizer"],
    ),
    line(
      "optimizer",
      "optimizer state",
      optimizer * facts.optimizerBytes,
      `${facts.optimizerBytes} B × ${rank}${replicas}`,
      ALWAYS,
    ),
    line(
      "optimizer-temp",
      "optimizer temporaries",
      optimizer * facts.optimizerTempBytes,
      `${facts.optimizerTempBytes} B × ${rank}${replicas}`,
      ["optimizer"],
    ),
  ];
}

/** Adapters of a rank, those of experts too: bf16 weights and gradients, and optimizer state as for other weights. */
function adapterLines({ shape, spec, facts, layout, isMegatron }: RankTerms): MemoryLine[] {
  const experts = expertAdapterParamCount(shape, spec) / (layout.expert * layout.pipeline);
  const params = facts.adapterParams / (layout.tensor * layout.pipeline) + (isMegatron ? experts : 0);
  const bytes = isMegatron ? 2 + facts.gradientBytes + 12 / layout.replicas : 8 / layout.replicas;
  return [
    line(
      "adapters",
      "adapters, their gradients and Adam state",
      bytes * params,
      `${Number(bytes.toPrecision(3))} B × ${formatCount(params)}`,
      ALWAYS,
    ),
  ];
}

/** Activations of one rank: of its layers, its part of the sequence and the micro-batches in flight on its stage. */
function activationLines(terms: RankTerms): MemoryLine[] {
  const { shape, spec, layout, stage, isMegatron } = terms;
  const T = rankTokens(terms);
  const layers = Math.ceil(shape.layers / layout.pipeline);
  const inFlight = stage === "first" ? layout.inFlight : 1;
  const kept = keptLayerBytes(shape, trainedParts(spec));
  // Megatron's selective recomputation is of the attention scores, which flash attention never stores.
  const recomputes = spec.checkpointing === "full" || (spec.checkpointing === "selective" && !isMegatron);
  const isOnHost = recomputes && spec.offload === "activations";
  const stored = spec.checkpointing === "full" ? 2 * shape.hidden : recomputes ? selectiveLayerBytes(shape) : kept;
  const working = layerGradientBytes(shape) + (recomputes ? Math.max(0, kept - stored) : 0);
  const flight = inFlight === 1 ? "" : ` × ${Number(inFlight.toPrecision(3))} micro-batches in flight`;
  return [
    line(
      recomputes ? "checkpoints" : "activations",
      recomputes ? "activation checkpoints" : "activations of all layers",
      isOnHost ? 0 : stored * layers * T * inFlight,
      `${whole(stored)} B × ${layers} layers × ${whole(T)} tokens${flight}`,
      ["loss", "layer"],
    ),
    line("layer", "working set of one layer", working * T, `${whole(working)} B × ${whole(T)} tokens`, ["layer"]),
    scoresLine(terms, recomputes ? 1 : layers * inFlight),
    gatheredTokensLine(terms),
  ];
}

/**
 * Tensor-parallel ranks gather the tokens that sequence parallelism split before each product, and hold its input gradient
 * whole before they scatter it: two bytes each.
 */
function gatheredTokensLine(terms: RankTerms): MemoryLine {
  const { shape, layout } = terms;
  const T = rankTokens(terms) * layout.tensor;
  const bytes = layout.tensor > 1 ? 4 * shape.hidden * T : 0;
  return line("gathered-tokens", "tokens gathered for a product", bytes, `4 B × ${shape.hidden} × ${whole(T)} tokens`, [
    "loss",
    "layer",
  ]);
}

/** Attention scores, where attention stores them: the 5·a·s²·b of Korthikanti et al., without dropout 3 × 2 bytes each. */
function scoresLine({ shape, spec, facts, layout }: RankTerms, layers: number): MemoryLine {
  const rows = spec.batchSequences * facts.rowsPerSequence;
  const heads = shape.heads / layout.tensor;
  const bytes = facts.eagerAttention ? 6 * rows * heads * (spec.sequenceTokens ** 2 / layout.context) * layers : 0;
  return line("scores", "attention scores", bytes, `6 B × ${rows} × ${whole(heads)} heads × ${spec.sequenceTokens}²`, [
    "layer",
  ]);
}

/**
 * Bytes per logit of Megatron's vocabulary-parallel loss: bf16 logits, their fp32 copy and its exponentials.
 * @source megatron/core/tensor_parallel/cross_entropy.py
 */
const MEGATRON_LOGIT_BYTES = 10;

function lossLine(terms: RankTerms): MemoryLine {
  const { shape, spec, facts, stage, layout, isMegatron } = terms;
  const T = stage === "last" || layout.pipeline === 1 ? rankTokens(terms) : 0;
  const [h, V] = [shape.hidden, shape.vocab];
  if (facts.logitBytes === null)
    return line(
      "logits",
      "chunk of logits and loss",
      CHUNKED_BYTES_PER_HIDDEN * h * T,
      `${CHUNKED_BYTES_PER_HIDDEN} B × ${h} × ${whole(T)} tokens`,
      ["loss"],
    );
  const perLogit = isMegatron && spec.lossPath === "unfused" ? MEGATRON_LOGIT_BYTES : facts.logitBytes;
  return line(
    "logits",
    "logits and loss",
    T * (perLogit * V + 6 * h),
    `${whole(T)} tokens × (${perLogit} B × ${V} vocabulary + 6 × ${h})`,
    ["loss"],
  );
}

/**
 * What FSDP2 gathers: the root unit with both embeddings, and two layers (one computes, the next is fetched), with the
 * gradients of a layer before they are reduced. In a pipeline a stage stays gathered over its micro-batches, and its
 * gradients wait whole and in fp32 for the last one.
 *
 * @source torch.distributed.fsdp.fully_shard; torchtitan parallelize_llama.py, `reshard_after_forward` off under a pipeline
 */
function gatheredLines({ shape, facts, layout, isMegatron }: RankTerms): MemoryLine[] {
  if (isMegatron || facts.sharding === "none" || layout.replicas === 1) return [];
  const { dense, experts, embedding } = rankParams(shape, layout);
  if (layout.pipeline > 1) {
    const stage = dense + experts / layout.expertReplicas;
    return [
      line("gathered", "gathered weights of the stage", 2 * stage, `2 B × ${formatCount(stage)}`, ["loss", "layer"]),
      line(
        "unreduced",
        "gradients before they are reduced",
        facts.trainsBase ? 4 * stage : 0,
        `4 B × ${formatCount(stage)}`,
        ["loss", "layer"],
      ),
    ];
  }
  const layer = layerParamCount(shape) / (layout.tensor * layout.expert);
  const unreduced = facts.trainsBase ? (2 + facts.gradientBytes) * layer + 2 * embedding : 0;
  return [
    line("gathered", "gathered embeddings", 2 * embedding, `2 B × ${formatCount(embedding)}`, ["loss", "layer"]),
    line("gathered-layer", "gathered layers", 4 * layer, `2 × 2 B × ${formatCount(layer)}`, ["layer"]),
    line(
      "unreduced",
      "gradients before they are reduced",
      unreduced,
      `${2 + facts.gradientBytes} B × ${formatCount(layer)} of a layer + 2 B × ${formatCount(embedding)}`,
      ["layer"],
    ),
  ];
}

/** Tokens of one micro-batch on one rank: sequences are split over context, and over tensor parallel ranks by sequence parallelism. */
function rankTokens({ spec, facts, layout }: RankTerms): number {
  const context = Math.max(layout.context, facts.contextParallel);
  return (spec.sequenceTokens * spec.batchSequences * facts.rowsPerSequence) / (context * layout.tensor);
}
