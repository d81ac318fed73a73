import { Failure } from "../base/failure.ts";
import type { AnswerSchema, LabelAnswer } from "../domain/label-task.ts";

/** Reason why an answer does not fit the task, or undefined if it does. */
export function answerProblem(schema: AnswerSchema, answer: LabelAnswer): string | undefined {
  switch (schema.type) {
    case "class":
      return typeof answer === "string" && schema.labels.includes(answer) ? undefined : unknown(answer, schema.labels);
    case "classes": {
      if (!Array.isArray(answer)) return "the answer must be a list of labels";
      const stranger = answer.find((label) => !schema.labels.includes(label));
      if (stranger !== undefined) return unknown(stranger, schema.labels);
      if (new Set(answer).size < answer.length) return "a label is given more than once";
      const { min, max = schema.labels.length } = schema;
      return answer.length >= min && answer.length <= max
        ? undefined
        : `${answer.length} labels were given, expected ${min} to ${max}`;
    }
    case "rating":
      return typeof answer === "number" && Number.isInteger(answer) && answer >= schema.min && answer <= schema.max
        ? undefined
        : `${JSON.stringify(answer)} is not a whole number from ${schema.min} to ${schema.max}`;
    case "pairwise": {
      const choices = schema.allowTie ? ["first", "second", "tie"] : ["first", "second"];
      return typeof answer === "string" && choices.includes(answer) ? undefined : unknown(answer, choices);
    }
    case "text":
    case "correction":
      if (typeof answer !== "string" || answer.trim() === "") return "the answer has no text";
      return answer.length <= schema.maxCharacters
        ? undefined
        : `the text has ${answer.length} characters, more than ${schema.maxCharacters}`;
    default:
      return schema satisfies never;
  }
}

/**
 * Rejects an answer that does not fit the task.
 *
 * @throws Failure bad_input
 */
export function checkAnswer(schema: AnswerSchema, answer: LabelAnswer): void {
  const problem = answerProblem(schema, answer);
  if (problem !== undefined)
    throw new Failure("bad_input", problem, { hint: "give an answer of the kind that the task asks for" });
}

function unknown(answer: LabelAnswer, choices: readonly string[]): string {
  return `${JSON.stringify(answer)} is not one of ${choices.join(", ")}`;
}

/** True if all answers are equal: labels in any order, texts without surrounding space. */
export function areEqual(schema: AnswerSchema, answers: readonly LabelAnswer[]): boolean {
  if (schema.type === "rating") {
    const ratings = answers.map(Number);
    return Math.max(...ratings) - Math.min(...ratings) <= schema.agreeWithin;
  }
  return new Set(answers.map((answer) => answerKey(answer))).size <= 1;
}

/** An answer as a single value for coefficients of agreement. */
export function answerKey(answer: LabelAnswer): string | number {
  if (typeof answer === "number") return answer;
  return Array.isArray(answer) ? answer.toSorted().join(" + ") : answer.trim();
}

/** The representative of equal answers: for ratings within the tolerance the median, otherwise the first. */
export function commonAnswer(schema: AnswerSchema, answers: readonly LabelAnswer[]): LabelAnswer {
  if (schema.type !== "rating") return answers[0]!;
  const ratings = answers.map(Number).toSorted((a, b) => a - b);
  return ratings[Math.floor((ratings.length - 1) / 2)]!;
}
