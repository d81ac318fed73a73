import type { EstimateCheck } from "../../domain/estimate-check.ts";
import type { Section } from "../../report/document.ts";
import { terminalText } from "../../report/terminal.ts";
import { checkSections } from "./check-document.ts";

/**
 * Text of a check: how rows were judged, errors by quantity and by source, and reasons why rows were refused or
 * rejected. Cells and the worst rows are only on the HTML page.
 *
 * @param sections  sections specific to the kind of measurement
 */
export function checkText(check: EstimateCheck, sections: readonly Section[] = []): string {
  return terminalText({ sections: checkSections(check, { sections }) });
}
