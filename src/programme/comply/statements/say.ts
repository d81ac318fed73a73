import type { PaperAnswer } from "../fill-paper.ts";

/** Answers to fields of papers while they are collected. */
export type Statements = [field: string, answer: PaperAnswer][];

/** One answer for several fields; none if the text is empty. */
export function say(fields: string, answer: string, from: string): Statements {
  return answer === "" ? [] : fields.split(" ").map((field) => [field, { answer, from }]);
}
