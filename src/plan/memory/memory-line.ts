import { formatNumber } from "../../base/units.ts";
import type { Instant, MemoryLine } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type Library, STACKS } from "../../domain/stack.ts";
import type { Layout } from "../layout/layout.ts";
import { adaptedLinears, type LinearLayer } from "../layout/model-parts.ts";
import type { MemoryFacts } from "./memory-facts.ts";

/** What the terms of the peak are computed from. */
export type Terms = { shape: ModelShape; spec: RunSpec; facts: MemoryFacts };

/** One GPU of a run: where it stands in the layout. A run that splits no layer has one kind of GPU, with all degrees 1. */
export type Rank = Terms & {
  layout: Layout;
  engine: Library["engine"];
  /** Layers of its stage. */
  layers: number;
  /** Micro-batches whose activations it holds. */
  inFlight: number;
  /** It has the head, and the logits. */
  isLast: boolean;
};

/** All instants: of state that stays. */
export const ALWAYS: Instant[] = ["logprob", "loss", "layer", "optimizer", "rollout"];

/** The instants of a training step proper, in their order: all that a run without a reference or rollouts has. */
export const STEP: Instant[] = ["loss", "layer", "optimizer"];

/**
 * True where a reference answers while the policy's graph waits for its loss: in every release of TRL's DPO and KTO (0.7 to
 * 1.16), whose trainers other libraries inherit, and in torchtune's recipes. Megatron's trainers ask it before.
 */
export function asksReferenceLast({ spec, engine }: Pick<Rank, "spec" | "engine">): boolean {
  const { hasReference, row } = OBJECTIVES[spec.objective];
  const isAsked = spec.reference !== "precomputed" && spec.reference !== "none";
  return hasReference && isAsked && row !== "prompt" && engine !== "megatron";
}

/** True of what stays through the step: weights, optimizer state, accumulated gradients. */
export function isState({ instants }: Pick<MemoryLine, "instants">): boolean {
  return STEP.every((instant) => instants.includes(instant));
}

/**
 * One term of allocated memory: id, label, bytes, formula, instants. A tuple and not an object, since it is always
 * built in place and read as a table.
 */
export function line(
  ...[id, label, bytes, formula, instants]: [string, string, number, string, Instant[]]
): MemoryLine {
  return { id, label, bytes, formula, instants, kind: "allocated" };
}

/** Linear layers of one decoder layer that have an adapter. */
export function adaptedLayers({ shape, spec, facts }: Terms): LinearLayer[] {
  const { adapted } = facts;
  if (adapted === null) return adaptedLinears(shape, facts.adaptsExperts ? "attention" : spec.loraTargets, spec.stack);
  return adaptedLinears(shape, "all-linear").filter(({ name }) => adapted.includes(name));
}

/** A count with all its digits, so that a reader can repeat the formula. */
export function whole(value: number): string {
  return formatNumber(Math.round(value), 15);
}

/**
 * Tokens of one micro-batch on one rank: sequences are split over context, and over tensor parallel ranks by sequence
 * parallelism.
 */
export function rankTokens({ spec, facts, layout }: Rank): number {
  return (spec.sequenceTokens * spec.batchSequences * facts.rowsPerSequence) / (layout.context * layout.tensor);
}

/**
 * Tokens of which one rank holds the residual stream and the logits. Transformers' tensor-parallel plans split matrices and
 * gather what each layer and the head answer; sequence parallelism splits these too.
 * @source transformers 5 `base_model_tp_plan` (colwise, rowwise; the head's answer gathered); the PPO table of ColossalAI
 *   under tp 8, in no calibration, grows by 22 GiB from 2,048 to 32,768 tokens, by 1 where all is split
 */
export function streamTokens(rank: Rank): number {
  return rankTokens(rank) * (splitsSequence(rank) ? 1 : rank.layout.tensor);
}

/** Tensor-parallel ranks split what stands between two products by sequence. */
export function splitsSequence({ spec, engine }: Rank): boolean {
  return engine === "megatron" || !STACKS[spec.stack].onTransformers;
}

/** True of the weights alone, of gradients too, or of nothing but optimizer state: what replicas split between them. */
export function isSplit({ facts, engine }: Rank, part: "weights" | "gradients" | "optimizer"): boolean {
  if (facts.sharding === "none") return false;
  if (part === "optimizer") return true;
  if (engine === "megatron" || facts.sharding === "zero1") return false;
  return part === "gradients" || facts.sharding !== "zero2";
}
