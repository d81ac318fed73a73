import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Clock } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { StartRequest, TrainingFile, TrainingJob, TrainingPreflight } from "../../domain/training-job.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import { hostedSteps } from "../../launch/engines/openai/openai.ts";
import { schedulerOf } from "../../launch/schedulers/schedulers.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { createRun } from "../../track/create-run.ts";
import { createExperiment, getExperimentByName, PROGRAMME_TAG } from "../../track/experiments.ts";
import { markScheduled } from "../../track/scheduled-run.ts";
import { TrackFailure } from "../../track/track-failure.ts";
import { deleteRun } from "../../track/update-run.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { reserve } from "../money/budgets.ts";
import type { Pricing } from "../money/pricing.ts";
import { BY_TOKENS_TAG } from "../money/run-rate.ts";
import { approvalReason, approvalThreshold, needsApproval } from "./approve-training.ts";
import { checkTargetGpus } from "./field-checks.ts";
import { inputsOf, type JobInputs, keepInputs } from "./job-inputs.ts";
import { asJob, findJob, type JobRow, specOf } from "./job-rows.ts";
import { preflight, type PreflightFound } from "./preflight.ts";
import { modelFolder, readTrainingFile } from "./read-training-file.ts";
import type { RenderInputs } from "./relax-memory.ts";
import { keepTarget, type NamedTarget, targetOf } from "./training-targets.ts";

/** Context in which a run is started. */
export type StartPlace = {
  programmeDir: string;
  programme: string;
  dataDir: string;
  env: Context["env"];
  /** Cost of runs, for the budgets that a cap is compared with. */
  pricing: Pricing;
  now: Clock;
};

/** A checked and rendered run. */
export type Planned = {
  spec: TrainingFile;
  found: PreflightFound;
  config: Record<string, unknown>;
  target: NamedTarget;
  /** Fallback target for its deadline; undefined if there is none. */
  fallback: NamedTarget | undefined;
  inputs: JobInputs | undefined;
  renderedFrom: RenderInputs;
  /** Cap above which it must be approved; undefined if the programme names none. */
  approveAboveUsd: string | undefined;
  /** Python file with reward functions; undefined if the run has none. */
  rewardFile: string | undefined;
};

/**
 * A job started by another use case: its id, which makes a repeated start harmless, and the step at which it pauses.
 */
export type QueueOptions = {
  id?: string;
  untilStep?: number;
  tags?: Readonly<Record<string, string>>;
  /** True if its sweep has reserved the amount of all trials. */
  isHeldBySweep?: boolean;
};

/** Input for queuing a job. */
export type Queued = {
  spec: TrainingFile;
  config: Record<string, unknown>;
  found: { python: string; manifest: { digest: string } | undefined };
  /** Input data; default: from the configuration. */
  inputs?: JobInputs | undefined;
  /** Target; default: this machine. */
  target?: NamedTarget | undefined;
  fallback?: NamedTarget | undefined;
  /** Input for rendering it again with less memory. */
  renderedFrom?: RenderInputs;
  approveAboveUsd?: string | undefined;
};

/**
 * Checks a run and shows what would be started: nothing is written.
 *
 * @throws Failure not_found, bad_input for the file of the run
 */
export async function checkTraining(request: StartRequest, place: StartPlace): Promise<TrainingPreflight> {
  return shownChecks(await plannedTraining(request, place), place);
}

/** The checks of a run, and what an attempt would execute. */
export function shownChecks(
  { spec, found, config, target }: Pick<Planned, "spec" | "found" | "config" | "target">,
  place: Pick<StartPlace, "dataDir">,
): TrainingPreflight {
  const jobFolder = join(place.dataDir, "jobs", "ID");
  const { argv } = ENGINES[spec.engine].order({
    python: found.python,
    jobFolder,
    spec,
    resumeFrom: undefined,
    tracker: undefined,
  });
  return {
    ok: found.checks.every(({ ok }) => ok),
    checks: found.checks,
    command: [...argv],
    target: target.name,
    usdPerHour: spec.usdPerHour ?? null,
    maxUsd: spec.maxUsd ?? null,
    config,
  };
}

/** Checks the file of a run and renders it. */
export async function plannedTraining(request: StartRequest, place: StartPlace): Promise<Planned> {
  const { file, python, model } = request;
  const read = await readTrainingFile(place.programmeDir, file);
  const named = model === undefined ? read : { ...read, model };
  const engine = ENGINES[named.engine];
  const interpreter = python ?? named.python ?? place.env["TUNEWRIGHT_PYTHON"];
  const target = await targetOf(place.programmeDir, named);
  const fallback =
    named.fallback === undefined ? undefined : await targetOf(place.programmeDir, { target: named.fallback.target });
  const found = await preflight(named, {
    programmeDir: place.programmeDir,
    dataDir: place.dataDir,
    python: interpreter,
    engine,
    scheduler: schedulerOf(target.target, place.env),
  });
  found.checks.push(...checkTargetGpus(named, target.target));
  const spec = stepsKnown(named, found.manifest);
  const modelDir = modelFolder(place.programmeDir, spec);
  const { datasetFiles, evaluationFiles } = found;
  const rewardFile =
    spec.rewardFile === undefined ? undefined : await resolveInside(place.programmeDir, spec.rewardFile);
  const inputs = inputsOf(modelDir, datasetFiles, evaluationFiles);
  const renderedFrom = {
    modelDir,
    datasetFiles,
    ...(evaluationFiles === undefined ? {} : { evaluationFiles }),
    ...(rewardFile === undefined ? {} : { rewardFile }),
  };
  const approveAboveUsd = await approvalThreshold(place.programmeDir);
  const config = engine.render({ spec, ...renderedFrom });
  return { spec, found, target, fallback, inputs, rewardFile, renderedFrom, approveAboveUsd, config };
}

/** The steps of a run: for a run that a provider trains, they follow from its epochs and rows; others state them. */
function stepsKnown(spec: TrainingFile, manifest: { rows: number } | undefined): TrainingFile {
  if (spec.engine !== "openai" || manifest === undefined) return spec;
  return { ...spec, ...hostedSteps(spec, manifest.rows) };
}

/**
 * Queues a run: checks it, renders it into a separate folder, creates its tracked run, and compares its cap with the
 * budgets. The supervisor starts it.
 *
 * @throws Failure check_failed if a check did not pass; over_budget; bad_input if the id is that of another run
 */
export async function startTraining(store: Store, request: StartRequest, place: StartPlace): Promise<TrainingJob> {
  const run = await plannedTraining(request, place);
  refuseWrong(run.found);
  if (request.id === undefined) return queueTraining(store, run, place);
  await refuseOtherRun(store, request.id, run);
  return queueTraining(store, run, { ...place, id: request.id });
}

/** @throws Failure bad_input if a job with this id exists, and is of another run or dataset */
async function refuseOtherRun(store: Store, id: string, { spec, found }: Planned): Promise<void> {
  const job = await jobOf(store, id);
  if (job === undefined) return;
  const { name } = specOf(job);
  if (name === spec.name && job.dataset_digest === found.manifest!.digest) return;
  throw new Failure("bad_input", `--id ${id}: a job with this id already exists, of the run ${name}`, {
    hint: `choose another id; to see the job: ${commandLine(["train", "show", id])}`,
  });
}

/** @throws Failure check_failed if a check did not pass */
export function refuseWrong({ checks }: Pick<PreflightFound, "checks">): void {
  const wrong = checks.filter(({ ok }) => !ok);
  if (wrong.length === 0) return;
  const [first] = wrong;
  throw new Failure("check_failed", wrong.map(({ check, detail }) => `${check}: ${detail}`).join("\n"), {
    hint: first?.fix ?? undefined,
  });
}

/** Queues a run whose checks passed: its files, its tracked run, its row. */
export async function queueTraining(
  store: Store,
  queued: Queued,
  place: Omit<StartPlace, "programmeDir" | "env"> & QueueOptions,
): Promise<TrainingJob> {
  const { spec, found, config, target, fallback, inputs, renderedFrom, approveAboveUsd } = queued;
  const digest = found.manifest!.digest;
  const nowMs = place.now().getTime();
  const id = place.id ?? randomBytes(6).toString("hex");
  const earlier = place.id === undefined ? undefined : await jobOf(store, id);
  if (earlier !== undefined) return asJob(store, earlier, nowMs);
  const folder = join(place.dataDir, "jobs", id);
  const engine = ENGINES[spec.engine];
  await mkdir(folder, { recursive: true });
  await atomicWrite(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  await engine.copyLauncher(folder, config);
  if (inputs !== undefined) await keepInputs(folder, inputs);
  if (target !== undefined) await keepTarget(folder, target);
  if (fallback !== undefined) await keepTarget(folder, fallback, "fallback-target.json");
  const runId = await trackedRun(store, spec, { id, place, digest, more: place.tags ?? {} });
  const waits = needsApproval(spec, approveAboveUsd);
  const row = {
    job_id: id,
    programme: place.programme,
    run_id: runId,
    spec: JSON.stringify({ ...spec, python: found.python, target: target?.name }),
    folder,
    dataset_digest: digest,
    state: waits ? "awaiting-approval" : "queued",
    created_ms: nowMs,
    reason: waits ? approvalReason(approveAboveUsd) : null,
    rendered_from: renderedFrom === undefined ? null : JSON.stringify(renderedFrom),
    step: null,
    stop_reason: null,
    stop_asked_ms: null,
    model_sha256: null,
    ended_ms: null,
    until_step: place.untilStep ?? spec.probeSteps ?? null,
  };
  const insert = (db: Db): Promise<unknown> => db.insertInto("jobs").values(row).execute();
  if (place.isHeldBySweep === true || spec.maxUsd === undefined) await store.write(insert);
  else await insertWithinCap(store, { spec, maxUsd: spec.maxUsd, runId, folder, insert }, place);
  return asJob(store, await findJob(store, id), nowMs);
}

async function jobOf({ db }: Store, id: string): Promise<JobRow | undefined> {
  return db.selectFrom("jobs").selectAll().where("job_id", "=", id).executeTakeFirst();
}

/** Stores a job with the reservation of its cap; if no budget covers it, nothing of the run is kept. */
async function insertWithinCap(
  store: Store,
  job: { spec: TrainingFile; maxUsd: string; runId: string; folder: string; insert: (db: Db) => Promise<unknown> },
  { pricing, now }: Pick<StartPlace, "pricing" | "now">,
): Promise<void> {
  const { spec, maxUsd, runId, folder, insert } = job;
  try {
    const held = { runId, usd: maxUsd, experiment: spec.experiment, tags: [] };
    await reserve(store, held, { pricing, now: now(), alongside: insert });
  } catch (error) {
    await deleteRun(store, runId, now().getTime());
    await rm(folder, { recursive: true });
    throw error;
  }
}

/**
 * Creates the run for metrics, tagged with the data that the ledger needs for its price. Idempotent: it finds the run
 * by its job tag.
 */
export async function trackedRun(
  store: Store,
  spec: TrainingFile,
  run: {
    id: string;
    place: Pick<StartPlace, "programme" | "now">;
    digest: string;
    more: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const { id, place, digest, more } = run;
  const nowMs = place.now().getTime();
  // a start that was killed before its job was written left its run, which is reused
  const earlier = await runOfJob(store, id);
  if (earlier !== undefined) return earlier;
  const tags = {
    ...more,
    "tunewright.job": id,
    [PROGRAMME_TAG]: place.programme,
    "tunewright.dataset_digest": digest,
    ...(spec.hosted === undefined
      ? { "tunewright.gpu_count": String(spec.gpuCount) }
      : { [BY_TOKENS_TAG.key]: BY_TOKENS_TAG.value }),
    ...(spec.gpu === undefined ? {} : { "tunewright.gpu": spec.gpu }),
    ...(spec.usdPerHour === undefined ? {} : { "tunewright.usd_per_hour": spec.usdPerHour }),
  };
  const { info } = await createRun(
    store,
    {
      experimentId: String(await experimentId(store, spec.experiment, { programme: place.programme, nowMs })),
      userId: "tunewright",
      name: spec.name,
      startMs: nowMs,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    },
    nowMs,
  );
  await markScheduled(store, info.run_id); // waiting, also for an approval, costs nothing
  return info.run_id;
}

async function runOfJob({ db }: Store, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("run_tags")
    .innerJoin("runs", "runs.run_no", "run_tags.run_no")
    .select("runs.run_id")
    .where("run_tags.key", "=", "tunewright.job")
    .where("run_tags.value", "=", id)
    .where("runs.lifecycle_stage", "=", "active")
    .orderBy("runs.run_no")
    .executeTakeFirst();
  return row?.run_id;
}

async function experimentId(
  store: Store,
  name: string,
  { programme, nowMs }: { programme: string; nowMs: number },
): Promise<number> {
  try {
    return await createExperiment(store, { name, tags: [{ key: PROGRAMME_TAG, value: programme }] }, nowMs);
  } catch (error) {
    if (error instanceof TrackFailure && error.code === "RESOURCE_ALREADY_EXISTS") {
      return (await getExperimentByName(store, name)).experiment_id;
    }
    throw error;
  }
}
