import { groundingOf } from "./grounding.ts";

/** Phrases, in lower case, by which a question refers to something that its reader cannot see. */
const SPEAKS_OF_IT = /\b(?:the|this|that) (?:passage|paragraph|excerpt|question|answer|quote)\b/g;

/** A label of the prompt that the model copied in front of the question. */
const LABEL = /^\s*(?:passage|question|answer|quote)\s*:\s*/i;

/** English words that ask or connect, and those of the prompt: a question of these alone asks about nothing. */
const EMPTY_WORDS = new Set(
  "what when where who whom whose which why how many much often long is are was were be do does did can could will would has have had a an the this that these those there it its they them their of in on at to for from by with and or not question answer passage quote".split(
    " ",
  ),
);

/**
 * Reason why a question cannot be asked without its passage: it is a sentence of the passage, it refers to the passage
 * itself, or it names nothing that it could be about. Words that the passage also uses do not count as a reference.
 */
export function notStandalone(question: string, passage: string): { reason: string; detail: string } | undefined {
  const [label] = LABEL.exec(question) ?? [""];
  const shown = JSON.stringify(question.slice(0, 80));
  if (!("problem" in groundingOf(question.slice(label.length), passage))) {
    return { reason: "copied-question", detail: `a sentence of the passage: ${shown}` };
  }
  if (label !== "") return { reason: "not-standalone", detail: `it begins with a label of the prompt: ${shown}` };
  const named = question.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (named.every((word) => EMPTY_WORDS.has(word))) {
    return { reason: "not-standalone", detail: `it names nothing that it asks about: ${shown}` };
  }
  return speaksOf(question, passage, SPEAKS_OF_IT);
}

/** Reason why an answer needs its passage: it refers to the passage itself, which its reader cannot see. */
export function speaksOfPassage(answer: string, passage: string): { reason: string; detail: string } | undefined {
  return speaksOf(answer, passage, /\b(?:the|this|that) (?:passage|paragraph|excerpt)\b/g);
}

function speaksOf(text: string, passage: string, phrases: RegExp): { reason: string; detail: string } | undefined {
  const all = passage.toLowerCase();
  const found = (text.toLowerCase().match(phrases) ?? []).find((words) => !all.includes(words));
  return found === undefined
    ? undefined
    : { reason: "not-standalone", detail: `it speaks of "${found}": ${JSON.stringify(text.slice(0, 80))}` };
}
