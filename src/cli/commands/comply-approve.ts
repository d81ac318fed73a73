import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { ApprovalRequest, PaperApproval } from "../../domain/paper-approval.ts";
import { defineCommand } from "../command.ts";
import { complianceOptions } from "../compliance-options.ts";

/** `tunewright comply approve`: records a person's approval of a paper in its current state. */
export default defineCommand({
  description:
    "Record that a person approves the current state of a paper: who, when, and the SHA-256 of its answers, in approvals.json. If the paper changes afterwards, its approval is shown as out of date.",
  args: ["paper", "dir"],
  options: ApprovalRequest,
  output: PaperApproval,
  examples: ['comply approve dpia my-programme --by "data protection officer"'],
  run: async (io, request) => {
    const { complyPapers } = await import("../../programme/comply/comply-papers.ts");
    const { approvePaper } = await import("../../programme/comply/paper-approvals.ts");
    const { toolName } = await import("../tool-name.ts");
    const dir = resolve(io.cwd, request.dir);
    const options = { ...(await complianceOptions(io, isoDay(io.now()))), tool: toolName() };
    const { papers } = await complyPapers(dir, options);
    const approval = await approvePaper(dir, papers, { request, now: io.now });
    return {
      json: approval,
      text: () => `${approval.paper} approved by ${approval.by} at ${approval.at}, SHA-256 ${approval.sha256}`,
      next: commandLine(["comply", "papers", request.dir]),
    };
  },
});
