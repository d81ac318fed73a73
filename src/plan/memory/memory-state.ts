import { formatCount } from "../../base/units.ts";
import type { Instant, MemoryLine } from "../../domain/memory-plan.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { embeddingParamCount, layerParamCount } from "../model-parts.ts";
import { isPaged, optimizerStateBytes } from "./memory-formats.ts";
import type { MemoryFacts } from "./memory-facts.ts";
import { ALWAYS, bracket, line, type Terms } from "./memory-line.ts";

/**
 * Weights, gradients and optimizer state of the base model.
 * @source training-model.md §1.2-1.3; transformers' Trainer, `register_module_override` of embeddings to 32 bits; a traced
 *   step of Adafactor makes 7.8 GiB at 8B (torch 2.13, transformers 5.24)
 */
export function stateLines(terms: Terms): MemoryLine[] {
  const { shape, spec, facts } = terms;
  const { sharding, shards } = facts;
  const trained = facts.trainsBase ? shape.paramCount : 0;
  const over = divisor(shards * facts.stages);
  const share = trained / shards / facts.stages;
  const accumulated: Instant[] = spec.gradAccum > 1 ? ALWAYS : ["optimizer"];
  const buckets = sharding === "none" && spec.gpuCount > facts.stages ? trained * facts.gradientBytes : 0;
  const of = formatCount(trained);
  const embedding = shape.vocab * shape.hidden;
  // The Trainer exempts embeddings from 8 bits; Adafactor makes four fp32 matrices of the size that it updates.
  const wideState =
    trained > 0 && facts.wideEmbeddingState && facts.optimizerBytes > 0
      ? ((8 - facts.optimizerBytes) * embedding) / shards / facts.stages
      : 0;
  const factored = trained > 0 && spec.optimizer === "adafactor" ? (16 * embedding) / shards : 0;
  return [
    weightsLine(terms),
    line(
      "autocast",
      "bf16 copies of the weights",
      (trained * facts.autocastCopyBytes) / facts.stages,
      `${facts.autocastCopyBytes} B × ${of}`,
      ["loss"],
    ),
    sharding === "zero1"
      ? line("gradients", "gradients", trained * facts.gradientBytes, `${facts.gradientBytes} B × ${of}`, ALWAYS)
      : line(
          "gradients",
          "gradients",
          share * facts.gradientBytes,
          `${facts.gradientBytes} B × ${of}${over}`,
          accumulated,
        ),
    line("buckets", "gradient buckets", buckets, `${facts.gradientBytes} B × ${of}`, ALWAYS),
    {
      ...line(
        "optimizer",
        "optimizer state",
        share * facts.optimizerBytes + wideState,
        `${facts.optimizerBytes} B × ${of}${over}${wideState > 0 ? " + 6 B × the input embedding in fp32" : ""}`,
        ALWAYS,
      ),
      kind: isPaged(spec.optimizer) ? "device" : "allocated",
    },
    line(
      "optimizer-temp",
      "optimizer temporaries",
      share * facts.optimizerTempBytes + factored,
      factored > 0
        ? `16 B × ${formatCount(embedding)} of the largest matrix`
        : `${facts.optimizerTempBytes} B × ${of}${over}`,
      ["optimizer"],
    ),
    ...otherModelLines(terms),
  ];
}

/** Weights, of which a run that keeps them in host memory has the embeddings and two layers on the GPU. */
function weightsLine({ shape, spec, facts }: Terms): MemoryLine {
  const { linearWeightBytes: linear, otherWeightBytes: other } = facts;
  const label = facts.trainsBase ? "weights" : "frozen weights";
  const E = Math.min(shape.paramCount, embeddingParamCount(shape));
  // Sharded weights in host memory come to the GPU as gathered units, which are lines of their own.
  if (spec.offload === "parameters" && weightShards(facts) > 1)
    return line("weights", label, 0, "in host memory", ALWAYS);
  if (spec.offload === "parameters") {
    const layer = layerParamCount(shape);
    const formula = `${other} B × ${formatCount(E)} embeddings + 2 × ${linear} B × ${formatCount(layer)} of one layer`;
    return line("weights", label, other * E + 2 * linear * layer, formula, ALWAYS);
  }
  const rest = shape.paramCount - E;
  const parts = weightShards(facts) * facts.stages;
  const formula =
    linear === other
      ? `${linear} B × ${formatCount(shape.paramCount)}${divisor(parts)}`
      : bracket(`${linear} B × ${formatCount(rest)} + ${other} B × ${formatCount(E)} embeddings`, divisor(parts));
  return line("weights", label, (rest * linear + E * other) / parts, formula, ALWAYS);
}

/**
 * Models beside the one that is trained: a reference policy, and for PPO a critic of the same size, which is trained as the
 * policy is, and a reward model.
 * @source Schulman et al. 2017, arXiv:1707.06347; AgileRL PR #635: reference and critic are adapters where the policy is one
 */
function otherModelLines({ shape, spec, facts }: Terms): MemoryLine[] {
  const N = shape.paramCount / weightShards(facts);
  const over = divisor(weightShards(facts));
  const hasCritic = OBJECTIVES[spec.objective].hasCritic;
  const trained = facts.linearWeightBytes + facts.gradientBytes + facts.optimizerBytes;
  return [
    line(
      "reference",
      "reference model",
      facts.referenceCopy ? 2 * N : 0,
      `2 B × ${formatCount(shape.paramCount)}${over}`,
      ALWAYS,
    ),
    line(
      "critic",
      "critic with its gradients and optimizer state",
      hasCritic && facts.trainsBase ? trained * (shape.paramCount / facts.shards) : 0,
      `${trained} B × ${formatCount(shape.paramCount)}${divisor(facts.shards)}`,
      ALWAYS,
    ),
    line(
      "reward-model",
      "reward model",
      hasCritic ? 2 * N : 0,
      `2 B × ${formatCount(shape.paramCount)}${over}`,
      ALWAYS,
    ),
  ];
}

/** The adapters with their gradients and optimizer state, and embeddings that are trained whole. @source training-model.md §1.2 */
export function adapterLines(terms: Terms): MemoryLine[] {
  const { spec, facts } = terms;
  const { shards, adapterWeightBytes: w } = facts;
  const P = facts.adapterParams * (OBJECTIVES[spec.objective].hasCritic ? 2 : 1);
  const parts = shards * facts.stages;
  const over = divisor(parts);
  const state = spec.offload === "none" || spec.offload === "activations" ? optimizerStateBytes(spec.optimizer, w) : 0;
  const weights = w + (facts.referenceAdapter ? w : 0);
  const instants: Instant[] = spec.gradAccum > 1 ? ALWAYS : ["layer", "optimizer"];
  const temporary = spec.optimizer === "adamw" ? w : 0;
  const of = formatCount(P);
  return [
    line("adapters", "adapters", (weights * P) / parts, `${weights} B × ${of}${over}`, ALWAYS),
    {
      ...line(
        "adapter-state",
        "optimizer state of the adapters",
        (state * P) / parts,
        `${state} B × ${of}${over}`,
        ALWAYS,
      ),
      kind: isPaged(spec.optimizer) ? "device" : "allocated",
    },
    line("adapter-gradients", "gradients of the adapters", (w * P) / parts, `${w} B × ${of}${over}`, instants),
    line(
      "adapter-temp",
      "optimizer temporaries of the adapters",
      (temporary * P) / parts,
      `${temporary} B × ${of}${over}`,
      ["optimizer"],
    ),
    ...trainedEmbeddingLines(terms),
  ];
}

/**
 * Trained copies of both embeddings: PEFT keeps the frozen ones beside them, all in two bytes.
 * @source peft `ModulesToSaveWrapper`; Qwen's finetuning table, which shows 12 bytes per parameter of the embeddings more
 */
function trainedEmbeddingLines({ shape, spec, facts }: Terms): MemoryLine[] {
  if (!facts.trainedEmbeddings) return [];
  const E = 2 * shape.vocab * shape.hidden;
  const kept = 4 + optimizerStateBytes(spec.optimizer, 2);
  return [
    line("embeddings", "trained embeddings, gradients and state", kept * E, `${kept} B × ${formatCount(E)}`, ALWAYS),
    line("embeddings-temp", "optimizer temporaries of embeddings", 2 * E, `2 B × ${formatCount(E)}`, ["optimizer"]),
  ];
}

function weightShards(facts: MemoryFacts): number {
  return facts.sharding === "fsdp" || facts.sharding === "zero3" ? facts.shards : 1;
}

function divisor(parts: number): string {
  return parts > 1 ? ` / ${parts}` : "";
}
