import type { Study } from "../../domain/study.ts";

/** The method of a study and the runs before and after it, in words: `lora, then grpo`; `grpo with lora`. */
export function passesText({ method, objective, sftFirst, preferencePass }: Study["training"]): string {
  const before = sftFirst ? "after one supervised run" : "no supervised run first";
  const first = objective === "sft" ? method : `${objective} with ${method}, ${before}`;
  return preferencePass === "none" ? first : `${first}, then ${preferencePass}`;
}
