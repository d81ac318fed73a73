import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import type { ExchangedAnswer, ImportAnswersRequest, TaskAnswers } from "../../domain/label-exchange.ts";
import type { AnswerSchema, LabelAnswer } from "../../domain/label-task.ts";
import { raterName } from "./rater-name.ts";

/** Field of a task's data with the id of the row. */
const ROW = "tunewright_row";

/**
 * Fields that are read from a task in Label Studio's JSON. @source label-studio-sdk 2.1.2, docs "Export annotations"
 */
const StudioTask = z.object({
  id: z.union([z.int(), z.string()]).optional(),
  data: z.record(z.string(), z.unknown()),
  annotations: z
    .array(
      z.object({
        completed_by: z.unknown(),
        was_cancelled: z.boolean().optional(),
        lead_time: z.number().nullable().optional(),
        result: z.array(z.object({ type: z.string(), value: z.record(z.string(), z.unknown()) })),
      }),
    )
    .default([]),
});

/**
 * One task of Label Studio per row: choices, rating or text area, named `label`, over the first text field. The id of
 * the row is in its data, so that exports include it.
 */
export function writeLabelStudio({ answer: schema, rows }: TaskAnswers): string {
  const people = [...new Set(rows.flatMap(({ answers }) => answers.map(({ rater }) => rater)))].toSorted();
  const tasks = rows.map(({ row, fields, answers, suggestion }, index) => {
    const over = Object.keys(fields).find((name) => typeof fields[name] === "string") ?? Object.keys(fields)[0] ?? ROW;
    return {
      id: index + 1,
      data: { ...fields, [ROW]: row },
      annotations: answers.map(({ rater, answer, reason, activeMs }, place) => ({
        id: index * 1_000 + place + 1,
        completed_by: { id: people.indexOf(rater) + 1, first_name: rater, last_name: "", email: "" },
        was_cancelled: answer === null,
        lead_time: activeMs / 1000,
        result: answer === null ? noteOf(reason, over) : [resultOf(schema, answer, over)],
      })),
      predictions: suggestion === null ? [] : [{ result: [resultOf(schema, suggestion, over)] }],
    };
  });
  return `${JSON.stringify(tasks, null, 1)}\n`;
}

function resultOf(schema: AnswerSchema, answer: LabelAnswer, over: string): object {
  const about = { id: "label", from_name: "label", to_name: over };
  if (schema.type === "rating") return { ...about, type: "rating", value: { rating: answer } };
  if (schema.type === "text" || schema.type === "correction") {
    return { ...about, type: "textarea", value: { text: [answer] } };
  }
  return { ...about, type: "choices", value: { choices: Array.isArray(answer) ? answer : [answer] } };
}

/** The reason of a skip, as a text area. */
function noteOf(reason: string | null, over: string): object[] {
  if (reason === null) return [];
  return [{ id: "reason", from_name: "reason", to_name: over, type: "textarea", value: { text: [reason] } }];
}

/** Answers in Label Studio's JSON. A cancelled annotation is a skip. @throws Failure bad_input naming the task */
export function readLabelStudio(tasks: readonly unknown[], name: string): ImportAnswersRequest["rows"] {
  return tasks.map((value, index) => {
    const task = StudioTask.safeParse(value);
    if (!task.success) {
      throw new Failure(
        "bad_input",
        `${name}, task ${index + 1}: it lacks the data and annotations of a Label Studio task`,
        {
          hint: "export the project of Label Studio as JSON",
        },
      );
    }
    const { id, data, annotations } = task.data;
    const row = data[ROW];
    return {
      row: typeof row === "string" ? row : String(id ?? ""),
      answers: annotations.map((annotation): ExchangedAnswer => {
        const { answer, text } = answerOf(annotation.result);
        const isSkip = annotation.was_cancelled === true || answer === null;
        return {
          rater: raterOf(annotation.completed_by),
          answer: isSkip ? null : answer,
          reason: isSkip ? (text ?? "cancelled") : null,
          version: null,
          activeMs: Math.max(0, Math.round((annotation.lead_time ?? 0) * 1000)),
        };
      }),
    };
  });
}

function answerOf(result: readonly { type: string; value: Readonly<Record<string, unknown>> }[]): {
  answer: LabelAnswer | null;
  text: string | undefined;
} {
  const valueOf = (type: string, key: string): unknown => result.find((entry) => entry.type === type)?.value[key];
  const texts = z.array(z.string()).safeParse(valueOf("textarea", "text")).data;
  const choices = z.array(z.string()).safeParse(valueOf("choices", "choices")).data;
  const rating = z.number().safeParse(valueOf("rating", "rating")).data;
  return { answer: choices ?? rating ?? texts?.[0] ?? null, text: texts?.[0] };
}

/** The annotator: a person with name or address, or a number. */
function raterOf(by: unknown): string {
  const person = z
    .object({ first_name: z.string().optional(), last_name: z.string().optional(), email: z.string().optional() })
    .safeParse(by).data;
  const name = [person?.first_name, person?.last_name].filter((part) => part !== undefined && part !== "").join(" ");
  return raterName(name !== "" ? name : person?.email ? person.email : `annotator ${JSON.stringify(by ?? 0)}`);
}
