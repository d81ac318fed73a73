import type { Study } from "../../domain/study.ts";

/** The method of a study and the pass after it, in words: `lora, then grpo`; `grpo with lora` without a run before. */
export function passesText({ method, objective, preferencePass }: Study["training"]): string {
  const first = objective === "sft" ? method : `${objective} with ${method}, no supervised run first`;
  return preferencePass === "none" ? first : `${first}, then ${preferencePass}`;
}
