import * as z from "zod";

import { JobList } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

/** `tunewright train supervise`: supervises jobs without a server. */
export default defineCommand({
  description:
    "Supervise the training jobs and sweeps of this folder until all have ended, like a server: after a supervisor was killed, or without a server. Running jobs continue; none is started twice.",
  args: [],
  options: z.strictObject({}),
  output: JobList,
  examples: ["train supervise"],
  run: async (io) => {
    const { answerFromState, EMPTY_STATE, programmeName } = await import("../../programme/state/with-state.ts");
    const { listJobs } = await import("../../programme/training/job-rows.ts");
    const { superviseFolder } = await import("../../programme/sweep/run-sweep.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { jobListText } = await import("../../programme/training/training-text.ts");
    const list = await io.untilInterrupted((signal) =>
      answerFromState(
        { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
        {
          local: async (store) => {
            const pricing = await folderPricing(io, [programmeName(io.cwd)]);
            await superviseFolder(store, {
              place: { env: io.env, now: io.now, pricing },
              watch: { signal, log: io.note },
            });
            return listJobs(store, io.now().getTime());
          },
          path: "/training/jobs",
          output: JobList,
        },
      ),
    );
    return { json: list, text: () => jobListText(list), next: "tunewright train list" };
  },
});
