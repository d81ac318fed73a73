import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { JobList } from "../../domain/training-job.ts";
import { WatchOverview } from "../../domain/watch-check.ts";
import type { WatchPlan } from "../../domain/watch-plan.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { listEvaluations } from "../evaluate/list-evaluations.ts";
import { answerFromState, programmeName } from "../state/with-state.ts";
import { listJobs } from "../training/job-rows.ts";
import { planQuarter } from "./plan-quarter.ts";
import { qualityOverTime } from "./quality-over-time.ts";
import { savePlan } from "./saved-plan.ts";
import { lastChecks } from "./watch-records.ts";
import { type RetrainStages, writeRetrainStages } from "./write-retrain-stages.ts";

/** The quarter, and what to write. */
export type MaintenanceRequest = {
  /** Programme folder as the user wrote it. */
  dir: string;
  /** First day of the quarter; default: today. */
  from: string | undefined;
  /** Write `watch/plan.json`. */
  save: boolean;
  /** Also write the retraining as stages; default: not. */
  stages?: RetrainStages | undefined;
};

/**
 * The maintenance of a quarter, from the last checks and training jobs of the folder; saved for `status` on request.
 *
 * @throws Failure as `planQuarter` and `writeRetrainStages`
 */
export async function planMaintenance(
  io: Pick<Context, "cwd" | "env" | "now" | "note" | "progress">,
  { dir, from, save, stages }: MaintenanceRequest,
): Promise<WatchPlan> {
  const on = isoDay(io.now());
  const folder = resolve(io.cwd, dir);
  const { checks, jobs } = await stateOf(io, folder);
  const plan = await planQuarter({
    dir: folder,
    shown: dir,
    from: from ?? on,
    on,
    checks,
    jobs,
    quality: qualityOverTime((await listEvaluations(folder)).evaluations),
    costs: { hubCache: hubCacheOf(io.env), onStep: io.progress },
  });
  if (stages !== undefined) {
    await writeRetrainStages(folder, plan, stages);
    io.note(`written: ${stages.out}`);
  }
  if (save) io.note(`saved: ${await savePlan(folder, plan)}`);
  return plan;
}

/** The last checks and the training jobs of a folder; none if nothing was logged yet. */
async function stateOf({ env, now }: Pick<Context, "env" | "now">, folder: string): Promise<WatchOverview & JobList> {
  const place = { programmeDir: folder, env, now };
  const programme = programmeName(folder);
  try {
    const { checks } = await answerFromState(place, {
      local: async (store) => ({ checks: await lastChecks(store, programme) }),
      path: "/watch",
      query: { programme },
      output: WatchOverview,
    });
    const { jobs } = await answerFromState(place, {
      local: (store) => listJobs(store, now().getTime()),
      path: "/training/jobs",
      output: JobList,
    });
    return { checks, jobs };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return { checks: [], jobs: [] };
    throw error;
  }
}
