import { readFileSync } from "node:fs";

/** A condition on one row: a function and its arguments, such as `["is", "ChargeCategory", "Usage"]`. */
export type FocusCheck = readonly [name: string, ...args: readonly unknown[]];

/** A rule of FOCUS 1.2 as data. */
export type FocusRule = {
  /** Id in the published model, such as `ChargeCategory-C-003-M`. */
  id: string;
  level: "must" | "should";
  text: string;
  /** True if the rule applies only to a provider that supports this feature. */
  isConditional: boolean;
  check: FocusCheck;
  /** Rows to which the rule applies; null for all. */
  when: FocusCheck | null;
};

let rules: readonly FocusRule[] | undefined;

/**
 * Rules of FOCUS 1.2 that can be checked on a single file.
 *
 * @source requirements model 1.2 of the FOCUS validator (FinOps Foundation, MIT): its static rules with one check each,
 *   without the three whose condition is not in the file (whether a charge is on an invoice, or an account can have a name)
 */
export function focusRules(): readonly FocusRule[] {
  return (rules ??= readFileSync(new URL("./data/focus-rules.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as FocusRule));
}
