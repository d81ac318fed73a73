import { join } from "node:path";

import { HardReason, QueuedCase } from "../../domain/watch-queue.ts";
import type { QueueSummary, WatchWork } from "../../domain/watch-work.ts";
import { listEvaluations } from "../evaluate/list-evaluations.ts";
import { qualityOverTime } from "./quality-over-time.ts";
import { dueSteps, namesIn, savedPlan } from "./saved-plan.ts";
import { storedRows } from "./traffic-folder.ts";

/**
 * Queues of a programme folder with their counts, without texts, quality over time, and the saved plan with its due
 * steps.
 *
 * @throws Failure check_failed if a queue was edited into an invalid form; bad_input for the plan
 */
export async function watchWork(programmeDir: string, on: string): Promise<WatchWork> {
  const folder = join(programmeDir, "watch", "queues");
  const queues: QueueSummary[] = [];
  for (const name of (await namesIn(folder)).filter((file) => file.endsWith(".jsonl"))) {
    queues.push(await summaryOf(folder, name));
  }
  const newest = ({ days, file }: QueueSummary): string => `${days?.to ?? ""} ${file}`;
  return {
    queues: queues.toSorted((a, b) => (newest(a) < newest(b) ? 1 : -1)),
    quality: qualityOverTime((await listEvaluations(programmeDir)).evaluations),
    plan: (await savedPlan(programmeDir)) ?? null,
    due: await dueSteps(programmeDir, on),
  };
}

async function summaryOf(folder: string, file: string): Promise<QueueSummary> {
  const counts = new Map<HardReason, number>();
  const days: string[] = [];
  for await (const { day, reasons } of storedRows(join(folder, file), QueuedCase)) {
    days.push(day);
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const sorted = days.toSorted();
  return {
    file,
    rows: days.length,
    days: days.length === 0 ? null : { from: sorted[0]!, to: sorted.at(-1)! },
    reasons: HardReason.options.flatMap((reason) => {
      const rows = counts.get(reason) ?? 0;
      return rows === 0 ? [] : [{ reason, rows }];
    }),
  };
}
