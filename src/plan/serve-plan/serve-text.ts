import type { ServePlan } from "../../domain/serve-plan.ts";
import { terminalText } from "../../report/terminal.ts";
import { serveDocument } from "./serve-document.ts";

/** Text of a serving plan. */
export function serveText(plan: ServePlan): string {
  return terminalText(serveDocument(plan, { day: "" }));
}
