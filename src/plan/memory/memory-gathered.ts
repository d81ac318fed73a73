import { formatCount } from "../../base/units.ts";
import type { Instant, MemoryLine } from "../../domain/memory-plan.ts";
import { rankParams } from "../layout/layout.ts";
import { line, type Rank } from "./memory-line.ts";

const IN_BACKWARD: Instant[] = ["loss", "layer"];

/**
 * Full weights that a sharded run holds in addition to its shards. Under FSDP, these are the root unit (both
 * embeddings), which stays gathered throughout the step, and each layer during its backward; if weights are trained,
 * also the unreduced gradients of that layer and of the head. ZeRO-3 follows DeepSpeed's own estimate. FSDP2 prefetches
 * the next layer while one computes, and reduces gradients in the format in which it keeps them. litgpt's FSDP run of
 * adapters gathers all weights and frees none before the end of the step.
 *
 * @source fms-acceleration, Llama-3-8B on 2 and 4 GPUs: full training, loss-bound, holds 2.11 GB in addition to shards
 * and tokens (the root has 2.10), LoRA in a layer's backward 2.67 GB (root, layer and adapters: 2.64). litgpt's tables:
 * ten runs on 2 and 4 GPUs hold the full model in addition to their shard. torch.distributed.fsdp.fully_shard
 */
export function gatheredLines(rank: Rank): MemoryLine[] {
  const { shape, facts, layout, engine, layers } = rank;
  const { dense, experts, embedding } = rankParams(shape, layout);
  const layer = (dense - embedding + experts) / layers;
  const head = (shape.vocab * shape.hidden) / layout.tensor;
  if (facts.sharding === "zero3") {
    const largest = Math.max(layer, head);
    return [
      line("gathered", "gathered weights", 4 * largest, `4 B × ${formatCount(largest)} largest layer`, IN_BACKWARD),
    ];
  }
  if (facts.sharding !== "fsdp" || layout.replicas === 1) return [];
  const bytes = Math.min(2, facts.linearWeightBytes);
  if (facts.gathersAll) {
    const all = bytes * (dense - embedding + experts) + 2 * embedding;
    const formula = `of ${formatCount(dense + experts)} parameters`;
    const unreduced = facts.trainsBase ? (2 + facts.gradientBytes) * layer + 2 * embedding : 0;
    return [
      line("gathered", "all weights gathered", all, formula, IN_BACKWARD),
      line(
        "unreduced",
        "gradients before they are reduced",
        unreduced,
        `${2 + facts.gradientBytes} B × ${formatCount(layer)} of one layer + 2 B × ${formatCount(embedding)} of the embeddings`,
        ["layer"],
      ),
    ];
  }
  if (layout.pipeline > 1 && engine === "fsdp2") return stageLines(rank);
  const isFsdp2 = engine === "fsdp2";
  const reduced = isFsdp2 ? 2 + facts.gradientBytes : 2;
  const tables = isFsdp2 ? embedding : head;
  const ofUnreduced = isFsdp2
    ? `${reduced} B × ${formatCount(layer)} of one layer + 2 B × ${formatCount(tables)} of the embeddings`
    : `2 B × ${formatCount(layer + tables)} of one layer and the head`;
  return [
    line("gathered", "gathered embeddings", 2 * embedding, `2 B × ${formatCount(embedding)}`, IN_BACKWARD),
    line(
      "gathered-layer",
      isFsdp2 ? "gathered layers" : "gathered layer",
      (isFsdp2 ? 2 : 1) * bytes * layer,
      `${isFsdp2 ? "2 × " : ""}${bytes} B × ${formatCount(layer)}`,
      ["layer"],
    ),
    line(
      "unreduced",
      "gradients before they are reduced",
      facts.trainsBase ? reduced * layer + 2 * tables : 0,
      ofUnreduced,
      ["layer"],
    ),
  ];
}

/**
 * Gathered weights and gradients in a pipeline: a stage stays gathered over its micro-batches, and its gradients wait
 * for the last one, complete and in fp32.
 * @source torchtitan parallelize_llama.py, `reshard_after_forward` off under a pipeline
 */
function stageLines({ shape, facts, layout }: Rank): MemoryLine[] {
  const { dense, experts } = rankParams(shape, layout);
  const stage = dense + experts / layout.expertReplicas;
  const stageParams = formatCount(stage);
  return [
    line("gathered", "gathered weights of the stage", 2 * stage, `2 B × ${stageParams}`, IN_BACKWARD),
    line(
      "unreduced",
      "gradients before they are reduced",
      facts.trainsBase ? 4 * stage : 0,
      `4 B × ${stageParams}`,
      IN_BACKWARD,
    ),
  ];
}
