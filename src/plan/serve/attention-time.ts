import {
  contextAttentionSec,
  contextLatentAttentionSec,
  generationAttentionSec,
  generationLatentAttentionSec,
} from "../../catalog/kernel-times.ts";
import { type AttentionGroup, attentionGroups } from "./kv-per-token.ts";
import { promptsIn, type Replica } from "./replica.ts";

/**
 * Slowdown of decode attention, relative to the timed kernels, if it reads the cache of a group of heads more than
 * once. This applies to TensorRT-LLM before XQA covered all group sizes, and to ROCm's kernel of 2024, which read the
 * cache once per query head and at half the rate.
 */
const SLOWER = { "fast grouped decode attention": 1.5, "grouped decode attention": 2 } as const;

/** Seconds of attention for one new token of each of `decodes` sequences, all layers, on one GPU. */
export function generationSec(replica: Replica, decodes: number, context: number): number {
  const { shape, gpu, facts, tensor, run } = replica;
  const heads = shape.heads / tensor;
  const isUngrouped = facts.lacks.includes("grouped decode attention");
  const isGrouped = shape.latent === null && shape.heads > shape.kvHeads;
  const times = isUngrouped
    ? SLOWER["grouped decode attention"]
    : isGrouped && facts.lacks.includes("fast grouped decode attention")
      ? SLOWER["fast grouped decode attention"]
      : 1;
  const batch = Math.max(1, decodes);
  const layerSec = ({ window, kvHeads, headDim }: AttentionGroup): number => {
    const tokens = Math.max(1, Math.min(context, window ?? context));
    const asked = { gpu, precision: run.kv, batch, tokens, heads, isMonotone: true };
    const timed = shape.latent
      ? generationLatentAttentionSec(asked)
      : generationAttentionSec({
          ...asked,
          kvHeads: isUngrouped ? heads : Math.max(1, kvHeads / tensor),
          headDim,
        });
    return timed?.sec ?? Number.NaN;
  };
  return times * attentionGroups(shape).reduce((sum, group) => sum + group.layers * layerSec(group), 0);
}

/**
 * Seconds of causal attention for `promptTokens` prompt tokens, all layers, on one GPU: the time of the complete
 * prompt, times the part that is read now. Cached tokens are attended to, but not computed.
 */
export function contextSec(replica: Replica, promptTokens: number, promptLength: number): number {
  const { shape, gpu, tensor, run } = replica;
  const heads = shape.heads / tensor;
  const prompts = promptsIn(replica, promptTokens, promptLength);
  const batch = Math.max(1, prompts);
  const asked = { gpu, precision: "bf16", batch, tokens: promptLength, heads, isMonotone: true } as const;
  const layerSec = ({ window, kvHeads, headDim }: AttentionGroup): number => {
    const timed = shape.latent
      ? contextLatentAttentionSec(asked)
      : contextAttentionSec({ ...asked, kvHeads: Math.max(1, kvHeads / tensor), headDim });
    return (timed?.sec ?? Number.NaN) * (window === null ? 1 : Math.min(1, (2 * window) / promptLength));
  };
  const whole = attentionGroups(shape).reduce((sum, group) => sum + group.layers * layerSec(group), 0);
  return whole * Math.min(1, prompts) * (1 - run.prefixHitShare ** 2);
}
