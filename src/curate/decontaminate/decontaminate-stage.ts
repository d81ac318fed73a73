import type { ContaminationHit } from "../../domain/decontaminate.ts";
import type { RowStage, StageResult } from "../stage.ts";
import type { Decontaminator } from "./decontaminator.ts";

/**
 * Drops rows that contain an item of a benchmark, reason `contaminated`; a row whose hits all have the verdict keep is
 * kept. The note of a row lists its hits.
 */
export const decontaminateStage: RowStage<{ hitsOf: Decontaminator }> = {
  kind: "row",
  name: "decontaminate",
  version: 4,
  run: (rows, { hitsOf }) => {
    const result: StageResult = { kept: [], dropped: [], notes: [] };
    for (const row of rows) {
      const hits = hitsOf(row.fields);
      if (hits.length > 0) result.notes.push({ id: row.id, note: { hits } });
      const worst = hits.filter(({ verdict }) => verdict !== "keep").toSorted((a, b) => b.score - a.score)[0];
      if (worst === undefined) result.kept.push(row);
      else result.dropped.push({ row, reason: "contaminated", detail: hitText(worst) });
    }
    return result;
  },
};

/** A hit on one line. */
function hitText({ against, item, method, score, evidence }: ContaminationHit): string {
  const shown = evidence.length > 120 ? `${evidence.slice(0, 119)}…` : evidence;
  return `${against} item ${item}, ${method} ${score}: ${JSON.stringify(shown)}`;
}
