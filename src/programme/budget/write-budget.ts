import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Budget } from "../../domain/budget.ts";
import { BUDGET_FILE } from "./read-budget.ts";

/** Writes an approved budget into the programme folder, completely or not at all; returns its path. */
export async function writeBudget(dir: string, budget: Budget): Promise<string> {
  const path = join(dir, BUDGET_FILE);
  await atomicWrite(path, `${JSON.stringify(budget, null, 2)}\n`);
  return path;
}
