import { formatCount } from "../../base/units.ts";
import type { MemoryLine } from "../../domain/memory-plan.ts";
import { fusedExpertWidths } from "../layout/model-parts.ts";
import { layerBytes, largestMatrices } from "./layer-bytes.ts";
import { isBitsandbytes } from "./memory-formats.ts";
import { keptPerToken } from "./memory-kept.ts";
import { asksReferenceLast, line, type Rank, rankTokens, splitsSequence, streamTokens, whole } from "./memory-line.ts";

/**
 * Activations of one GPU, for its layers, its part of the sequence and the micro-batches in flight on its stage:
 * checkpoints and the working set of one layer, or all activations if nothing is recomputed.
 *
 * @source Korthikanti et al. 2022, arXiv:2205.05198 (tensor, sequence and pipeline parallel ranks); training-model.md
 *   §1.4-1.7
 */
export function activationLines(rank: Rank): MemoryLine[] {
  const { layers, inFlight } = rank;
  const T = rankTokens(rank);
  const { isRecomputed, kept, keptOf, working, workingOf } = layerBytes(rank);
  const held = isRecomputed ? streamTokens(rank) : T;
  const flight = inFlight === 1 ? "" : ` × ${Number(inFlight.toPrecision(3))} micro-batches in flight`;
  return [
    line(
      isRecomputed ? "checkpoints" : "activations",
      isRecomputed ? "activation checkpoints" : "activations of all layers",
      kept * layers * held * inFlight,
      `${keptOf} × ${whole(layers)} layers × ${whole(held)} tokens${flight}`,
      asksReferenceLast(rank) ? ["logprob", "loss", "layer"] : ["loss", "layer"],
    ),
    line(
      "layer",
      isRecomputed ? "working set of one layer" : "gradients within one layer",
      working * T,
      `${whole(T)} tokens × ${workingOf}`,
      ["layer"],
    ),
    fsdpHeldLine(rank),
    heldBeforeLine(rank),
    scoresLine(rank),
    gatheredTokensLine(rank),
    dequantisedLine(rank),
    doraLine(rank),
  ];
}

/**
 * Tensors of each layer that FSDP keeps until the backward has passed all layers, if the layers' weights are frozen:
 * its hooks wait for the gradients of the layer's inputs.
 *
 * @source fms-acceleration, LoRA and QLoRA on 2 and 4 GPUs: runs bound by the loss grow by 2·h·L bytes per token in
 *   addition to their logits (Llama-3-8B, SantaCoder), those bound by a layer by 4·h·L (Mistral-7B; fsdp_qlora too)
 */
function fsdpHeldLine(rank: Rank): MemoryLine {
  const { shape, spec, facts, engine, layers } = rank;
  const T = rankTokens(rank);
  const recomputes = spec.checkpointing === "full" || spec.offload === "activations";
  const isHeld = engine === "modules" && facts.sharding === "fsdp" && !facts.trainsBase && recomputes;
  return line(
    "held",
    "layer inputs held by FSDP's hooks",
    isHeld ? 2 * shape.hidden * layers * T : 0,
    `2 B × ${shape.hidden} hidden × ${whole(layers)} layers × ${whole(T)} tokens`,
    ["layer"],
  );
}

/**
 * Inputs of the 4-bit layers of the previous micro-batch. bitsandbytes up to 0.42 keeps them as attributes of its
 * operation, which a backward does not free. They are freed with the graph, which a loop that keeps its loss holds
 * until the next forward.
 * @source bitsandbytes 0.42 `MatMul4Bit.forward` (`ctx.tensors = (A, B)`), which litgpt requires; litgpt's config hub:
 * 4-bit runs of six models hold 4 bytes per input more than adapters in 16 bits, not 2
 */
function heldBeforeLine(rank: Rank): MemoryLine {
  const { spec, facts, layers } = rank;
  const T = rankTokens(rank) * facts.heldBefore;
  const isHeld = isBitsandbytes(spec) && spec.checkpointing === "none" && spec.offload !== "activations";
  const perToken = isHeld ? keptPerToken(rank).inputs : 0;
  return line(
    "held-before",
    "inputs of 4-bit layers of the micro-batch before",
    perToken * layers * T,
    `${whole(perToken)} B × ${whole(layers)} layers × ${whole(T)} tokens`,
    ["loss"],
  );
}

/**
 * Before each product, tensor-parallel ranks gather the tokens that sequence parallelism split, and hold the complete
 * input gradient before they scatter it: two bytes each.
 */
function gatheredTokensLine(rank: Rank): MemoryLine {
  const { shape, layout } = rank;
  const T = rankTokens(rank) * layout.tensor;
  const bytes = layout.tensor > 1 && splitsSequence(rank) ? 4 * shape.hidden * T : 0;
  return line("gathered-tokens", "tokens gathered for a product", bytes, `4 B × ${shape.hidden} × ${whole(T)} tokens`, [
    "loss",
    "layer",
  ]);
}

/**
 * The largest matrix of a layer in two bytes, which the backward through a quantised layer creates from it.
 * @source bitsandbytes `MatMul4Bit.backward`, seen in AgileRL's allocator trace (76 MiB at 0.5B)
 */
function dequantisedLine(rank: Rank): MemoryLine {
  // Unsloth dequantises one expert at a time; a parametrised tensor is dequantised as a whole. @source unsloth-zoo
  // moe_bnb; bitsandbytes 0.48
  const isWhole = rank.facts.quantisedExperts && rank.shape.experts !== null && rank.spec.stack !== "unsloth";
  const largest = Math.max(largestMatrices(rank).any, isWhole ? fusedExpertWidths(rank.shape).up : 0);
  const isQuantised = rank.spec.method === "qlora" && rank.facts.linearWeightBytes < 2;
  return line("dequantised", "dequantised matrix", isQuantised ? 2 * largest : 0, `2 B × ${formatCount(largest)}`, [
    "layer",
  ]);
}

/**
 * The merged weight of one adapted matrix and its norm, which DoRA computes in each forward.
 * @source Liu et al. 2024, arXiv:2402.09353, eq. 5: the column norms of W + BA; PEFT materialises W + BA for it
 */
function doraLine(rank: Rank): MemoryLine {
  const largest = largestMatrices(rank).adapted;
  return line(
    "dora",
    "merged weight for DoRA's norm",
    rank.spec.method === "dora" ? 4 * largest : 0,
    `4 B × ${formatCount(largest)}`,
    ["layer"],
  );
}

/**
 * Attention scores, if attention stores them: those of the current layer, or of all layers if nothing is recomputed.
 * They are the 5·a·s²·b of Korthikanti et al., which without dropout are six bytes per score: the fp32 softmax and its
 * two-byte copy.
 * @source training-model.md §1.5; AgileRL: 3 × rows × heads × s² × 2 B
 */
function scoresLine({ shape, spec, facts, layout, layers, inFlight }: Rank): MemoryLine {
  const rows = spec.batchSequences * facts.rowsPerSequence;
  const heads = shape.heads / layout.tensor;
  const areKept = spec.checkpointing === "none" && spec.offload !== "activations";
  const times = areKept ? layers * inFlight : 1;
  const pairs = spec.sequenceTokens ** 2 / layout.context;
  return line(
    "scores",
    "attention scores",
    facts.eagerAttention ? 6 * rows * heads * pairs * times : 0,
    `6 B × ${rows} × ${whole(heads)} heads × ${whole(pairs)} pairs × ${whole(times)} layers`,
    areKept ? ["loss", "layer"] : ["layer"],
  );
}
