import type { EstimateCheck } from "../../domain/estimate-check.ts";
import { checkText } from "../check/check-text.ts";
import { littleLines } from "./little-lines.ts";

/** Text of a serving check, with the check of its rows by Little's law. */
export function servingCheckText(check: EstimateCheck): string {
  const blocks = [{ kind: "list", items: littleLines(check) } as const];
  return checkText(check, [{ id: "little", title: "Consistency of the measured figures", blocks }]);
}
