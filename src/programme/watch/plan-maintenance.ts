import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { JobList } from "../../domain/training-job.ts";
import { WatchOverview } from "../../domain/watch-check.ts";
import type { WatchPlan } from "../../domain/watch-plan.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { answerFromState, programmeName } from "../state/with-state.ts";
import { listJobs } from "../training/job-rows.ts";
import { planQuarter } from "./plan-quarter.ts";
import { savePlan } from "./saved-plan.ts";
import { lastChecks } from "./watch-records.ts";

/**
 * The maintenance of a quarter, from the last checks and training jobs of the folder; saved for `status` on request.
 *
 * @param request  `dir` as the user wrote it; `from` is the first day of the quarter, default: today
 * @throws Failure as `planQuarter`
 */
export async function planMaintenance(
  io: Pick<Context, "cwd" | "env" | "now" | "note" | "progress">,
  { dir, from, save }: { dir: string; from: string | undefined; save: boolean },
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
    costs: { hubCache: hubCacheOf(io.env), onStep: io.progress },
  });
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
