import { resolve } from "node:path";

import * as z from "zod";

import { ComplianceReport } from "../../domain/compliance.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";
import { complianceOptions } from "../compliance-options.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  on: Day.optional().describe("Day of the answer; default: today"),
  explain: z
    .boolean()
    .default(false)
    .describe("Show the chain of each role: rule, facts with their sources, and what would change the answer"),
  deletionsHead: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "expected 64 hex digits")
    .optional()
    .describe("Head of deletions.jsonl that an earlier answer printed: a record rewritten since is out of date"),
});

/** `tunewright comply show`: shows which duties apply, why and from when, with the available evidence. */
export default defineCommand({
  description:
    "Show which legal and contractual requirements apply to a programme: its roles with reasons, the requirements by kind with their dates, the evidence in its own files, and what is missing. Not legal advice.",
  args: ["dir"],
  options: Options,
  output: ComplianceReport,
  examples: [
    "comply show my-programme",
    "comply show my-programme --explain",
    "comply show my-programme --on 2027-12-02 --json",
  ],
  run: async (io, { dir, on, explain, deletionsHead }) => {
    const { complyShow } = await import("../../programme/comply/comply-show.ts");
    const { complyText } = await import("../../programme/comply/comply-text.ts");
    const options = { ...(await complianceOptions(io, on)), deletionsHead };
    const { report } = await complyShow(resolve(io.cwd, dir), options);
    const next = report.questions.length > 0 ? `tunewright comply ask ${dir}` : `tunewright comply papers ${dir}`;
    return { json: report, text: () => complyText(report, explain), next };
  },
});
