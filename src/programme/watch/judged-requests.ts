import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readWholeRows } from "../../curate/rows/read-whole-rows.ts";
import { WatchVerdict } from "../../domain/watch-judge.ts";
import type { CorrectedSignal, WatchFile, WatchLabels } from "../../domain/watch-file.ts";
import { openRowSink } from "../../tables/open-row-sink.ts";
import { dataFolder } from "../../store/open-store.ts";
import type { JudgedRequests } from "../../watch/signals.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { GROUNDED_PROMPT } from "./grounded-prompt.ts";
import { watchPath } from "./read-watch-file.ts";
import { isPresent, storedRows } from "./traffic-folder.ts";

/** Folder with the verdicts of the judge of one monitor. */
export function judgedFolder(programmeDir: string, name: string): string {
  return join(dataFolder(programmeDir), "watch", "judged", name);
}

/** File of the verdicts in such a folder. */
export const VERDICTS = "verdicts.jsonl";

/** File of the answers of a run that has not ended. */
export const ANSWERS = "answers.jsonl";

/** Verdicts of the judge that the monitor names now; those of another model or prompt do not count. */
export async function readVerdicts(
  programmeDir: string,
  { name, file }: { name: string; file: WatchFile },
): Promise<Map<string, WatchVerdict>> {
  const verdicts = new Map<string, WatchVerdict>();
  const path = join(judgedFolder(programmeDir, name), VERDICTS);
  if (file.judge === undefined || !(await isPresent(path))) return verdicts;
  for await (const verdict of storedRows(path, WatchVerdict)) {
    if (verdict.model === file.judge.model && verdict.prompt === GROUNDED_PROMPT.name)
      verdicts.set(verdict.id, verdict);
  }
  return verdicts;
}

/** Writes all verdicts, by id; no file if there are none. */
export async function writeVerdicts(folder: string, verdicts: readonly WatchVerdict[]): Promise<void> {
  const path = join(folder, VERDICTS);
  if (verdicts.length === 0) {
    await rm(path, { force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const sink = await openRowSink(path);
  try {
    await sink.write(verdicts.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Labels that were omitted, and the reason. */
export type LabelsLeftOut = { signal: CorrectedSignal; hard: number };

/**
 * Verdicts of a judge and of people on the requests of a monitor. Labels of rows that a queue chose as hard cases are
 * omitted: they are not a random sample, and a rate corrected by them would be wrong.
 *
 * @throws Failure not_found, bad_input for a file of labels
 */
export async function judgedRequests(
  programmeDir: string,
  monitor: { name: string; file: WatchFile },
): Promise<{ judged: JudgedRequests; leftOut: LabelsLeftOut[] }> {
  const verdicts = new Map<string, number>();
  for (const [id, { ungrounded }] of await readVerdicts(programmeDir, monitor)) {
    if (ungrounded !== null) verdicts.set(id, ungrounded);
  }
  const judged: JudgedRequests = { verdicts, labels: {} };
  const leftOut: LabelsLeftOut[] = [];
  for (const signal of ["refusal", "ungrounded"] as const) {
    const stated = monitor.file.labels?.[signal];
    if (stated === undefined) continue;
    const { labels, hard } = await readLabels(programmeDir, stated, `${watchPath(monitor.name)}, labels.${signal}`);
    judged.labels[signal] = labels;
    if (hard > 0) leftOut.push({ signal, hard });
  }
  return { judged, leftOut };
}

async function readLabels(
  programmeDir: string,
  { file, field, positive }: WatchLabels,
  place: string,
): Promise<{ labels: Map<string, number>; hard: number }> {
  const labels = new Map<string, number>();
  let [hard, rows] = [0, 0];
  for await (const row of readWholeRows(await resolveInside(programmeDir, file), file)) {
    rows += 1;
    const { id, reasons, [field]: label } = row;
    if ((typeof id !== "string" && typeof id !== "number") || label === undefined || label === null || label === "") {
      continue;
    }
    if (Array.isArray(reasons) && !reasons.includes("random")) hard += 1;
    else labels.set(String(id), Number(positive.includes(typeof label === "string" ? label : JSON.stringify(label))));
  }
  if (labels.size + hard === 0) {
    throw new Failure("bad_input", `${place}: none of the ${rows} rows of ${file} has an id and a ${field}`, {
      hint: "name the field of the label with field:",
    });
  }
  return { labels, hard };
}
