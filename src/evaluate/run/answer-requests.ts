import type { EvaluationTarget, Sampling } from "../../domain/evaluation.ts";
import type { LlmMessage, LlmRequest } from "../../llm/index.ts";
import { conversation } from "./fill-prompt.ts";

/** A question to a target: the prompt of an item, the turns that follow, and the available tools. */
export type AskedItem = {
  prompt: string | readonly LlmMessage[];
  later: readonly string[];
  tools: readonly unknown[] | undefined;
};

/** One requested answer: its item and sample number, from 0. */
export type AnswerSlot = { item: number; sample: number };

/** Requests of an evaluation. */
export type AnswerRequests = {
  /** The first turn of all answers to all items. */
  first: LlmRequest[];
  /** The request for the turn after these answers; undefined if there are no more. */
  next: (slot: AnswerSlot, answers: readonly string[]) => LlmRequest | undefined;
  /** Number of turns of an item. */
  turns: (item: number) => number;
};

/**
 * Requests for all answers to all items, sample by sample, so that a run that ends early has asked every item once.
 * Samples and repetitions are separate draws: equal requests do not share an answer.
 */
export function answerRequests(
  items: readonly AskedItem[],
  { sampling, api, repeat }: { sampling: Sampling; api: EvaluationTarget["api"]; repeat: number },
): AnswerRequests {
  const { maxTokens, temperature, topP, seed, stop, samples } = sampling;
  const build = ({ item, sample }: AnswerSlot, answers: readonly string[]): LlmRequest => {
    const { prompt, later, tools } = items[item]!;
    const turns = answers.length === 0 ? prompt : conversation(prompt, later.slice(0, answers.length), answers);
    const extra = {
      ...(topP === undefined ? {} : { top_p: topP }),
      ...(stop === undefined ? {} : { stop }),
      ...(tools === undefined ? {} : { tools }),
    };
    return {
      id: slotName({ item, sample }),
      prompt: api === "completions" ? plainPrompt(turns) : turns,
      maxTokens,
      temperature,
      ...(seed === undefined ? {} : { seed: seed + sample }),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
      draw: (repeat - 1) * samples + sample,
    };
  };
  const turns = (item: number): number => 1 + items[item]!.later.length;
  return {
    first: Array.from({ length: samples }, (_, sample) =>
      items.map((_item, item) => build({ item, sample }, [])),
    ).flat(),
    next: (slot, answers) => (answers.length < turns(slot.item) ? build(slot, answers) : undefined),
    turns,
  };
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
 * A prompt for the completions API, which has no roles: a single turn is unchanged, a conversation becomes one text.
 */
function plainPrompt(prompt: AskedItem["prompt"]): AskedItem["prompt"] {
  return typeof prompt !== "string" && prompt.length === 1 ? prompt[0]!.content : prompt;
}
