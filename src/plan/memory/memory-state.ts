import { formatCount } from "../../base/units.ts";
import type { MemoryLine } from "../../domain/memory-plan.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { type RankParams, rankParams, replicaShare } from "../layout/layout.ts";
import { isPaged } from "./memory-formats.ts";
import { ALWAYS, isSplit, line, type Rank } from "./memory-line.ts";

/**
 * Weights, gradients and optimizer state of the base model on one GPU, and additional models.
 * @source training-model.md §1.2-1.3; transformers' Trainer, `register_module_override` of embeddings to 32 bits; a
 *   traced step of Adafactor allocates 7.8 GiB at 8B (torch 2.13, transformers 5.24)
 */
export function stateLines(rank: Rank): MemoryLine[] {
  const { facts, layout, engine } = rank;
  const trained = facts.trainsBase ? 1 : 0;
  const [whole, gradients, state] = [shareOf(rank, false), shareOf(rank, isSplit(rank, "gradients")), stateShare(rank)];
  // DDP fills its own buckets; Megatron's gradients are already in the buffer that it reduces.
  const buckets = facts.sharding === "none" && layout.replicas > 1 && engine !== "megatron" ? trained : 0;
  return [
    weightsLine(rank),
    castLine(rank, whole),
    line(
      "gradients",
      "gradients",
      isOnHost(rank) ? 0 : trained * gradients.params * facts.gradientBytes,
      `${facts.gradientBytes} B × ${gradients.of}`,
      keptGradients(rank) ? ALWAYS : ["optimizer"],
    ),
    line(
      "buckets",
      "gradient buckets",
      buckets * whole.params * facts.gradientBytes,
      `${facts.gradientBytes} B × ${whole.of}`,
      ALWAYS,
    ),
    ...(facts.trainsBase ? optimizerLines(rank, state) : []),
    ...otherModelLines(rank),
  ];
}

/**
 * Two-byte copies that autocast makes of fp32 weights. It keeps copies of trained weights for the step. It keeps none
 * of frozen weights, but the backward of a product reads its weight, so those copies stay if nothing is recomputed.
 * @source torch autocast_mode.cpp, `cached_cast`: leaves that require a gradient; derivatives of `mm`
 */
function castLine(rank: Rank, whole: Share): MemoryLine {
  const { shape, spec, facts, layout, layers } = rank;
  const bytes = facts.autocastCopyBytes;
  const label = "bf16 copies of the weights";
  if (facts.trainsBase) return line("autocast", label, bytes * whole.params, `${bytes} B × ${whole.of}`, ["loss"]);
  const { dense, experts, embedding } = rankParams(shape, layout);
  const inLayers = dense - embedding + experts;
  const isRecomputed = spec.checkpointing !== "none" || spec.offload === "activations";
  const params = isRecomputed ? inLayers / layers : inLayers + (shape.vocab * shape.hidden) / layout.tensor;
  return line(
    "autocast",
    label,
    bytes * params,
    `${bytes} B × ${formatCount(params)}${isRecomputed ? " of one layer" : ""}`,
    isRecomputed ? ["layer"] : ["loss", "layer"],
  );
}

/**
 * Optimizer state and temporaries. The Trainer exempts embeddings from 8 bits; Adafactor creates four fp32 matrices of
 * the size of the one that it updates.
 */
function optimizerLines({ shape, spec, facts, layout }: Rank, { params, of: subject }: Share): MemoryLine[] {
  const parts = layout.tensor * (facts.sharding === "none" ? 1 : layout.replicas);
  const embedding = (shape.vocab * shape.hidden) / parts;
  const isWide = facts.wideEmbeddingState && facts.optimizerBytes > 0;
  const wideState = isWide ? (8 - facts.optimizerBytes) * embedding : 0;
  const factored = spec.optimizer === "adafactor" ? 16 * embedding : 0;
  return [
    {
      ...line(
        "optimizer",
        "optimizer state",
        params * facts.optimizerBytes + wideState,
        `${facts.optimizerBytes} B × ${subject}${isWide ? " + 6 B × the input embedding in fp32" : ""}`,
        ALWAYS,
      ),
      kind: isPaged(spec.optimizer) ? "device" : "allocated",
    },
    line(
      "optimizer-temp",
      "optimizer temporaries",
      params * facts.optimizerTempBytes + factored,
      factored > 0
        ? `16 B × ${formatCount(embedding)} of the largest matrix`
        : `${facts.optimizerTempBytes} B × ${subject}`,
      ["optimizer"],
    ),
  ];
}

/** Weights. If a run offloads them to host memory, the embeddings and two layers are on the GPU. */
function weightsLine(rank: Rank): MemoryLine {
  const { shape, spec, facts, layout, layers } = rank;
  const { linearWeightBytes: linear, otherWeightBytes: other } = facts;
  const label = facts.trainsBase ? "weights" : "frozen weights";
  // Offloaded sharded weights reach the GPU as gathered units, which are separate lines.
  if (isOnHost(rank)) return line("weights", label, 0, "in host memory", ALWAYS);
  const held = rankParams(shape, layout);
  if (spec.offload === "parameters") {
    const layer = (held.dense - held.embedding + held.experts) / layers;
    const formula = `${other} B × ${formatCount(held.embedding)} embeddings + 2 × ${linear} B × ${formatCount(layer)} of one layer`;
    return line("weights", label, other * held.embedding + 2 * linear * layer, formula, ALWAYS);
  }
  const split = isSplit(rank, "weights");
  const rest = shareOf(rank, split, { ...held, dense: held.dense - held.embedding });
  const tables = shareOf(rank, split, { dense: held.embedding, experts: 0 });
  const formula =
    linear === other
      ? `${linear} B × ${shareOf(rank, split).of}`
      : `${Number(linear.toFixed(4))} B × ${rest.of} + ${other} B × ${tables.of} embeddings`;
  return line("weights", label, rest.params * linear + tables.params * other, formula, ALWAYS);
}

/**
 * Models in addition to the trained one, with the same layout: a reference policy and, for PPO, a reward model and a
 * critic of equal size, which is trained like the policy. Critic and reward model have a single output row instead of a
 * head over the vocabulary.
 * @source Schulman et al. 2017, arXiv:1707.06347; AgileRL PR #635: reference and critic are adapters if the policy is
 * one
 */
function otherModelLines(rank: Rank): MemoryLine[] {
  const { shape, spec, facts, layout } = rank;
  const { dense, experts, embedding } = rankParams(shape, layout);
  const head = shape.tiedEmbeddings ? 0 : Math.min(embedding, (shape.vocab * shape.hidden) / layout.tensor);
  const scoring = { dense: dense - head, experts };
  const frozen = shareOf(rank, isSplit(rank, "weights"));
  const weights = shareOf(rank, isSplit(rank, "weights"), scoring);
  const gradients = shareOf(rank, isSplit(rank, "gradients"), scoring);
  const state = stateShare(rank, scoring);
  const { linearWeightBytes: w, gradientBytes: g, optimizerBytes: o } = facts;
  const hasCritic = OBJECTIVES[spec.objective].hasCritic;
  return [
    line("reference", "reference model", facts.referenceCopy ? 2 * frozen.params : 0, `2 B × ${frozen.of}`, ALWAYS),
    line(
      "critic",
      "critic with its gradients and optimizer state",
      hasCritic && facts.trainsBase ? w * weights.params + g * gradients.params + o * state.params : 0,
      `${w} B × ${weights.of} + ${g} B × ${gradients.of} + ${o} B × ${state.of}`,
      ALWAYS,
    ),
    line("reward-model", "reward model", hasCritic ? 2 * weights.params : 0, `2 B × ${weights.of}`, ALWAYS),
  ];
}

/** Parameters of one GPU, and their formula. */
type Share = { params: number; of: string };

/** The parameters of a rank, or one GPU's share if replicas split them. */
function shareOf(
  { shape, layout }: Rank,
  split: boolean,
  params: Omit<RankParams, "embedding"> = rankParams(shape, layout),
): Share {
  const { dense, experts } = params;
  if (!split) return { params: dense + experts, of: formatCount(dense + experts) };
  const held = replicaShare(params, layout);
  if (experts === 0 || layout.replicas === layout.expertReplicas)
    return { params: held, of: `${formatCount(dense + experts)}${divisor(layout.replicas)}` };
  const ofExperts = `${formatCount(experts)} of experts${divisor(layout.expertReplicas)}`;
  return { params: held, of: `(${formatCount(dense)}${divisor(layout.replicas)} + ${ofExperts})` };
}

function stateShare(rank: Rank, params?: Omit<RankParams, "embedding">): Share {
  return shareOf(rank, isSplit(rank, "optimizer"), params);
}

/** True for offloaded sharded weights, whose gradients leave the GPU when they are reduced. */
function isOnHost(rank: Rank): boolean {
  return rank.spec.offload === "parameters" && isSplit(rank, "weights") && rank.layout.replicas > 1;
}

/** True if gradients persist between micro-steps: accumulated, complete under ZeRO-1, or in Megatron's buffer. */
function keptGradients({ spec, facts, engine }: Rank): boolean {
  return spec.gradAccum > 1 || engine === "megatron" || facts.sharding === "zero1";
}

function divisor(parts: number): string {
  return parts > 1 ? ` / ${parts}` : "";
}
