import { readFileSync } from "node:fs";

/** A condition over one row: a function and its arguments, as in `["is", "ChargeCategory", "Usage"]`. */
export type FocusCheck = readonly [name: string, ...args: readonly unknown[]];

/** A rule of FOCUS 1.2 as data. */
export type FocusRule = {
  /** Id in the published model, as in `ChargeCategory-C-003-M`. */
  id: string;
  level: "must" | "should";
  text: string;
  /** It applies only to a provider that supports this feature. */
  isConditional: boolean;
  check: FocusCheck;
  /** Rows that the rule applies to; null for all. */
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
