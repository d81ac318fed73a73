import { userInfo } from "node:os";
import { resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Budget } from "../../domain/budget.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  approver: z.string().min(1).optional().describe("Name of the person who approves; default: the name of your account"),
  note: z.string().default("").describe("Words of the approver, kept in the budget"),
});

/** `tunewright plan budget [DIR]`: writes the approved budget that later spending is metered against. */
export default defineCommand({
  description:
    "Write budget.json into the programme folder: a line and a cap per activity, the approver, the day and a hash. A budget that is there is replaced, and one against a no-go study is written, only after a yes.",
  args: ["dir"],
  options: Options,
  output: Budget,
  examples: [
    'plan budget my-programme --approver "Head of finance"',
    'plan budget my-programme --approver "Head of finance" --note "first half of the year" --yes',
  ],
  run: async (io, { dir, note, ...asked }) => {
    const approver = asked.approver ?? accountName(io.env);
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { programmeCosts } = await import("../../programme/cost/programme-costs.ts");
    const { approveBudget } = await import("../../plan/budget/budget.ts");
    const { readBudget } = await import("../../programme/budget/read-budget.ts");
    const { isNoGo, readStudy } = await import("../../programme/study/read-study.ts");
    const { REPORT_FOLDER } = await import("../../programme/folder/report-folder.ts");
    const { writeBudget } = await import("../../programme/budget/write-budget.ts");
    const { budgetText } = await import("../../plan/budget/budget-text.ts");
    const folder = resolve(io.cwd, dir);
    const approvedOn = isoDay(io.now());
    const old = await readBudget(folder); // one that is broken stops before the costs are counted
    const { loaded, cost } = await programmeCosts(folder, {
      on: approvedOn,
      hubCache: hubCacheOf(io.env),
      onStep: io.progress,
    });
    const { programme, sha256: programmeSha256 } = loaded;
    const budget = approveBudget({ programme, cost, approver, approvedOn, note, programmeSha256 });
    if (isNoGo(await readStudy(resolve(folder, REPORT_FOLDER)), programmeSha256)) {
      const what = "the study of this programme says no-go";
      io.note(`warning: ${what}`);
      if (!(await io.confirm(`Approve ${budget.totalUsd} USD although ${what}?`))) {
        throw new Failure("bad_input", `${what}: its budget is not approved without a yes`, {
          hint: "--yes approves it all the same",
        });
      }
    }
    if (old !== undefined) {
      const what = `a budget of ${old.totalUsd} USD, approved by ${old.approver} on ${old.approvedOn}`;
      if (!(await io.confirm(`${folder} has ${what}. Replace it by ${budget.totalUsd} USD?`))) {
        throw new Failure("bad_input", `${folder} has ${what} already`, { hint: "--yes replaces it" });
      }
    }
    const path = await writeBudget(folder, budget);
    return {
      json: budget,
      text: () => `${budgetText(budget, cost)}\n\nwritten: ${path}`,
      next: commandLine(["status", dir]),
    };
  },
});

/** Name of the account that runs the command, as its environment or the system has it. */
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
