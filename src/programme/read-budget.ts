import { join } from "node:path";

import { Failure } from "../base/failure.ts";
import { parseJson } from "../base/json.ts";
import { readText } from "../base/read-text.ts";
import { Budget } from "../domain/budget.ts";
import { isBudgetIntact } from "../plan/budget.ts";

/** File of the approved budget inside the programme folder. */
export const BUDGET_FILE = "budget.json";

/**
 * The approved budget of a programme folder, or undefined where there is none.
 *
 * @throws Failure bad_input where the file is not a budget, or was changed after it was approved
 */
export async function readBudget(dir: string): Promise<Budget | undefined> {
  const path = join(dir, BUDGET_FILE);
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return undefined;
    throw error;
  }
  const parsed = Budget.safeParse(parseJson(text, path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new Failure("bad_input", `${path}, ${issue.path.join(".") || "top level"}: ${issue.message}`, {
      hint: "move it away and approve the budget again: tunewright plan budget",
    });
  }
  if (!isBudgetIntact(parsed.data)) {
    throw new Failure(
      "bad_input",
      `${path} was changed after ${parsed.data.approver} approved it: its hash does not fit`,
      {
        hint: "restore the approved file, or move it away and approve again: tunewright plan budget",
      },
    );
  }
  return parsed.data;
}
