import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { SynthesisAnswer } from "../../domain/synthesis-result.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Name of the synthesis: synthesize/NAME.yaml"),
  dryRun: z.boolean().default(false).describe("Show the requests and their highest possible cost; send nothing"),
  pilot: z
    .boolean()
    .default(false)
    .describe("Request only the pilot and estimate yield and cost of the rest; nothing is frozen"),
});

/** `tunewright data synthesize`: lets a model write rows, which are checked and paid for. */
export default defineCommand({
  description:
    "Generate rows by a recipe: self-instruct, question-answer, paraphrase or rejected-answer. Checks that the model's terms allow training on its outputs, runs a pilot first and estimates the rest, stays below the cap, drops every row that fails a check with its reason, and freezes the others in synthetic/NAME/vN. If interrupted or killed, run the same command again to continue: no answer is requested or paid for twice. Exits with code 5 if the outputs may not be trained on or no row of the pilot passes.",
  args: ["name"],
  options: Options,
  output: SynthesisAnswer.describe("the generated and kept rows and their cost; with --dry-run the plan"),
  examples: ["data synthesize faq --dry-run", "data synthesize faq --pilot --yes", "data synthesize faq --yes"],
  run: async (io, { name, dryRun, pilot }) => {
    const { planSynthesis, synthesize } = await import("../../programme/synthesize/synthesize.ts");
    const { dryRunText, planText, synthesisText, yieldText } = await import("../../synthesize/synthesis-text.ts");
    const { judgePlanText } = await import("../../curate/judge/judge-text.ts");
    const { toolName } = await import("../tool-name.ts");
    if (dryRun) {
      const plan = await planSynthesis({ dir: io.cwd, name }, io);
      return { json: plan, text: () => dryRunText(plan), next: commandLine(["data", "synthesize", name, "--pilot"]) };
    }
    const { result, ended } = await synthesize(
      { dir: io.cwd, name, pilotOnly: pilot },
      {
        env: io.env,
        now: io.now,
        tool: toolName(),
        untilInterrupted: io.untilInterrupted,
        onProgress: (step, fraction) => io.progress(step, fraction),
        agree: (plan) => {
          io.note(planText(plan));
          return io.confirm("Send these prompts?");
        },
        agreeToRest: (estimate) => {
          io.note(yieldText(estimate));
          return io.confirm("Ask for the remaining rows?");
        },
        agreeToJudge: (plan) => {
          io.note(judgePlanText(plan));
          return io.confirm("Send the rows to the judge?");
        },
      },
    );
    const next = result.sealed === null ? ["data", "synthesize", name] : ["data", "verify", result.sealed.dir];
    return {
      json: result,
      text: () => synthesisText(result),
      ...(ended === undefined ? {} : { ended }),
      ...(result.kept === 0 ? { failed: `no row of ${name} passed the checks` } : {}),
      next: commandLine(next),
    };
  },
});
