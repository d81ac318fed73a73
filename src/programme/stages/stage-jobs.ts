import { Sweep } from "../../domain/sweep.ts";
import { TrainingJob } from "../../domain/training-job.ts";
import { answerFromState, type StatePlace } from "../state/with-state.ts";
import { awaitSweep, runSweep } from "../sweep/run-sweep.ts";
import { showSweep } from "../sweep/sweep-rows.ts";
import { showJob } from "../training/job-rows.ts";
import { awaitTraining, runTraining } from "../training/run-training.ts";
import type { StartPlace } from "../training/start-training.ts";
import type { StageTools } from "./stage-place.ts";

/** Signal that ends the wait, and callbacks for progress. */
export type StageWatch = {
  signal: AbortSignal;
  log: (line: string) => void;
  onProgress: (text: string, share: number) => void;
};

/**
 * Starts the jobs and sweeps of stages and waits for their end: supervised by the server of the folder if one runs,
 * otherwise by this process. A repeated start finds the first by its id.
 */
export function stageJobs(
  place: StartPlace,
  { python, watch }: { python: string | undefined; watch: StageWatch },
): Pick<StageTools, "train" | "sweep" | "job"> {
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
