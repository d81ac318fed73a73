import { join } from "node:path";

import type * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { issueText, valueAt } from "../../base/issue-text.ts";
import { parseJson } from "../../base/json.ts";
import { readTextIfAny } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { Budget, BudgetLine, NotBudgeted } from "../../domain/budget.ts";
import { isBudgetIntact } from "../../plan/budget/budget.ts";

/** File of the approved budget inside the programme folder. */
export const BUDGET_FILE = "budget.json";

/**
 * The approved budget of a programme folder, or undefined if there is none.
 *
 * @throws Failure bad_input if the file is not a budget, or was changed after its approval
 */
export async function readBudget(dir: string): Promise<Budget | undefined> {
  const text = await readTextIfAny(join(dir, BUDGET_FILE), { shown: BUDGET_FILE });
  if (text === null) return undefined;
  const value = parseJson(text, BUDGET_FILE);
  const parsed = Budget.safeParse(value);
  if (!parsed.success) {
    throw new Failure("bad_input", `${BUDGET_FILE}, ${problemOf(parsed.error.issues[0]!, value)}`, {
      hint: "move it away and approve the budget again: tunewright plan budget",
    });
  }
  if (!isBudgetIntact(parsed.data)) {
    throw new Failure(
      "bad_input",
      `${BUDGET_FILE} was changed after ${parsed.data.approver} approved it: hash mismatch`,
      {
        hint: "restore the approved file, or move it away and approve again: tunewright plan budget",
      },
    );
  }
  return parsed.data;
}

/** Problems by field; an unknown field with the most likely intended one. */
function problemOf(issue: z.core.$ZodIssue, value: unknown): string {
  const place = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") {
    return `${place === "" ? "top level" : place}: ${issueText(issue, valueAt(value, issue.path))}`;
  }
  const [key = ""] = issue.keys;
  const [field] = issue.path;
  const { shape } = field === undefined ? Budget : field === "lines" ? BudgetLine : NotBudgeted;
  const known = Object.keys(shape);
  const near = didYouMean(key, known);
  return `${[...issue.path, key].join(".")}: "${key}" is not a field here${near === undefined ? "" : ` (${near})`}`;
}
