import { Failure } from "../../base/failure.ts";
import type { ImportAnswersRequest, LabelFormat, TaskAnswers } from "../../domain/label-exchange.ts";
import type { AnswerSchema } from "../../domain/label-task.ts";
import { readArgilla, writeArgilla } from "./argilla.ts";
import { readLabelStudio, writeLabelStudio } from "./label-studio.ts";
import { readLabelRows, writeLabelCsv, writeLabelLines } from "./label-rows.ts";

/** Writes answers of a task in a format. */
export function writeAnswers(task: TaskAnswers, format: LabelFormat): string {
  switch (format) {
    case "csv":
      return writeLabelCsv(task);
    case "jsonl":
      return writeLabelLines(task);
    case "label-studio":
      return writeLabelStudio(task);
    case "argilla":
      return writeArgilla(task);
    default:
      return format satisfies never;
  }
}

/**
 * Answers in a file of a format.
 *
 * @param schema answer type of the task: a number in a CSV cell is a rating, a list is labels
 * @throws Failure bad_input if the file is not in the format
 */
export function readAnswers(
  text: string,
  format: LabelFormat,
  { schema, name }: { schema: AnswerSchema; name: string },
): ImportAnswersRequest["rows"] {
  if (format === "csv" || format === "jsonl") return readLabelRows(text, { format, schema, name });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure("bad_input", `${name} is not JSON`, { hint: "name the format of the file with --format" });
  }
  if (!Array.isArray(value))
    throw new Failure("bad_input", `${name} is not a list of ${format} records`, {
      hint: "name the format of the file with --format",
    });
  return format === "argilla" ? readArgilla(value as unknown[], name) : readLabelStudio(value as unknown[], name);
}
