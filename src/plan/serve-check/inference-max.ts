import type { RowText } from "../check/row-text.ts";

/** True if a row is a record of InferenceMAX, by its name or by the keys of its records. */
export function isInferenceMax(text: RowText): boolean {
  return /inferencemax|^model=.*;\s*silicon_concurrency=/i.test(text("extra_facts"));
}
