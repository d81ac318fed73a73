import type { EstimateCheck } from "../../domain/estimate-check.ts";
import { checkText } from "../check/check-text.ts";
import { littleLines } from "./little-lines.ts";

/** A check of serving for a terminal, with what Little's law says of its rows. */
export function servingCheckText(check: EstimateCheck): string {
  const blocks = [{ kind: "list", items: littleLines(check) } as const];
  return checkText(check, [{ id: "little", title: "Consistency of the measured figures", blocks }]);
}
