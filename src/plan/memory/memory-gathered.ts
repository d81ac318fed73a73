import { formatCount } from "../../base/units.ts";
import type { MemoryLine } from "../../domain/memory-plan.ts";
import { embeddingParamCount, layerParamCount } from "../model-parts.ts";
import { line, type Terms } from "./memory-line.ts";

/**
 * Whole weights that a sharded run holds beside its shards: under FSDP the root unit (both embeddings), which stays
 * gathered through the step, and in a layer's backward that layer; where weights are trained, the unreduced gradients
 * of that layer and of the head too. ZeRO-3 by DeepSpeed's own estimate.
 *
 * litgpt's FSDP run of adapters gathers all weights and frees none before the step is over.
 *
 * @source fms-acceleration, Llama-3-8B on 2 and 4 GPUs: full training, loss-bound, holds 2.11 GB beside shards and
 *   tokens (the root has 2.10), LoRA in a layer's backward 2.67 GB (root, layer and adapters: 2.64). litgpt's tables: ten runs on 2 and 4 GPUs
 *   hold the whole model beside their shard
 */
export function gatheredLines({ shape, facts }: Terms): MemoryLine[] {
  const layer = layerParamCount(shape);
  const root = Math.min(shape.paramCount, embeddingParamCount(shape));
  if (facts.sharding === "zero3") {
    const largest = Math.max(layer, shape.vocab * shape.hidden);
    return [
      line("gathered", "gathered weights", 4 * largest, `4 B × ${formatCount(largest)} largest layer`, [
        "loss",
        "layer",
      ]),
    ];
  }
  if (facts.sharding !== "fsdp") return [];
  if (facts.gathersAll) {
    const all = Math.min(2, facts.linearWeightBytes) * (shape.paramCount - root) + 2 * root;
    return [
      line("gathered", "all weights gathered", all, `of ${formatCount(shape.paramCount)} parameters`, [
        "loss",
        "layer",
      ]),
    ];
  }
  const layerBytes = Math.min(2, facts.linearWeightBytes);
  const unreduced = facts.trainsBase ? layer + shape.vocab * shape.hidden : 0;
  return [
    line("gathered", "gathered embeddings", 2 * root, `2 B × ${formatCount(root)}`, ["loss", "layer"]),
    line("gathered-layer", "gathered layer", layerBytes * layer, `${layerBytes} B × ${formatCount(layer)}`, ["layer"]),
    line(
      "unreduced",
      "gradients before they are reduced",
      2 * unreduced,
      `2 B × ${formatCount(unreduced)} of one layer and the head`,
      ["layer"],
    ),
  ];
}
