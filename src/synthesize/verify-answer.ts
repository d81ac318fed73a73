import { groundingOf } from "./checks/grounding.ts";
import { lostFact } from "./checks/kept-facts.ts";
import { promptLeak } from "./checks/prompt-leak.ts";
import { type DrawnRequest, formWords } from "./draw-requests.ts";
import { fillSlots, type Slots } from "./fill-slots.ts";
import { readParts } from "./read-parts.ts";
import type { Recipe } from "./recipe.ts";

/** What a model said to a request. */
export type SynthesisReply = { text: string; isRefusal: boolean; isCutOff: boolean };

/** Functions of other stages that an answer is judged by. */
export type AnswerJudges = {
  /** How an answer refuses, in its words; undefined where it does not. */
  refusal: (answer: string, asked: string) => string | undefined;
  /** Words in common of two texts, 0 to 1. */
  similarity: (a: string, b: string) => number;
};

/** Checks of one answer by itself, in their order. */
export const ANSWER_CHECKS = ["refusal", "format", "prompt-leak", "grounding", "kept-facts", "same-answer"] as const;

/** A check of one answer. */
export type AnswerCheck = (typeof ANSWER_CHECKS)[number];

/** A row that was made of an answer, or the check that it failed. */
export type VerifiedAnswer =
  | { fields: Readonly<Record<string, unknown>>; slots: Slots; quote?: { start: number; end: number } | undefined }
  | { check: AnswerCheck; reason: string; detail: string };

/** Similarity from which a rejected answer says what the chosen one says. */
const SAME = 0.9;

/** Makes a row of an answer, where the answer has the form of the recipe and passes the checks that need no other row. */
export function verifyAnswer(
  { reply, request, recipe }: { reply: SynthesisReply; request: DrawnRequest; recipe: Recipe },
  { refusal, similarity }: AnswerJudges,
): VerifiedAnswer {
  const failed = (check: AnswerCheck, reason: string, detail: string): VerifiedAnswer => ({ check, reason, detail });
  if (reply.isRefusal) return failed("refusal", "refusal", "the endpoint marks the answer as a refusal");
  const declined = refusal(reply.text, request.user.toLowerCase());
  if (declined !== undefined) return failed("refusal", "refusal", `the answer begins with "${declined}"`);
  if (reply.isCutOff) return failed("format", "cut-off", "the longest answer that was asked for ended it");
  const read = readParts(reply.text, recipe);
  if ("problem" in read) return failed("format", "format", read.problem);
  const leak = leakOf(read.parts, recipe);
  if (leak !== undefined) return failed("prompt-leak", "prompt-leak", `the answer repeats: ${leak}`);
  const { parts } = read;
  const slots = { ...request.slots, ...parts };
  let quote: { start: number; end: number } | undefined;
  if (recipe.quotes !== undefined) {
    const found = groundingOf(parts[recipe.quotes]!, request.slots["passage"]!);
    if ("problem" in found) return failed("grounding", "ungrounded", found.problem);
    quote = found;
  }
  if (recipe.keeps !== undefined) {
    const lost = lostFact(request.slots[recipe.keeps.of]!, parts[recipe.keeps.part]!);
    if (lost !== undefined) return failed("kept-facts", "changed-fact", lost);
  }
  if (recipe.differs !== undefined) {
    const same = similarity(parts[recipe.differs.part]!, request.slots[recipe.differs.from]!);
    if (same >= SAME) return failed("same-answer", "same-answer", `words in common (F1) ${same.toFixed(2)}`);
  }
  return { fields: fieldsOf(recipe, slots), slots, quote };
}

/** What an answer repeats of what the recipe itself tells the model. */
function leakOf(parts: Readonly<Record<string, string>>, recipe: Recipe): string | undefined {
  const told = [recipe.system, recipe.ask, formWords(recipe, false), formWords(recipe, true)];
  return promptLeak(Object.values(parts).join("\n"), told);
}

function fieldsOf({ makes }: Recipe, slots: Slots): Readonly<Record<string, unknown>> {
  if (makes.kind === "dialogue") {
    return {
      messages: [
        { role: "user", content: fillSlots(makes.user, slots) },
        { role: "assistant", content: fillSlots(makes.assistant, slots) },
      ],
    };
  }
  return {
    prompt: fillSlots(makes.prompt, slots),
    chosen: fillSlots(makes.chosen, slots),
    rejected: fillSlots(makes.rejected, slots),
  };
}
