import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { amount } from "../../base/words.ts";
import { counted } from "../../base/words.ts";
import type { DutyDate, ProgrammeStatus, StatusStep } from "../../domain/programme-status.ts";
import type { DueStep } from "../../domain/watch-plan.ts";
import { afterStudy } from "../study/after-study.ts";
import { BUDGET_FILE, readBudget } from "../budget/read-budget.ts";
import { isProgrammeOutsideAct } from "../comply/act-scope.ts";
import { type LoadedProgramme, PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";
import { dataOnlyStatus } from "./data-only.ts";
import { dueSteps } from "../watch/saved-plan.ts";
import { type FoundStudy, isNoGo, readStudy } from "../study/read-study.ts";

const DAY_MS = 86_400_000;

/** Number of days for which `status` looks ahead for duties: a year. */
const DAYS_AHEAD = 365;

/**
 * State of a programme: whether it is valid, whether its datasets are those that were scanned, and whether study and
 * budget still match it. Problems are part of the answer, not failures.
 *
 * @param place `dir` is the folder as displayed; `report` the folder of the study; `on` today
 * @throws Failure not_found if there is no programme
 */
export async function programmeStatus(
  dir: string,
  place: { shown: string; report: string; on: string },
): Promise<ProgrammeStatus> {
  const { shown, report, on } = place;
  let loaded: LoadedProgramme;
  try {
    loaded = await readProgramme(dir, on);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!(await exists(join(dir, PROGRAMME_FILE)))) {
      const found = await dataOnlyStatus(dir, shown);
      if (found === undefined) throw error;
      return found;
    }
    const unplanned = await unplannedStatus({ dir, shown, on }, { report, problem: error.message });
    if (unplanned !== undefined) return unplanned;
    const hint = error.hint === undefined ? "" : `; ${error.hint}`;
    const step: StatusStep = { step: "programme", state: "broken", text: `${error.message}${hint}` };
    return {
      dir,
      name: null,
      steps: [step],
      dutyDates: [],
      maintenance: [],
      next: `correct ${PROGRAMME_FILE}, then: ${commandLine(["status", shown])}`,
    };
  }
  const study = await readStudy(report);
  const steps: StatusStep[] = [
    { step: "programme", state: "done", text: `${PROGRAMME_FILE} is valid` },
    await datasetStep(loaded, study),
    studyStep(loaded, study),
    await budgetStep(loaded, study),
  ];
  const maintenance = await maintenanceOf(dir, on);
  if ("problem" in maintenance) steps.push({ step: "maintenance", state: "broken", text: maintenance.problem });
  return {
    dir,
    name: loaded.programme.name,
    steps,
    dutyDates: await dutyDates(loaded, study, on),
    maintenance: "problem" in maintenance ? [] : maintenance.due,
    next: nextCommand(steps, shown, study),
  };
}

/**
 * State of a programme that plans no rows yet: its data commands work, its study does not. Undefined if more than the
 * plan is wrong.
 */
async function unplannedStatus(
  { dir, shown, on }: { dir: string; shown: string; on: string },
  { report, problem }: { report: string; problem: string },
): Promise<ProgrammeStatus | undefined> {
  const loaded = await readProgramme(dir, on, { needsPlan: false }).catch((error: unknown) => {
    if (error instanceof Failure) return undefined;
    throw error;
  });
  if (loaded === undefined) return undefined;
  const text = `data commands work; a study lacks its plan: ${problem}`;
  return {
    dir,
    name: loaded.programme.name,
    steps: [{ step: "programme", state: "missing", text }, await datasetStep(loaded, await readStudy(report))],
    dutyDates: [],
    maintenance: [],
    next: `set data.plannedRows in ${PROGRAMME_FILE}, then: ${commandLine(["feasibility", shown])}`,
  };
}

/** Steps of the saved plan that are due, or the reason why the plan cannot be read. */
async function maintenanceOf(dir: string, on: string): Promise<{ due: DueStep[] } | { problem: string }> {
  try {
    return { due: await dueSteps(dir, on) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { problem: error.hint === undefined ? error.message : `${error.message}; ${error.hint}` };
  }
}

/** Dates of the study in the coming year; none if the programme states that it is outside the EU AI Act. */
async function dutyDates(loaded: LoadedProgramme, found: FoundStudy, on: string): Promise<DutyDate[]> {
  if (!found || "problem" in found) return [];
  const coming = found.study.aiAct.deadlines
    .map(({ date, what }) => ({ date, days: (Date.parse(date) - Date.parse(on)) / DAY_MS, what }))
    .filter(({ days }) => days >= 0 && days <= DAYS_AHEAD);
  return coming.length > 0 && (await isOutside(loaded, on)) ? [] : coming;
}

async function isOutside(loaded: LoadedProgramme, on: string): Promise<boolean> {
  try {
    return await isProgrammeOutsideAct(loaded, on);
  } catch (error) {
    if (error instanceof Failure) return false; // comply show reports it; here no date may be lost
    throw error;
  }
}

async function datasetStep(loaded: LoadedProgramme, found: FoundStudy): Promise<StatusStep> {
  const { files } = loaded.programme.data;
  if (files.length === 0)
    return { step: "datasets", state: "missing", text: "no dataset file is listed under data.files" };
  if (!found || "problem" in found) {
    return {
      step: "datasets",
      state: "missing",
      text: `${counted(files.length, "dataset file")} present, not scanned yet`,
    };
  }
  const scanned = new Map(found.study.datasets.map((dataset) => [dataset.path, dataset]));
  for (const { path } of files) {
    const profile = scanned.get(path);
    if (!profile) return { step: "datasets", state: "stale", text: `${path} was not scanned by the last study` };
    const full = await loaded.resolve(path);
    const changed = (await stat(full)).size !== profile.bytes || (await fileSha256(full)) !== profile.sha256;
    if (changed) return { step: "datasets", state: "stale", text: `${path} has changed since the last study` };
  }
  const rows = found.study.datasets.reduce((sum, dataset) => sum + dataset.validRows, 0);
  return {
    step: "datasets",
    state: "done",
    text: `${counted(files.length, "dataset file")} scanned, ${rows.toLocaleString("en-US")} valid rows`,
  };
}

function studyStep(loaded: LoadedProgramme, found: FoundStudy): StatusStep {
  if (!found) return { step: "study", state: "missing", text: "no feasibility study yet" };
  if ("problem" in found) return { step: "study", state: "broken", text: found.problem };
  const { study, warning } = found;
  const note = warning === undefined ? "" : ` (warning: ${warning})`;
  const what = `study of ${study.generatedOn}, verdict ${study.verdict}${note}`;
  return study.programmeSha256 === loaded.sha256
    ? { step: "study", state: "done", text: what }
    : { step: "study", state: "stale", text: `${what}: programme.yaml has changed since` };
}

async function budgetStep({ dir, sha256 }: LoadedProgramme, found: FoundStudy): Promise<StatusStep> {
  try {
    const budget = await readBudget(dir);
    if (budget === undefined) return { step: "budget", state: "missing", text: "no approved budget yet" };
    const against = isNoGo(found, budget.programmeSha256) ? " against a no-go study" : "";
    const what = `${amount(budget.totalUsd)} USD approved${against} by ${budget.approver} on ${budget.approvedOn}`;
    return budget.programmeSha256 === sha256
      ? { step: "budget", state: "done", text: what }
      : { step: "budget", state: "stale", text: `${what}: ${PROGRAMME_FILE} has changed since` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const text = error.message.replaceAll(join(dir, BUDGET_FILE), BUDGET_FILE);
    return { step: "budget", state: "broken", text };
  }
}

function nextCommand(steps: readonly StatusStep[], shown: string, found: FoundStudy): string {
  const open = (step: StatusStep["step"]): boolean =>
    steps.some((entry) => entry.step === step && entry.state !== "done");
  const datasets = steps.find((step) => step.step === "datasets");
  if (open("study") || datasets?.state === "stale") return commandLine(["feasibility", shown]);
  const approve = commandLine(["plan", "budget", shown]);
  const isBroken = steps.some(({ step, state }) => step === "budget" && state === "broken");
  if (isBroken) return `move ${BUDGET_FILE} away, then: ${approve}`;
  if (open("budget")) return found && !("problem" in found) ? afterStudy(found.study, shown) : approve;
  if (open("maintenance")) return commandLine(["watch", "plan", shown, "--save"]);
  return commandLine(["plan", "cost", shown]);
}

async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
