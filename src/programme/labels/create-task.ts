import * as z from "zod";

import { namingFile } from "../../base/failure.ts";
import type { CreatedTask, LabelRow } from "../../domain/label-report.ts";
import { LabelReport, TaskVersion } from "../../domain/label-report.ts";
import { readProgramme } from "../reading/read-programme.ts";
import { answerFromState, programmeName, type StatePlace } from "../state/with-state.ts";
import { loadRows } from "./load-rows.ts";
import { addTaskRows, createTaskVersion, showTask } from "./manage-tasks.ts";
import { readTaskFile } from "./read-task-file.ts";

/** Number of new rows among those that were sent. */
export const AddedRows = z.strictObject({ added: z.int().min(0).describe("Rows that were new") });

/** Characters of rows per request. */
const BATCH_CHARACTERS = 2 ** 20;

/**
 * Creates a task from its file in a programme folder, or updates it: a changed file becomes a new version, and missing
 * rows are added. An interrupted call can be repeated.
 *
 * @throws Failure if file, programme or rows are wrong, or the state does not answer
 */
export async function createTaskFrom(
  place: StatePlace,
  file: string,
  onProgress: (fraction: number) => void,
): Promise<CreatedTask> {
  const loaded = await readProgramme(place.programmeDir, undefined, { needsPlan: false });
  const spec = await readTaskFile(loaded, file);
  const { rows, refused } = await namingFile(file, () => loadRows(loaded, spec));
  const programme = programmeName(place.programmeDir);
  const version = await answerFromState(place, {
    local: (store) => createTaskVersion(store, spec, { programme, nowMs: place.now().getTime() }),
    path: "/labels",
    body: { spec },
    creates: true,
    output: TaskVersion,
  });
  let added = 0;
  let sent = 0;
  for (const batch of batches(rows)) {
    const result = await answerFromState(place, {
      local: (store) => addTaskRows(store, spec.task, batch),
      path: `/labels/${spec.task}/rows`,
      body: { rows: batch },
      output: AddedRows,
    });
    added += result.added;
    sent += batch.length;
    onProgress(sent / rows.length);
  }
  const { counts } = await answerFromState(place, {
    local: (store) => showTask(store, spec.task),
    path: `/labels/${spec.task}`,
    output: LabelReport,
  });
  return {
    ...version,
    rows: counts.rows,
    added,
    doubled: counts.doubled,
    gold: counts.gold,
    refused,
    warnings: warningsOf(rows, spec),
  };
}

function* batches(rows: readonly LabelRow[]): Generator<LabelRow[]> {
  let batch: LabelRow[] = [];
  let size = 0;
  for (const row of rows) {
    batch.push(row);
    size += JSON.stringify(row).length;
    if (size < BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

function warningsOf(
  rows: readonly LabelRow[],
  { allowPersonalData, suggestionField, doubleShare }: Awaited<ReturnType<typeof readTaskFile>>,
): string[] {
  return [
    ...(allowPersonalData ? ["rows with personal data are shown to everybody whom you invite"] : []),
    ...(suggestionField === undefined
      ? []
      : ["suggestions are shown and bias answers; the report says how often answers equal them"]),
    ...(doubleShare === 0 && rows.length > 0 ? ["no row is labelled twice: agreement cannot be measured"] : []),
  ];
}
