import { formatNumber } from "../../base/units.ts";
import { counted } from "../../base/words.ts";
import type { EstimateCheck } from "../../domain/estimate-check.ts";

/** Maximum number of listed rows that violate Little's law. */
const SHOWN_BROKEN = 5;

/** Sentences on the check by Little's law; violations are listed, largest first. */
export function littleLines({ little }: EstimateCheck): string[] {
  if (little === undefined || little.rows === 0)
    return ["No row has everything that Little's law needs: a closed loop with its output, TTFT and TPOT."];
  const { rows, broken, tolerance } = little;
  const law = `Little's law, C = X (TTFT + TPOT (O - 1)) / O, was checked on ${counted(rows, "closed loop")}`;
  if (broken.length === 0) return [`${law}: all are within ${Math.round(100 * tolerance)} % of it.`];
  const shown = broken.slice(0, SHOWN_BROKEN).map(({ id, residual }) => `${id} (${formatNumber(residual, 3)})`);
  const more = broken.length - shown.length;
  return [
    `${law}: ${broken.length} lie${broken.length === 1 ? "s" : ""} more than ${Math.round(100 * tolerance)} % off: their figures contradict each other (nominal lengths or concurrency, lost requests): ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`,
  ];
}
