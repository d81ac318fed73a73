import { formatCount } from "../../base/units.ts";
import type { Instant, MemoryLine } from "../../domain/memory-plan.ts";
import { ALWAYS, bracket, line, type Terms } from "./memory-line.ts";
import type { MemoryFacts } from "./memory-facts.ts";
import { embeddingParamCount, layerParamCount } from "../model-parts.ts";

/** Weights, gradients and optimizer state of the base model. @source training-model.md §1.2-1.3 */
export function stateLines({ shape, spec, facts }: Terms): MemoryLine[] {
  const { sharding, shards } = facts;
  const [N, E] = [shape.paramCount, Math.min(shape.paramCount, embeddingParamCount(shape))];
  const weightsPerGpu = ((N - E) * facts.linearWeightBytes + E * facts.otherWeightBytes) / weightShards(facts);
  const trained = facts.trainsBase ? N : 0;
  const over = shards > 1 ? ` / ${shards}` : "";
  const overWeights = weightShards(facts) > 1 ? over : "";
  const share = trained / shards;
  const gradientInstants: Instant[] = spec.gradAccum > 1 ? ALWAYS : ["optimizer"];
  const buckets = sharding === "none" && spec.gpuCount > 1 ? trained * facts.gradientBytes : 0;
  const same = facts.linearWeightBytes === facts.otherWeightBytes;
  const weightFormula = same
    ? `${facts.linearWeightBytes} B × ${formatCount(N)}${overWeights}`
    : bracket(
        `${facts.linearWeightBytes} B × ${formatCount(N - E)} + ${facts.otherWeightBytes} B × ${formatCount(E)} embeddings`,
        overWeights,
      );
  return [
    line("weights", facts.trainsBase ? "weights" : "frozen weights", weightsPerGpu, weightFormula, ALWAYS),
    line(
      "reference",
      "reference model",
      facts.referenceCopy ? (2 * N) / weightShards(facts) : 0,
      `2 B × ${formatCount(N)}${overWeights}`,
      ALWAYS,
    ),
    line(
      "autocast",
      "bf16 copies of the weights",
      trained * facts.autocastCopyBytes,
      `${facts.autocastCopyBytes} B × ${formatCount(trained)}`,
      ["loss", "layer"],
    ),
    line(
      "gradients",
      "gradients",
      share * facts.gradientBytes,
      `${facts.gradientBytes} B × ${formatCount(trained)}${over}`,
      gradientInstants,
    ),
    line("buckets", "gradient buckets", buckets, `${facts.gradientBytes} B × ${formatCount(trained)}`, ALWAYS),
    line(
      "optimizer",
      "optimizer state",
      share * facts.optimizerBytes,
      `${facts.optimizerBytes} B × ${formatCount(trained)}${over}`,
      ALWAYS,
    ),
    line(
      "optimizer-temp",
      "optimizer temporaries",
      share * facts.optimizerTempBytes,
      `${facts.optimizerTempBytes} B × ${formatCount(trained)}${over}`,
      ["optimizer"],
    ),
  ];
}

/** The adapters with their gradients and Adam state. @source training-model.md §1.2 */
export function adapterLines({ spec, facts }: Terms): MemoryLine[] {
  const { adapterParams: P, shards, adapterWeightBytes: w } = facts;
  const over = shards > 1 ? ` / ${shards}` : "";
  const adam = spec.optimizer === "adamw-8bit" || spec.optimizer === "paged-adamw-8bit" ? 2 : 2 * w;
  const weights = w + (facts.referenceAdapter ? w : 0);
  const instants: Instant[] = spec.gradAccum > 1 ? ALWAYS : ["layer", "optimizer"];
  const temporary = spec.optimizer === "adamw" ? w : 0;
  return [
    line(
      "adapters",
      "adapters and their Adam state",
      ((weights + adam) * P) / shards,
      `(${weights} + ${adam}) B × ${formatCount(P)}${over}`,
      ALWAYS,
    ),
    line(
      "adapter-gradients",
      "gradients of the adapters",
      (w * P) / shards,
      `${w} B × ${formatCount(P)}${over}`,
      instants,
    ),
    line(
      "adapter-temp",
      "optimizer temporaries of the adapters",
      (temporary * P) / shards,
      `${temporary} B × ${formatCount(P)}${over}`,
      ["optimizer"],
    ),
  ];
}

/**
 * Whole weights that a sharded run holds beside its shards: under FSDP the root unit (both embeddings), which stays
 * gathered through the step, and in a layer's backward that layer; where weights are trained, the unreduced gradients
 * of that layer and of the head too. ZeRO-3 by DeepSpeed's own estimate.
 *
 * @source fms-acceleration, Llama-3-8B on 2 and 4 GPUs: full training, loss-bound, holds 2.11 GB beside shards and
 *   tokens (the root has 2.10), LoRA in a layer's backward 2.67 GB (root, layer and adapters: 2.64)
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

function weightShards(facts: MemoryFacts): number {
  return facts.sharding === "fsdp" || facts.sharding === "zero3" ? facts.shards : 1;
}
