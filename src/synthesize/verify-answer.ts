import { groundingOf } from "./checks/grounding.ts";
import { lostFact, unsupportedNumber } from "./checks/kept-facts.ts";
import { promptLeak } from "./checks/prompt-leak.ts";
import { notStandalone, speaksOfPassage } from "./checks/standalone.ts";
import { type DrawnRequest, formWords } from "./draw-requests.ts";
import { fillSlots, type Slots } from "./fill-slots.ts";
import { readParts } from "./read-parts.ts";
import type { Recipe } from "./recipe.ts";

/** Response of a model to a request. */
export type SynthesisReply = { text: string; isRefusal: boolean; isCutOff: boolean };

/** Functions of other stages that judge an answer. */
export type AnswerJudges = {
  /** The words by which an answer refuses; undefined if it does not. */
  refusal: (answer: string, asked: string) => string | undefined;
  /** Word overlap of two texts, 0 to 1. */
  similarity: (a: string, b: string) => number;
};

/** Checks of single answers, in order. */
export const ANSWER_CHECKS = [
  "refusal",
  "format",
  "prompt-leak",
  "grounding",
  "standalone",
  "kept-facts",
  "same-answer",
] as const;

/** A check of one answer. */
export type AnswerCheck = (typeof ANSWER_CHECKS)[number];

/** A row made from an answer, or the check that the answer failed. */
export type VerifiedAnswer =
  | { fields: Readonly<Record<string, unknown>>; slots: Slots; quote?: { start: number; end: number } | undefined }
  | { check: AnswerCheck; reason: string; detail: string };

/** Similarity above which a rejected answer counts as equal to the chosen one. */
const SAME = 0.9;

/**
 * Makes a row from an answer, if the answer has the format of the recipe and passes the checks that need no other row.
 */
export function verifyAnswer(
  { reply, request, recipe }: { reply: SynthesisReply; request: DrawnRequest; recipe: Recipe },
  { refusal, similarity }: AnswerJudges,
): VerifiedAnswer {
  const failed = (check: AnswerCheck, reason: string, detail: string): VerifiedAnswer => ({ check, reason, detail });
  if (reply.isRefusal) return failed("refusal", "refusal", "the endpoint marks the answer as a refusal");
  const declined = refusal(reply.text, request.user.toLowerCase());
  if (declined !== undefined) return failed("refusal", "refusal", `the answer begins with "${declined}"`);
  if (reply.isCutOff) return failed("format", "cut-off", "the answer reached the requested maximum length");
  const read = readParts(reply.text, recipe);
  if ("problem" in read) return failed("format", "format", read.problem);
  const leak = leakOf(read.parts, request, recipe);
  if (leak !== undefined) return failed("prompt-leak", "prompt-leak", `the answer repeats: ${leak}`);
  const { parts } = read;
  const slots = { ...request.slots, ...parts };
  let quote: { start: number; end: number } | undefined;
  if (recipe.quotes !== undefined) {
    const found = groundingOf(parts[recipe.quotes]!, request.slots["passage"]!);
    if ("problem" in found) return failed("grounding", "ungrounded", found.problem);
    quote = found;
  }
  const failure =
    factFailure(parts, request.slots, recipe) ?? sameFailure(parts, request.slots, { recipe, similarity });
  if (failure !== undefined) return failure;
  return { fields: fieldsOf(recipe, slots), slots, quote };
}

type Failed = Extract<VerifiedAnswer, { check: AnswerCheck }>;

/** A question that needs its passage, or a fact that was lost or invented. */
function factFailure(parts: Slots, slots: Slots, { standsAlone, keeps }: Recipe): Failed | undefined {
  if (standsAlone !== undefined) {
    const passage = slots["passage"]!;
    const problem =
      notStandalone(parts[standsAlone.question]!, passage) ?? speaksOfPassage(parts[standsAlone.answer]!, passage);
    if (problem !== undefined) return { check: "standalone", ...problem };
    const number = unsupportedNumber(parts[standsAlone.answer]!, passage);
    if (number !== undefined) {
      return { check: "kept-facts", reason: "unsupported-number", detail: `${number} is not in the passage` };
    }
  }
  if (keeps === undefined) return undefined;
  const lost = lostFact(slots[keeps.of]!, parts[keeps.part]!);
  return lost === undefined ? undefined : { check: "kept-facts", reason: "changed-fact", detail: lost };
}

/** A part that repeats the input, if the recipe forbids it. */
function sameFailure(
  parts: Slots,
  slots: Slots,
  { recipe: { differs }, similarity }: { recipe: Recipe; similarity: AnswerJudges["similarity"] },
): Failed | undefined {
  if (differs === undefined) return undefined;
  const same = similarity(parts[differs.part]!, slots[differs.from]!);
  if (same < SAME) return undefined;
  return { check: "same-answer", reason: "same-answer", detail: `words in common (F1) ${same.toFixed(2)}` };
}

/** Text of the recipe itself that an answer repeats. */
function leakOf(parts: Readonly<Record<string, string>>, { slots }: DrawnRequest, recipe: Recipe): string | undefined {
  const instructions = [recipe.system, recipe.ask, formWords(recipe, false), formWords(recipe, true)];
  return promptLeak(Object.values(parts).join("\n"), { instructions, inputs: Object.values(slots) });
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
