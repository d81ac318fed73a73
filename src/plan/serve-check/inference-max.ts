import type { RowText } from "../check/row-text.ts";

/**
 * Keys of a record of InferenceMAX, which states neither how its lengths were drawn nor how many requests were sent: its
 * program fixes both.
 */
const RECORD = /^model=.*;\s*silicon_concurrency=/i;

/** True if a row is a record of InferenceMAX, by the keys of its records. */
export function isInferenceMax(text: RowText): boolean {
  return RECORD.test(text("extra_facts"));
}
