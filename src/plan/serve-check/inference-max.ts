import type { RowText } from "../check/row-text.ts";

/**
 * Keys of an InferenceMAX record, which states neither how its lengths were drawn nor how many requests were sent; its
 * program fixes both.
 */
const RECORD = /^model=.*;\s*silicon_concurrency=/i;

/** True if a row has the keys of an InferenceMAX record. */
export function isInferenceMax(text: RowText): boolean {
  return RECORD.test(text("extra_facts"));
}
