import type { EvaluationResult } from "../../domain/evaluation-result.ts";

const PARTS = {
  set: "the frozen set",
  prompt: "the prompt",
  scorers: "the scorers",
  sampling: "the sampling settings",
} as const;

/** Differences between two evaluations other than the target; empty if they can be compared. */
export function otherDifferences(baseline: EvaluationResult, target: EvaluationResult): string[] {
  return (Object.keys(PARTS) as (keyof typeof PARTS)[])
    .filter((part) => baseline.fingerprints[part] !== target.fingerprints[part])
    .map((part) => PARTS[part]);
}
