import { Failure } from "../../base/failure.ts";
import { Sweep } from "../../domain/sweep.ts";
import { TrainingJob } from "../../domain/training-job.ts";
import type { TrainingStage } from "../../domain/training-stages.ts";
import { answerFromState, type StatePlace } from "../state/with-state.ts";
import { readSweepFiles } from "../sweep/read-sweep-file.ts";
import { awaitSweep, runSweep } from "../sweep/run-sweep.ts";
import { showSweep } from "../sweep/sweep-rows.ts";
import { showJob } from "../training/job-rows.ts";
import { awaitTraining, runTraining } from "../training/run-training.ts";
import { plannedTraining, type StartPlace } from "../training/start-training.ts";
import type { StageTools } from "./stage-place.ts";

/** Signal that ends the wait, and callbacks for progress. */
export type StageWatch = {
  signal: AbortSignal;
  log: (line: string) => void;
  onProgress: (text: string, share: number) => void;
};

/** Checks that say nothing about a run whose base model an earlier stage makes. */
const OF_MODEL: ReadonlySet<string> = new Set(["model", "memory"]);

/**
 * Checks the training runs and sweeps of stages as their starts would, so that no stage fails after hours for a reason
 * that is known now.
 *
 * @throws Failure check_failed, not_found, bad_input
 */
export async function checkRuns(
  stages: readonly TrainingStage[],
  place: StartPlace,
  python: string | undefined,
): Promise<void> {
  const wrong: { text: string; fix: string | null }[] = [];
  for (const stage of stages) {
    const file = "train" in stage ? stage.train : "sweep" in stage ? await runOfSweep(stage.sweep, place) : undefined;
    if (file === undefined) continue;
    const { found } = await plannedTraining({ file, python }, place);
    const isMade = "from" in stage && stage.from !== undefined;
    for (const { check, ok, detail, fix } of found.checks) {
      if (!ok && !(isMade && OF_MODEL.has(check)))
        wrong.push({ text: `stage ${stage.name}: ${check}: ${detail}`, fix });
    }
  }
  if (wrong.length === 0) return;
  throw new Failure("check_failed", wrong.map(({ text }) => text).join("\n"), { hint: wrong[0]!.fix ?? undefined });
}

async function runOfSweep(file: string, { programmeDir }: StartPlace): Promise<string> {
  return (await readSweepFiles(programmeDir, file)).spec.run;
}

/**
 * Starts the jobs and sweeps of stages and waits for their end: supervised by the server of the folder if one runs,
 * otherwise by this process. A repeated start finds the first by its id.
 */
export function stageJobs(
  place: StartPlace,
  { python, watch }: { python: string | undefined; watch: StageWatch },
): Pick<StageTools, "train" | "sweep" | "job" | "check"> {
  const state: StatePlace = { programmeDir: place.programmeDir, env: place.env, now: place.now };
  const { programme, now } = place;
  const own = python === undefined ? {} : { python };
  const job = (id: string): Promise<TrainingJob> =>
    answerFromState(state, {
      local: (store) => showJob(store, id, now().getTime()),
      path: `/training/jobs/${id}`,
      output: TrainingJob,
    });
  const sweepNow = (id: string): Promise<Sweep> =>
    answerFromState(state, {
      local: (store) => showSweep(store, id, now().getTime()),
      path: `/sweeps/${id}`,
      output: Sweep,
    });
  const jobWatch = {
    ...watch,
    onProgress: ({ name, state: stands, step, maxSteps }: TrainingJob): void =>
      watch.onProgress(`${name} ${stands} ${step ?? 0}/${maxSteps}`, (step ?? 0) / maxSteps),
  };
  const sweepWatch = {
    ...watch,
    onProgress: ({ name, state: stands, trials, plan }: Sweep): void =>
      watch.onProgress(`${name} ${stands}, trial ${trials.length}`, trials.length / (plan.trials ?? trials.length + 1)),
  };
  return {
    job,
    check: (stages) => checkRuns(stages, place, python),
    train: async (request) => {
      const body = { ...request, ...own };
      const started = await answerFromState(state, {
        local: (store) => runTraining(store, body, { place, watch: jobWatch }),
        path: "/training/jobs",
        creates: true,
        body: { ...body, programme },
        output: TrainingJob,
      });
      return awaitTraining(started, () => job(started.id), jobWatch);
    },
    sweep: async (request) => {
      const body = { ...request, ...own };
      const started = await answerFromState(state, {
        local: (store) => runSweep(store, body, { place, watch: sweepWatch }),
        path: "/sweeps",
        creates: true,
        body: { ...body, programme },
        output: Sweep,
      });
      return awaitSweep(started, () => sweepNow(started.id), sweepWatch);
    },
  };
}
