import { sentence, counted, whole } from "../../base/words.ts";
import type { CheckSummary, EstimateCheck } from "../../domain/estimate-check.ts";
import { percentText } from "./error-columns.ts";
import { quantityWords } from "./quantity-words.ts";

/** Sentences on how the rows were judged. */
export function judgedLines(check: EstimateCheck): string[] {
  const { leftOut, notes } = check;
  return [
    countsLine(check),
    ...coverageLines(check),
    leftOut.length === 0
      ? "No source of this file is in the calibration: every estimate is for an unseen source."
      : `Leave-one-source-out: the calibration contains ${leftOut.join(", ")}; rows of a source were estimated without that source.`,
    ...notes.map((note) => `${sentence(note)}.`),
  ];
}

/** Number of rows by result: each measured value is answered, refused or rejected; a row may have none. */
function countsLine({ rows, summary, unmeasured }: EstimateCheck): string {
  const sum = (count: (entry: CheckSummary) => number): number => summary.reduce((all, entry) => all + count(entry), 0);
  const measured = new Set(rows.map(({ line }) => line)).size;
  const without = unmeasured === 0 ? "" : ` ${counted(unmeasured, "row")} contain${unmeasured === 1 ? "s" : ""} none.`;
  const [answered, refused, rejected] = [
    sum((entry) => entry.answered),
    sum((entry) => entry.refused),
    sum((entry) => entry.rejected),
  ];
  return `${counted(measured, "row")} of ${whole(measured + unmeasured)} contain${measured === 1 ? "s" : ""} ${counted(rows.length, "measured value")}: ${whole(answered)} answered, ${whole(refused)} refused, ${whole(rejected)} rejected.${without}`;
}

/**
 * Coverage for the average source, in addition to that of all rows. Rows of one source are sweeps and near-copies, and
 * a new user corresponds to a new source rather than to a new row.
 */
function coverageLines({ summary, groups }: EstimateCheck): string[] {
  return summary.flatMap(({ quantity, coverageP10P90Pct: ofRows }) => {
    const bySource = groups.flatMap((group) =>
      group.quantity === quantity && group.coverageP10P90Pct !== null ? [group.coverageP10P90Pct] : [],
    );
    if (bySource.length < 2) return [];
    const mean = bySource.reduce((sum, value) => sum + value, 0) / bySource.length;
    return [
      `p10–p90 of ${quantityWords(quantity).short} cover ${percentText(ofRows)} % of all rows and ${percentText(mean)} % of the rows of an average source.`,
    ];
  });
}
