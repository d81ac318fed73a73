import type { AnswerSchema, LabelAnswer } from "../../domain/label-task.ts";

/** An answer as text. */
export function answerWords(answer: LabelAnswer): string {
  if (Array.isArray(answer)) return answer.length === 0 ? "none" : answer.join(", ");
  return String(answer);
}

/** A choice with its key. */
export type Choice = { key: string; value: string | number; words: string };

/** Keys of choices, in order: digits, then letters that are not commands. */
const KEYS = "1234567890abcdefghijklmnopqrtvwxyz".split("");

const PAIRWISE = [
  { value: "first", words: "First is better" },
  { value: "second", words: "Second is better" },
  { value: "tie", words: "Equally good" },
];

/** The choices of a schema; empty if the answer is a text. A rating has its own digit as its key if possible. */
export function choicesOf(schema: AnswerSchema): Choice[] {
  switch (schema.type) {
    case "class":
    case "classes":
      return schema.labels.map((label, index) => ({ key: KEYS[index] ?? "", value: label, words: label }));
    case "rating": {
      const count = schema.max - schema.min + 1;
      const isDigit = schema.min >= 0 && schema.max <= 9;
      return Array.from({ length: count }, (_, index) => {
        const value = schema.min + index;
        const meaning = value === schema.min ? schema.lowest : value === schema.max ? schema.highest : undefined;
        return {
          key: isDigit ? String(value) : (KEYS[index] ?? ""),
          value,
          words: meaning === undefined ? String(value) : `${value} ${meaning}`,
        };
      });
    }
    case "pairwise":
      return PAIRWISE.slice(0, schema.allowTie ? 3 : 2).map((choice, index) => ({ key: KEYS[index]!, ...choice }));
    default:
      return [];
  }
}
