import { DATA_RULES } from "./rules/data.ts";
import { GOALS_RULES } from "./rules/goals.ts";
import { MACHINES_RULES } from "./rules/machines.ts";
import type { MethodRule } from "./rules/method-rule.ts";
import { NEED_RULES } from "./rules/need.ts";
import { PREFERENCES_RULES } from "./rules/preferences.ts";
import { REWARDS_RULES } from "./rules/rewards.ts";

export type { MethodRule } from "./rules/method-rule.ts";

/** The table of all method rules, in the order in which reasons are listed. */
export const METHOD_RULES: readonly MethodRule[] = [
  ...NEED_RULES,
  ...DATA_RULES,
  ...GOALS_RULES,
  ...REWARDS_RULES,
  ...PREFERENCES_RULES,
  ...MACHINES_RULES,
];
