import type { LoadTestResult } from "../domain/loadtest-result.ts";
import { terminalText } from "../report/terminal.ts";
import { loadTestDocument } from "./loadtest-document.ts";

/** Text of a load test. */
export function loadTestText(result: LoadTestResult): string {
  return terminalText(loadTestDocument(result));
}
