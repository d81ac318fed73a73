import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { JobList } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

/** `tunewright train list`: lists training jobs. */
export default defineCommand({
  description: "List the training jobs of this folder, newest first, with their state, attempts and cost.",
  args: [],
  options: z.strictObject({}),
  output: JobList,
  examples: ["train list", "train list --json"],
  run: async (io) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { listJobs } = await import("../../programme/training/job-rows.ts");
    const { jobListText } = await import("../../programme/training/training-text.ts");
    const list = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.jobs },
      { local: (store) => listJobs(store, io.now().getTime()), path: "/training/jobs", output: JobList },
    );
    const [first] = list.jobs;
    return {
      json: list,
      text: () => jobListText(list),
      next:
        first === undefined
          ? "describe a run in training.yaml, then: tunewright train start"
          : commandLine(["train", "show", first.id]),
    };
  },
});
