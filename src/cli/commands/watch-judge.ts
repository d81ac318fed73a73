import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { WatchJudged } from "../../domain/watch-judge.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Name of the monitor: watch/NAME.yaml"),
  dryRun: z.boolean().default(false).describe("Show the estimate and the first question, without sending anything"),
});

/** `tunewright watch judge NAME`: asks a model which answers are not supported by their prompt. */
export default defineCommand({
  description:
    "Ask the judge of a monitor (judge: in watch/NAME.yaml) whether the prompt supports the answer, for a random sample of the requests of each completed batch and for every request that people labelled. Each request is judged once. maxUsd is the cap of one run. watch check corrects the verdicts by human labels (PPI++). If interrupted or killed, run the same command again to continue.",
  args: ["name"],
  options: Options,
  output: WatchJudged,
  examples: ["watch judge support --dry-run", "watch judge support --yes"],
  run: async (io, { name, dryRun }) => {
    const { judgeRequests } = await import("../../programme/watch/judge-requests.ts");
    const { judgedText } = await import("../../programme/watch/judged-text.ts");
    const { judgeEnding, judgePlanText } = await import("../../curate/judge/judge-text.ts");
    const answer = await judgeRequests({
      programmeDir: io.cwd,
      name,
      isDryRun: dryRun,
      env: io.env,
      now: io.now,
      untilInterrupted: io.untilInterrupted,
      agree: (plan) => {
        io.note(judgePlanText(plan));
        return io.confirm("Send the requests to the judge?");
      },
      onProgress: (fraction) => io.progress("asking the judge", fraction),
    });
    const ended = answer.judge === null ? undefined : judgeEnding(answer.judge);
    return {
      json: answer,
      text: () => judgedText(answer),
      ...(ended === undefined ? {} : { ended }),
      next: dryRun ? commandLine(["watch", "judge", name]) : commandLine(["watch", "check", name]),
    };
  },
});
