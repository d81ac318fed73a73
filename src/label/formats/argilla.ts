import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import type { ExchangedAnswer, ImportAnswersRequest, TaskAnswers } from "../../domain/label-exchange.ts";
import { LabelAnswer } from "../../domain/label-task.ts";
import { raterName, raterUuid } from "./rater-name.ts";

/** Name of the question. */
const QUESTION = "label";

/** Fields that are read from a record of Argilla 2.x. @source argilla 2.8.0, records/_resource.py, Record.to_dict */
const ArgillaRecord = z.object({
  id: z.union([z.string(), z.int()]),
  metadata: z.record(z.string(), z.unknown()).default({}),
  responses: z
    .record(z.string(), z.array(z.object({ value: z.unknown(), user_id: z.string().nullable().optional() })))
    .default({}),
});

/**
 * Records of Argilla 2.x: id, fields as texts, suggestion and responses to the question `label`. Argilla identifies
 * people by UUID, which is derived from the name; the name is in the metadata. Skips cannot be represented.
 */
export function writeArgilla({ rows }: TaskAnswers): string {
  const records = rows.map(({ row, source, line, fields, suggestion, answers }) => {
    const given = answers.filter(({ answer }) => answer !== null);
    return {
      id: row,
      fields: Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
      metadata: { source, line, raters: given.map(({ rater }) => `${raterUuid(rater)} ${rater}`) },
      suggestions: suggestion === null ? {} : { [QUESTION]: { value: suggestion, score: null, agent: null } },
      responses:
        given.length === 0
          ? {}
          : { [QUESTION]: given.map(({ rater, answer }) => ({ value: answer, user_id: raterUuid(rater) })) },
      vectors: {},
      status: given.length === 0 ? "pending" : "completed",
      _server_id: null,
    };
  });
  return `${JSON.stringify(records, null, 1)}\n`;
}

/**
 * Answers in records of Argilla: those to `label`, or to the only question. @throws Failure bad_input naming the record
 */
export function readArgilla(records: readonly unknown[], name: string): ImportAnswersRequest["rows"] {
  return records.map((value, index) => {
    const record = ArgillaRecord.safeParse(value);
    if (!record.success)
      throw new Failure("bad_input", `${name}, record ${index + 1} is not an Argilla 2.x record`, {
        hint: "export it with dataset.records.to_json",
      });
    const { id, metadata, responses } = record.data;
    const names = new Map(
      (z.array(z.string()).safeParse(metadata["raters"]).data ?? []).map((text) => [text.slice(0, 36), text.slice(37)]),
    );
    const questions = Object.keys(responses);
    const question = questions.includes(QUESTION) ? QUESTION : questions[0];
    const given = question === undefined ? [] : responses[question]!;
    return {
      row: String(id),
      answers: given.flatMap(({ value: raw, user_id: user }): ExchangedAnswer[] => {
        const answer = LabelAnswer.safeParse(raw);
        if (!answer.success) return [];
        const rater = raterName(names.get(user ?? "") ?? `annotator ${user ?? "unknown"}`);
        return [{ rater, answer: answer.data, reason: null, version: null, activeMs: 0 }];
      }),
    };
  });
}
