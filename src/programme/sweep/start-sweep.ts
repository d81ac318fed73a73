import { randomBytes } from "node:crypto";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import type { Sweep, SweepPlan, SweepRequest } from "../../domain/sweep.ts";
import type { TrainingPreflight } from "../../domain/training-job.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { sweepHolder } from "../money/budget-state.ts";
import { reserve } from "../money/budgets.ts";
import { needsApproval } from "../training/approve-training.ts";
import { modelFolder } from "../training/read-training-file.ts";
import {
  type Planned,
  plannedTraining,
  refuseWrong,
  shownChecks,
  type StartPlace,
} from "../training/start-training.ts";
import { estimatedStepTimes, type EstimatedTimes } from "./estimated-step-times.ts";
import { measuredStepTimes, planSweep, type StepTimes } from "./plan-sweep.ts";
import type { Prepared } from "./prepared-sweep.ts";
import { readSweepFiles } from "./read-sweep-file.ts";
import { showSweep } from "./sweep-rows.ts";

/** Checks before a start, and what the sweep will do. */
export type CheckedSweep = { preflight: TrainingPreflight; plan: SweepPlan };

/** Checks a sweep and reports what it will do; nothing is written. Without a store, the cost is unknown. */
export async function checkSweep(
  request: SweepRequest,
  { place, store }: { place: StartPlace; store: Pick<Store, "db"> | undefined },
): Promise<CheckedSweep> {
  const files = await readSweepFiles(place.programmeDir, request.file);
  const run = await plannedTraining({ file: files.spec.run, python: request.python }, place);
  return { preflight: shownChecks(run, place), plan: planSweep(files, await stepTimes(store, run, place)) };
}

/** Time per step of the run of a sweep: measured in earlier runs, otherwise estimated. */
async function stepTimes(
  store: Pick<Store, "db"> | undefined,
  { spec, found }: Planned,
  { programmeDir }: StartPlace,
): Promise<StepTimes | EstimatedTimes> {
  const measured = store === undefined ? undefined : await measuredStepTimes(store, spec);
  if (measured !== undefined) return measured;
  return estimatedStepTimes(spec, {
    modelDir: modelFolder(programmeDir, spec),
    programmeDir,
    files: found.datasetFiles,
  });
}

/**
 * Starts a sweep: checks it like a training run, and stores it. The supervisor starts its trials.
 *
 * @throws Failure check_failed if a check did not pass; bad_input if nothing limits it, or the id is that of another sweep
 */
export async function startSweep(store: Store, request: SweepRequest, place: StartPlace): Promise<Sweep> {
  const files = await readSweepFiles(place.programmeDir, request.file);
  const { spec, base } = files;
  const earlier = request.id === undefined ? undefined : await sweepOf(store, request.id);
  if (earlier !== undefined) {
    const sweep = await showSweep(store, earlier, place.now().getTime());
    if (sweep.name === spec.name) return sweep;
    throw new Failure("bad_input", `--id ${sweep.id}: a sweep with this id already exists, named ${sweep.name}`, {
      hint: `choose another id; to see the sweep: ${commandLine(["sweep", "show", sweep.id])}`,
    });
  }
  const run = await plannedTraining({ file: spec.run, python: request.python }, place);
  refuseWrong(run.found);
  if (!ENGINES[base.engine].pauses && spec.stopping.rule === "promote" && spec.rungSchedule !== "own") {
    throw new Failure("bad_input", `${base.engine} cannot pause a trial at a step, which the rule promote requires`, {
      hint: "set rungSchedule: own, or choose another stopping rule",
    });
  }
  const plan = planSweep(files, await stepTimes(store, run, place));
  if (plan.trials === null && spec.maxUsd === undefined) {
    throw new Failure("bad_input", `${request.file}: the number of trials has no limit`, {
      hint: "add trials, or maxUsd",
    });
  }
  const prepared: Prepared = {
    python: run.found.python,
    modelDir: modelFolder(place.programmeDir, base),
    digest: run.found.manifest!.digest,
    datasetFiles: run.found.datasetFiles,
    evaluationFiles: run.found.evaluationFiles ?? null,
    dataDir: place.dataDir,
    target: run.target,
    ...(run.rewardFile === undefined ? {} : { rewardFile: run.rewardFile }),
  };
  const waitsFor = needsApproval({ ...base, maxUsd: spec.maxUsd }, run.approveAboveUsd)
    ? sweepApprovalReason(run.approveAboveUsd)
    : undefined;
  return insertSweep(store, { ...files, plan, prepared, id: request.id, waitsFor }, place);
}

/** Reason that a sweep waiting for approval shows. */
export function sweepApprovalReason(approveAboveUsd: string | undefined): string {
  return `a sweep above ${approveAboveUsd} USD requires approval`;
}

async function sweepOf({ db }: Store, id: string): Promise<string | undefined> {
  const row = await db.selectFrom("sweeps").select("sweep_id").where("sweep_id", "=", id).executeTakeFirst();
  return row?.sweep_id;
}

/** Input for storing a sweep. */
export type NewSweep = Awaited<ReturnType<typeof readSweepFiles>> & {
  plan: SweepPlan;
  prepared: Prepared;
  /** Default: random. */
  id?: string | undefined;
  /** Why it waits for an approval; default: it starts. */
  waitsFor?: string | undefined;
};

/** Reserves the amount of a checked sweep, and stores it. @throws Failure over_budget */
export async function insertSweep(
  store: Store,
  { spec, base, plan, prepared, id = randomBytes(6).toString("hex"), waitsFor }: NewSweep,
  { programme, pricing, now }: Pick<StartPlace, "programme" | "pricing" | "now">,
): Promise<Sweep> {
  const nowMs = now().getTime();
  const row = {
    sweep_id: id,
    programme,
    spec: JSON.stringify(spec),
    base: JSON.stringify(base),
    plan: JSON.stringify(plan),
    prepared: JSON.stringify(prepared),
    state: waitsFor === undefined ? "running" : "awaiting-approval",
    reason: waitsFor ?? null,
    created_ms: nowMs,
    ended_ms: null,
  };
  const insert = (db: Db): Promise<unknown> => db.insertInto("sweeps").values(row).execute();
  if (spec.maxUsd === undefined) await store.write(insert);
  else {
    const held = { runId: sweepHolder(id), usd: spec.maxUsd, experiment: base.experiment, tags: [] };
    await reserve(store, held, { pricing, now: now(), alongside: insert });
  }
  return showSweep(store, id, nowMs);
}
