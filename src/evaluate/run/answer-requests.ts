import type { EvaluationTarget, Sampling } from "../../domain/evaluation.ts";
import type { LlmMessage, LlmRequest } from "../../llm/index.ts";

/** A question to a target: the prompt of an item. */
export type AskedItem = { id: string; prompt: string | readonly LlmMessage[] };

/** One requested answer: its item and sample number, from 0. */
export type AnswerSlot = { item: number; sample: number };

/**
 * Requests for all answers to all items, sample by sample, so that a run that ends early has asked every item once.
 * Samples and repetitions are separate draws: equal requests do not share an answer.
 */
export function answerRequests(
  items: readonly AskedItem[],
  { sampling, api, repeat }: { sampling: Sampling; api: EvaluationTarget["api"]; repeat: number },
): LlmRequest[] {
  const { maxTokens, temperature, topP, seed, stop, samples } = sampling;
  const extra = { ...(topP === undefined ? {} : { top_p: topP }), ...(stop === undefined ? {} : { stop }) };
  return Array.from({ length: samples }, (_, sample) =>
    items.map(({ prompt }, item) => ({
      id: slotName({ item, sample }),
      prompt: api === "completions" ? plainPrompt(prompt) : prompt,
      maxTokens,
      temperature,
      ...(seed === undefined ? {} : { seed: seed + sample }),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
      draw: (repeat - 1) * samples + sample,
    })),
  ).flat();
}

/** Name of an answer in a request. */
function slotName({ item, sample }: AnswerSlot): string {
  return `${item}/${sample}`;
}

/** The answer that a name in a request refers to. */
export function slotOf(name: string): AnswerSlot {
  const [item, sample] = name.split("/").map(Number);
  return { item: item!, sample: sample! };
}

/**
 * A prompt for the completions API, which has no roles: a single turn is unchanged, a conversation is written as one
 * text.
 */
function plainPrompt(prompt: AskedItem["prompt"]): AskedItem["prompt"] {
  return typeof prompt !== "string" && prompt.length === 1 ? prompt[0]!.content : prompt;
}
