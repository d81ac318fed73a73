import type { AgreementReport } from "../domain/agreement.ts";
import type { LabelTable } from "./label-table.ts";

/** Percentage agreement above which a low kappa is the prevalence paradox, and the value of kappa that is low. */
const HIGH_AGREEMENT = 0.8;
const LOW_KAPPA = 0.4;

/** Share of one label above which the distribution counts as skewed. */
const SKEWED = 0.8;

/** Number of items below which an interval is not informative. */
const FEW_ITEMS = 30;

/**
 * Notes on interpreting coefficients: the prevalence paradox, few items, a single rater, intervals from fewer
 * resamples.
 *
 * @source Feinstein and Cicchetti 1990, "High agreement but low kappa: I. The problems of two paradoxes"
 */
export function agreementFindings(
  report: Omit<AgreementReport, "findings">,
  { items }: LabelTable,
  draws: number,
): string[] {
  const { metrics, perLabel, pairable, raters, labels } = report;
  const value = (name: string): number | null => metrics.find((metric) => metric.name === name)?.value ?? null;
  const findings: string[] = [];
  if (raters < 2) findings.push("only one rater: agreement requires two raters who label the same items");
  else if (pairable === 0) findings.push(`no item has two labels: ${items.length} items have one each`);
  const percent = value("percent-agreement");
  const kappa = value("krippendorff-alpha-nominal") ?? value("cohen-kappa");
  const most = perLabel[0];
  if (percent !== null && kappa !== null && percent >= HIGH_AGREEMENT && kappa < LOW_KAPPA && most !== undefined) {
    const share = most.given / labels;
    if (share >= SKEWED) {
      const ac1 = value("gwet-ac1");
      findings.push(
        `prevalence paradox: ${shownShare(percent)} of the pairs agree, yet chance-corrected agreement is ${kappa.toFixed(2)}, because ${shownShare(share)} of the labels are "${most.label}"${ac1 === null ? "" : `; Gwet's AC1, which is robust to this, is ${ac1.toFixed(2)}`}. Look at the agreement on the rare labels`,
      );
    }
  }
  if (pairable > 0 && pairable < FEW_ITEMS) {
    findings.push(`${pairable} items have two labels: the intervals are wide, and their ends rough`);
  }
  if (pairable > 0 && draws < 1_000) findings.push(`intervals of ${draws} resamples, for the number of items`);
  return findings;
}

function shownShare(share: number): string {
  return `${Math.round(100 * share)} %`;
}
