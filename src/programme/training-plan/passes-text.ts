import type { Study } from "../../domain/study.ts";

/** The method of a study and the pass after it, in words: `lora, then grpo`. */
export function passesText({ method, preferencePass }: Study["training"]): string {
  return preferencePass === "none" ? method : `${method}, then ${preferencePass}`;
}
