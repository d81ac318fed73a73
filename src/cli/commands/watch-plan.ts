import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Day } from "../../domain/source.ts";
import { InnerPath } from "../../domain/training-job.ts";
import { WatchPlan } from "../../domain/watch-plan.ts";
import { defineCommand } from "../command.ts";

const Options = z
  .strictObject({
    dir: z.string().default(".").describe("Programme folder"),
    from: Day.optional().describe("First day of the quarter; default: today"),
    save: z.boolean().default(false).describe("Write watch/plan.json; status then shows due and overdue steps"),
    stages: InnerPath.optional().describe(
      "If retraining is due, write it as a plan for train stages; with --training and --evaluation",
    ),
    training: InnerPath.optional().describe("Training file of these stages"),
    evaluation: z
      .string()
      .min(1)
      .optional()
      .describe("Evaluation of these stages, whose gates the new model must pass"),
  })
  .refine(
    ({ stages, training, evaluation }) =>
      (stages === undefined) === (training === undefined) && (stages === undefined) === (evaluation === undefined),
    "expected --stages, --training and --evaluation together, or none of them",
  );

/** `tunewright watch plan [DIR]`: plans the maintenance of a quarter. */
export default defineCommand({
  description:
    "Plan the maintenance of a quarter as dated steps with cost ranges: drift checks, the monthly replay, re-evaluation, labelling of hard cases, the decision on retraining, one retraining, and a migration if the base model reaches its end of life. The total is shown next to the published headline figure, which does not equal the sum of its own parts. The decision on retraining compares the expected gain (what evaluations over time lost, else the published figure) with its cost and risks.",
  args: ["dir"],
  options: Options,
  output: WatchPlan,
  examples: ["watch plan my-programme", "watch plan my-programme --from 2027-01-04 --save"],
  run: async (io, { dir, from, save, stages: out, training, evaluation }) => {
    const { planMaintenance } = await import("../../programme/watch/plan-maintenance.ts");
    const { planText } = await import("../../watch/plan-text.ts");
    const stages =
      out === undefined || training === undefined || evaluation === undefined
        ? undefined
        : { out, training, evaluation };
    const answer = await planMaintenance(io, { dir, from, save, stages });
    return {
      json: answer,
      text: () => planText(answer),
      // other steps need a file or a name that the user chooses
      next: answer.steps.find(({ kind }) => kind === "drift")?.command ?? commandLine(["status", dir]),
    };
  },
});
