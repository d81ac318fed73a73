import { groundingOf } from "./grounding.ts";

/** Phrases, in lower case, by which a question refers to something that its reader cannot see. */
const SPEAKS_OF_IT = /\b(?:the|this|that) (?:passage|paragraph|excerpt|question|answer|quote)\b/g;

/**
 * Reason why a question cannot be asked without its passage: it is a sentence of the passage, or refers to the passage
 * itself. Words that the passage also uses do not count.
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
