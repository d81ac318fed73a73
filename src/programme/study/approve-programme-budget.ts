import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { Budget } from "../../domain/budget.ts";
import type { ProgrammeCost } from "../../domain/cost.ts";
import { approveBudget } from "../../plan/budget/budget.ts";
import { readBudget } from "../budget/read-budget.ts";
import { writeBudget } from "../budget/write-budget.ts";
import { programmeCosts } from "../cost/programme-costs.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";
import { isNoGo, readStudy } from "./read-study.ts";

/** A budget to approve: the programme, the approver, the comment. */
export type ApprovalRequest = { dir: string; approver: string; note: string };

/** An approved budget, the costs behind it, and its file. */
export type ApprovedBudget = { budget: Budget; cost: ProgrammeCost; path: string };

/**
 * Writes the budget of a programme. Replacing a budget, and approving one against a no-go study, is confirmed first.
 *
 * @throws Failure bad_input without that confirmation; as `programmeCosts`
 */
export async function approveProgrammeBudget(
  context: Context,
  { dir, approver, note }: ApprovalRequest,
): Promise<ApprovedBudget> {
  const { cwd, env, now, progress } = context;
  const folder = resolve(cwd, dir);
  const approvedOn = isoDay(now());
  const old = await readBudget(folder); // a broken file is reported before the costs are computed
  const { loaded, cost } = await programmeCosts(folder, {
    on: approvedOn,
    hubCache: hubCacheOf(env),
    onStep: progress,
  });
  const { programme, sha256: programmeSha256 } = loaded;
  const budget = approveBudget({ programme, cost, approver, approvedOn, note, programmeSha256 });
  if (isNoGo(await readStudy(resolve(folder, REPORT_FOLDER)), programmeSha256)) await confirmNoGo(context, budget);
  if (old !== undefined) await confirmReplacement(context, { folder, old, budget });
  return { budget, cost, path: await writeBudget(folder, budget) };
}

async function confirmNoGo({ note, confirm }: Context, { totalUsd }: Budget): Promise<void> {
  const what = "the study of this programme says no-go";
  note(`warning: ${what}`);
  if (await confirm(`Approve ${totalUsd} USD although ${what}?`)) return;
  throw new Failure("bad_input", `${what}: approving its budget requires confirmation`, {
    hint: "pass --yes to approve it anyway",
  });
}

async function confirmReplacement(
  { confirm }: Context,
  { folder, old, budget }: { folder: string; old: Budget; budget: Budget },
): Promise<void> {
  const what = `a budget of ${old.totalUsd} USD, approved by ${old.approver} on ${old.approvedOn}`;
  if (await confirm(`${folder} has ${what}. Replace it by ${budget.totalUsd} USD?`)) return;
  throw new Failure("bad_input", `${folder} already has ${what}`, { hint: "--yes replaces it" });
}
