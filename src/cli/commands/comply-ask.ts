import { resolve } from "node:path";

import * as z from "zod";

import { ComplianceQuestion } from "../../domain/compliance.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";
import { complianceOptions } from "../compliance-options.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  on: Day.optional().describe("Day of the answer; default: today"),
});

/** `tunewright comply ask`: asks for facts that only people know, the most decisive first. */
export default defineCommand({
  description:
    "List the unstated facts that decide whether a requirement applies, most decisive first, as a block to paste into compliance.yaml.",
  args: ["dir"],
  options: Options,
  output: z.strictObject({ questions: z.array(ComplianceQuestion).describe("Open questions, most decisive first") }),
  examples: ["comply ask my-programme"],
  run: async (io, { dir, on }) => {
    const { complyShow } = await import("../../programme/comply/comply-show.ts");
    const { questionsText } = await import("../../programme/comply/comply-text.ts");
    const { report } = await complyShow(resolve(io.cwd, dir), await complianceOptions(io, on));
    return {
      json: { questions: report.questions },
      text: () => questionsText(report),
      next: `tunewright comply show ${dir}`,
    };
  },
});
