import type { Comparison } from "../../domain/comparison.ts";
export function comparePage(comparison: Comparison): string {
  return comparison.verdict;
}
