import type { Comparison } from "../../domain/comparison.ts";
import { terminalText } from "../../report/terminal.ts";
import { compareDocument } from "./compare-document.ts";

/** Text of a comparison. */
export function compareText(comparison: Comparison): string {
  return terminalText(compareDocument(comparison));
}
