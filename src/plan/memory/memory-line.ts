import { formatNumber } from "../../base/units.ts";
import type { Instant, MemoryLine } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type Library, STACKS } from "../../domain/stack.ts";
import type { Layout } from "../layout/layout.ts";
import { adaptedLinears, type LinearLayer } from "../layout/model-parts.ts";
import type { MemoryFacts } from "./memory-facts.ts";

/** Inputs of the peak's terms. */
export type Terms = { shape: ModelShape; spec: RunSpec; facts: MemoryFacts };

/** One GPU of a run: its position in the layout. A run that splits no layer has one kind of GPU, with all degrees 1. */
export type Rank = Terms & {
  layout: Layout;
  engine: Library["engine"];
  /** Layers of its stage. */
  layers: number;
  /** Micro-batches whose activations it stores. */
  inFlight: number;
  /** It has the head, and the logits. */
  isLast: boolean;
};

/** All instants, for persistent state. */
export const ALWAYS: Instant[] = ["logprob", "loss", "layer", "optimizer", "rollout"];

/** The instants of the training step itself, in order; a run without a reference or rollouts has only these. */
export const STEP: Instant[] = ["loss", "layer", "optimizer"];

/**
 * True if the reference runs while the policy's graph waits for its loss: in every release of TRL's DPO and KTO (0.7 to
 * 1.16), whose trainers other libraries inherit, and in torchtune's recipes. Megatron's trainers run it before the
 * policy.
 */
export function asksReferenceLast({ spec, engine }: Pick<Rank, "spec" | "engine">): boolean {
  const { hasReference, row } = OBJECTIVES[spec.objective];
  const isAsked = spec.reference !== "precomputed" && spec.reference !== "none";
  return hasReference && isAsked && row !== "prompt" && engine !== "megatron";
}

/** True for terms that persist through the step: weights, optimizer state, accumulated gradients. */
export function isState({ instants }: Pick<MemoryLine, "instants">): boolean {
  return STEP.every((instant) => instants.includes(instant));
}

/**
 * One term of allocated memory: id, label, bytes, formula, instants. A tuple instead of an object, because it is always
 * built in place and read as a table.
 */
export function line(
  ...[id, label, bytes, formula, instants]: [string, string, number, string, Instant[]]
): MemoryLine {
  return { id, label, bytes, formula, instants, kind: "allocated" };
}

/** Linear layers of one decoder layer with an adapter. */
export function adaptedLayers({ shape, spec, facts }: Terms): LinearLayer[] {
  const { adapted } = facts;
  if (adapted === null) return adaptedLinears(shape, facts.adaptsExperts ? "attention" : spec.loraTargets, spec.stack);
  return adaptedLinears(shape, "all-linear").filter(({ name }) => adapted.includes(name));
}

/** A count with all its digits, so that a reader can verify the formula. */
export function whole(value: number): string {
  return formatNumber(Math.round(value), 15);
}

/**
 * Tokens of one micro-batch on one rank: sequences are split over context ranks and, under sequence parallelism, over
 * tensor ranks.
 */
export function rankTokens({ spec, facts, layout }: Rank): number {
  return (spec.sequenceTokens * spec.batchSequences * facts.rowsPerSequence) / (layout.context * layout.tensor);
}

/**
 * Number of tokens for which one rank holds the residual stream and the logits. Transformers' tensor-parallel plans
 * split matrices and gather the outputs of each layer and the head; sequence parallelism splits these too.
 * @source transformers 5 `base_model_tp_plan` (colwise, rowwise; the head's output gathered); the PPO table of
 *   ColossalAI under tp 8, which is in no calibration, grows by 22 GiB from 2,048 to 32,768 tokens, and by 1 if
 *   everything is split
 */
export function streamTokens(rank: Rank): number {
  return rankTokens(rank) * (splitsSequence(rank) ? 1 : rank.layout.tensor);
}

/** True if tensor-parallel ranks split the tensors between two products by sequence. */
export function splitsSequence({ spec, engine }: Rank): boolean {
  return engine === "megatron" || !STACKS[spec.stack].onTransformers;
}

/** True if replicas split the given part of the state: weights, gradients too, or only optimizer state. */
export function isSplit({ facts, engine }: Rank, part: "weights" | "gradients" | "optimizer"): boolean {
  if (facts.sharding === "none") return false;
  if (part === "optimizer") return true;
  if (engine === "megatron" || facts.sharding === "zero1") return false;
  return part === "gradients" || facts.sharding !== "zero2";
}
