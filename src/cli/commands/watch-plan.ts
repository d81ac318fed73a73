import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { isoDay } from "../../base/clock.ts";
import { Day } from "../../domain/source.ts";
import { JobList } from "../../domain/training-job.ts";
import { WatchOverview } from "../../domain/watch-check.ts";
import { WatchPlan } from "../../domain/watch-plan.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  from: Day.optional().describe("First day of the quarter; default: today"),
  save: z.boolean().default(false).describe("Write watch/plan.json: status then shows what is due and overdue"),
});

/** `tunewright watch plan [DIR]`: plans the maintenance of a quarter. */
export default defineCommand({
  description:
    "Plan the maintenance of a quarter as dated steps with cost ranges: drift checks, the monthly replay, re-evaluation, labelling of hard cases, the decision on retraining, one retraining, and a migration if the base model reaches its end of life. Its sum is shown next to the published headline, which does not equal the sum of its own parts.",
  args: ["dir"],
  options: Options,
  output: WatchPlan,
  examples: ["watch plan my-programme", "watch plan my-programme --from 2027-01-04 --save"],
  run: async (io, { dir, from, save }) => {
    const { planQuarter } = await import("../../programme/watch/plan-quarter.ts");
    const { planText } = await import("../../watch/plan-text.ts");
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const on = isoDay(io.now());
    const folder = resolve(io.cwd, dir);
    const { checks, jobs } = await stateOf(io, folder);
    const answer = await planQuarter({
      dir: folder,
      shown: dir,
      from: from ?? on,
      on,
      checks,
      jobs,
      costs: { hubCache: hubCacheOf(io.env), onStep: io.progress },
    });
    if (save) {
      const { savePlan } = await import("../../programme/watch/saved-plan.ts");
      io.note(`saved: ${await savePlan(folder, answer)}`);
    }
    return {
      json: answer,
      text: () => planText(answer),
      next: answer.steps.find(({ command }) => command !== null)?.command ?? commandLine(["status", dir]),
    };
  },
});

/** The last checks and the training jobs of a folder; none if nothing was logged yet. */
async function stateOf(io: Io, folder: string): Promise<WatchOverview & JobList> {
  const { answerFromState, programmeName } = await import("../../programme/state/with-state.ts");
  const { lastChecks } = await import("../../programme/watch/watch-records.ts");
  const { listJobs } = await import("../../programme/training/job-rows.ts");
  const place = { programmeDir: folder, env: io.env, now: io.now };
  const programme = programmeName(folder);
  try {
    const { checks } = await answerFromState(place, {
      local: async (store) => ({ checks: await lastChecks(store, programme) }),
      path: "/watch",
      query: { programme },
      output: WatchOverview,
    });
    const { jobs } = await answerFromState(place, {
      local: (store) => listJobs(store, io.now().getTime()),
      path: "/training/jobs",
      output: JobList,
    });
    return { checks, jobs };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return { checks: [], jobs: [] };
    throw error;
  }
}
