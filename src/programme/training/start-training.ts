import { join } from "node:path";

import { commandLine } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { StartRequest, TrainingFile, TrainingJob, TrainingPreflight } from "../../domain/training-job.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import { hostedSteps } from "../../launch/engines/openai/openai.ts";
import { schedulerOf } from "../../launch/schedulers/schedulers.ts";
import type { Store } from "../../store/open-store.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { approvalThreshold } from "./approve-training.ts";
import { checkTargetGpus } from "./field-checks.ts";
import { inputsOf, type JobInputs } from "./job-inputs.ts";
import { specOf } from "./job-rows.ts";
import { preflight, type PreflightFound } from "./preflight.ts";
import { jobOf, type QueuePlace, queueTraining } from "./queue-training.ts";
import { modelFolder, readTrainingFile } from "./read-training-file.ts";
import type { RenderInputs } from "./relax-memory.ts";
import { type NamedTarget, targetOf } from "./training-targets.ts";

/** Context in which a run is started. */
export type StartPlace = QueuePlace & { programmeDir: string; env: Context["env"] };

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
