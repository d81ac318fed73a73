import { userInfo } from "node:os";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Budget } from "../../domain/budget.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  approver: z.string().min(1).optional().describe("Name of the person who approves; default: the name of your account"),
  note: z.string().default("").describe("Note of the approver, stored in the budget"),
});

/** `tunewright plan budget [DIR]`: writes the approved budget with which later spending is compared. */
export default defineCommand({
  description:
    "Write budget.json into the programme folder: a line and a cap per activity, the approver, the day and a hash. Replacing an existing budget, and approving one despite a no-go study, requires confirmation.",
  args: ["dir"],
  options: Options,
  output: Budget,
  examples: [
    'plan budget my-programme --approver "Head of finance"',
    'plan budget my-programme --approver "Head of finance" --note "first half of the year" --yes',
  ],
  run: async (io, request) => {
    const { approveProgrammeBudget } = await import("../../programme/study/approve-programme-budget.ts");
    const { budgetText } = await import("../../plan/budget/budget-text.ts");
    const { budget, cost, path } = await approveProgrammeBudget(io, {
      ...request,
      approver: request.approver ?? accountName(io.env),
    });
    return {
      json: budget,
      text: () => `${budgetText(budget, cost)}\n\nwritten: ${path}`,
      next: commandLine(["status", request.dir]),
    };
  },
});

/** Name of the account that runs the command, from the environment or the system. */
function accountName(env: Readonly<Record<string, string | undefined>>): string {
  const named = env["USER"] ?? env["USERNAME"] ?? "";
  if (named !== "") return named;
  try {
    return userInfo().username;
  } catch (cause) {
    const hint = "add --approver with the name of the person who approves";
    throw new Failure("bad_input", "your account has no name to approve the budget with", { hint, cause });
  }
}
