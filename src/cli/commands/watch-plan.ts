import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Day } from "../../domain/source.ts";
import { WatchPlan } from "../../domain/watch-plan.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  from: Day.optional().describe("First day of the quarter; default: today"),
  save: z.boolean().default(false).describe("Write watch/plan.json; status then shows due and overdue steps"),
});

/** `tunewright watch plan [DIR]`: plans the maintenance of a quarter. */
export default defineCommand({
  description:
    "Plan the maintenance of a quarter as dated steps with cost ranges: drift checks, the monthly replay, re-evaluation, labelling of hard cases, the decision on retraining, one retraining, and a migration if the base model reaches its end of life. The total is shown next to the published headline figure, which does not equal the sum of its own parts.",
  args: ["dir"],
  options: Options,
  output: WatchPlan,
  examples: ["watch plan my-programme", "watch plan my-programme --from 2027-01-04 --save"],
  run: async (io, { dir, from, save }) => {
    const { planMaintenance } = await import("../../programme/watch/plan-maintenance.ts");
    const { planText } = await import("../../watch/plan-text.ts");
    const answer = await planMaintenance(io, { dir, from, save });
    return {
      json: answer,
      text: () => planText(answer),
      next: answer.steps.find(({ command }) => command !== null)?.command ?? commandLine(["status", dir]),
    };
  },
});
