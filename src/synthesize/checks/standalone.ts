import { groundingOf } from "./grounding.ts";

/** How a question speaks of what its reader will not see, in small letters. */
const SPEAKS_OF_IT = /\b(?:the|this|that) (?:passage|paragraph|excerpt|question|answer|quote)\b/g;

/**
 * Says why a question cannot be asked without its passage: it is a sentence of the passage, or speaks of the passage itself.
 * Words that the passage uses as well are no sign.
 */
export function notStandalone(question: string, passage: string): { reason: string; detail: string } | undefined {
  if (!("problem" in groundingOf(question, passage))) {
    return { reason: "copied-question", detail: `a sentence of the passage: ${JSON.stringify(question.slice(0, 80))}` };
  }
  const all = passage.toLowerCase();
  const words = question.toLowerCase().match(SPEAKS_OF_IT) ?? [];
  const found = words.find((word) => !all.includes(word));
  return found === undefined
    ? undefined
    : { reason: "not-standalone", detail: `it speaks of "${found}": ${JSON.stringify(question.slice(0, 80))}` };
}
