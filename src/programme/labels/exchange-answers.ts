import { resolve } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { readText } from "../../base/read-text.ts";
import { type ExportedAnswers, ImportedAnswers, type LabelFormat, TaskAnswers } from "../../domain/label-exchange.ts";
import { readAnswers, writeAnswers } from "../../label/formats/label-format.ts";
import { answerFromState, type StatePlace } from "../state/with-state.ts";
import { answersOf, takeInAnswers } from "./manage-tasks.ts";

/** A file of answers and its task. */
export type AnswerFile = { task: string; file: string; format: LabelFormat };

/** Writes the answers of a task to a file. @throws Failure not_found; outside if it cannot be written */
export async function exportAnswers(place: StatePlace, { task, file, format }: AnswerFile): Promise<ExportedAnswers> {
  const answers = await stateAnswers(place, task);
  await atomicWrite(resolve(place.programmeDir, file), writeAnswers(answers, format));
  return {
    path: file,
    format,
    rows: answers.rows.length,
    answers: answers.rows.reduce((sum, row) => sum + row.answers.length, 0),
  };
}

/** Imports the answers of a file. @throws Failure not_found; bad_input if it is not in the format */
export async function importAnswersFrom(
  place: StatePlace,
  { task, file, format }: AnswerFile,
): Promise<ImportedAnswers> {
  const { answer: schema } = await stateAnswers(place, task);
  const text = await readText(resolve(place.programmeDir, file), { shown: file });
  const rows = readAnswers(text, format, { schema, name: file });
  return answerFromState(place, {
    local: (store) => takeInAnswers(store, { task, rows }, place.now().getTime()),
    path: `/labels/${encodeURIComponent(task)}/answers`,
    body: { rows },
    output: ImportedAnswers,
  });
}

function stateAnswers(place: StatePlace, task: string): Promise<TaskAnswers> {
  return answerFromState(place, {
    local: (store) => answersOf(store, task),
    path: `/labels/${encodeURIComponent(task)}/answers`,
    output: TaskAnswers,
  });
}
