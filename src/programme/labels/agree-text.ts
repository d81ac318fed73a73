import { textTable, wrapText } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { AgreementReport } from "../../domain/agreement.ts";

/** Number of labels and raters that a summary lists. */
const MOST_LISTED = 20;

/** Text of the agreement: coefficients with their intervals, labels, raters, versions; caveats. */
export function agreeText(report: AgreementReport): string {
  const { items, pairable, raters, labels, metrics, perLabel, perRater, perVersion, consensus, findings } = report;
  const right = (head: string): { head: string; align: "right" } => ({ head, align: "right" });
  const parts = [
    `${counted(labels, "label")} by ${counted(raters, "rater")} on ${counted(items, "item")}; ${pairable} with two or more`,
    textTable(
      [{ head: "coefficient" }, right("value"), right("95 % interval"), { head: "" }],
      metrics.map(({ name, value, ci95, reason }) => [
        name,
        shown(value),
        ci95 === null ? "" : `${shown(ci95[0])} to ${shown(ci95[1])}`,
        reason ?? "",
      ]),
    ),
  ];
  if (perLabel.length > 0) {
    parts.push(
      textTable(
        [{ head: "label" }, right("given"), right("alpha"), right("specific")],
        perLabel
          .slice(0, MOST_LISTED)
          .map(({ label, given, alpha, specific }) => [label, String(given), shown(alpha), shown(specific)]),
      ),
    );
  }
  if (perRater.length > 0) {
    parts.push(
      textTable(
        [{ head: "rater" }, right("labels"), right("shared"), right("agreement"), right("accuracy (est.)")],
        perRater
          .slice(0, MOST_LISTED)
          .map(({ rater, labels: given, shared, agreement, accuracy }) => [
            rater,
            String(given),
            String(shared),
            shown(agreement),
            shown(accuracy),
          ]),
      ),
    );
  }
  if (perVersion.length > 0) {
    parts.push(
      textTable(
        [{ head: "guideline version" }, right("items"), right("alpha")],
        perVersion.map(({ version, pairable: shared, alpha }) => [version, String(shared), shown(alpha)]),
      ),
    );
  }
  if (consensus !== null) {
    parts.push(
      `majority and Dawid-Skene choose differently on ${consensus.differ} of ${counted(consensus.items, "item")}; ${counted(consensus.ties, "tie")}`,
    );
  }
  if (findings.length > 0) parts.push(findings.map((finding) => wrapText(finding)).join("\n"));
  return parts.join("\n\n");
}

function shown(value: number | null): string {
  return value === null ? "none" : value.toFixed(3);
}
