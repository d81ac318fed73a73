import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { type DueStep, type MaintenanceStep, SavedPlan, type WatchPlan } from "../../domain/watch-plan.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import { dataFolder } from "../../store/open-store.ts";
import { dueState } from "../../watch/quarter-days.ts";
import { evaluationIds, readResult } from "../evaluate/evaluation-folder.ts";

/** File of the plan that `status` reads. */
const PLAN_FILE = "watch/plan.json";

/** Writes the plan of a quarter for `status`: days and commands. @returns its path */
export async function savePlan(programmeDir: string, { on, from, to, steps }: WatchPlan): Promise<string> {
  const path = join(programmeDir, PLAN_FILE);
  await mkdir(dirname(path), { recursive: true });
  const saved: SavedPlan = {
    format: 1,
    savedOn: on,
    from,
    to,
    steps: steps.map(({ kind, day, what, command }) => ({ kind, day, what, command })),
  };
  await atomicWrite(path, `${JSON.stringify(saved, null, 2)}\n`);
  return PLAN_FILE;
}

/** Records that a monitor was checked, in a file that `status` reads without the database. */
export async function noteCheck(programmeDir: string, name: string, checkedAt: string): Promise<void> {
  const path = join(dataFolder(programmeDir), "watch", "checked", `${name}.txt`);
  await mkdir(dirname(path), { recursive: true });
  await atomicWrite(path, `${checkedAt}\n`);
}

/**
 * Steps of the saved plan that are due within a week or overdue, except completed ones: a check on or after its day, a
 * replay set of its month, or a queue, an evaluation or a decision since a week before its day. Empty without a plan.
 *
 * @throws Failure bad_input if the plan was edited into an invalid form
 */
export async function dueSteps(programmeDir: string, on: string): Promise<DueStep[]> {
  const plan = await savedPlan(programmeDir);
  if (plan === undefined) return [];
  const done = await evidenceOf(programmeDir);
  return plan.steps.flatMap((step) => {
    const state = dueState(step.day, on);
    if (state === "planned" || done(step)) return [];
    return [{ ...step, state, days: Math.round((Date.parse(step.day) - Date.parse(on)) / DAY_MS) }];
  });
}

/** The saved plan; undefined if there is none. @throws Failure bad_input if it was edited into an invalid form */
export async function savedPlan(programmeDir: string): Promise<SavedPlan | undefined> {
  const text = await readIfPresent(join(programmeDir, PLAN_FILE));
  if (text === undefined) return undefined;
  const parsed = SavedPlan.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new Failure("bad_input", `${PLAN_FILE} is not a plan`, { hint: "save it again: tunewright watch plan --save" });
}

const DAY_MS = 86_400_000;

/** Number of days before its day from which a step may be completed early. */
const EARLY_DAYS = 7;

async function evidenceOf(programmeDir: string): Promise<(step: Pick<MaintenanceStep, "kind" | "day">) => boolean> {
  const [checks, queues, evaluations] = [
    await checkDays(programmeDir),
    await queueDays(programmeDir),
    await evaluationDays(programmeDir),
  ];
  const months = await replayMonths(programmeDir);
  const since = (day: string): string => new Date(Date.parse(day) - EARLY_DAYS * DAY_MS).toISOString().slice(0, 10);
  return ({ kind, day }) => {
    if (kind === "drift") return checks.some((checked) => checked >= day);
    if (kind === "replay") return months.has(day.slice(0, 7));
    if (kind === "data") return queues.some((queued) => queued >= since(day));
    return kind === "re-evaluation" && evaluations.some((evaluated) => evaluated >= since(day));
  };
}

async function checkDays(programmeDir: string): Promise<string[]> {
  const folder = join(dataFolder(programmeDir), "watch", "checked");
  const texts = await Promise.all((await namesIn(folder)).map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => text.slice(0, 10));
}

async function queueDays(programmeDir: string): Promise<string[]> {
  const all = await namesIn(join(programmeDir, "watch", "queues"));
  return all.flatMap((name) => /-(\d{4}-\d\d-\d\d)\.jsonl$/.exec(name)?.[1] ?? []);
}

async function evaluationDays(programmeDir: string): Promise<string[]> {
  const ids = await evaluationIds(programmeDir);
  const results = await Promise.all(ids.map((id) => readResult(programmeDir, id)));
  return results.map(({ finishedAt }) => finishedAt.slice(0, 10));
}

/** Months of the replay sets in the folder that `eval replay` makes by default. */
async function replayMonths(programmeDir: string): Promise<Set<string>> {
  const folder = join(programmeDir, "replay");
  const found = await Promise.all((await namesIn(folder)).map((name) => readManifest(join(folder, name))));
  return new Set(found.flatMap((manifest) => manifest?.month ?? []));
}

/** Names in a folder, sorted; none if it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
