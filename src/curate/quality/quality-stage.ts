import type { QualityOptions } from "../../domain/quality.ts";
import type { CuratedRow, DroppedRow, RowNote, RowStage } from "../stage.ts";
import { rowTurns } from "./row-turns.ts";
import { turnVerdicts, type WordList } from "./turn-rules.ts";
import type { Verdict } from "./verdict.ts";
import { c4, fineweb, gopher } from "./web-pages.ts";

/** Options of the stage, its word list read. */
export type QualityStageOptions = QualityOptions & { list?: WordList | undefined };

const WEB = { gopher, c4, fineweb };

/**
 * Drops rows of poor quality, each for the first rule that it breaks; what else it breaks is a note, and so is a rule that
 * a kept row breaks and that `allow` names.
 */
export const qualityStage: RowStage<QualityStageOptions> = {
  kind: "row",
  name: "quality",
  version: 1,
  run: (rows, options) => {
    const kept: CuratedRow[] = [];
    const dropped: DroppedRow[] = [];
    const notes: RowNote[] = [];
    for (const row of rows) {
      const verdicts = verdictsOf(row, options);
      const [first] = verdicts.filter(({ reason }) => !options.allow.some((each) => each === reason));
      if (first === undefined) kept.push(row);
      else dropped.push({ row, ...first });
      const others = verdicts.filter((each) => each !== first);
      if (others.length > 0) notes.push({ id: row.id, note: { quality: others } });
    }
    return { kept, dropped, notes };
  },
};

function verdictsOf({ fields }: CuratedRow, options: QualityStageOptions): Verdict[] {
  const turns = rowTurns(fields, options.fields);
  if ("problem" in turns) return [{ reason: turns.problem.finding, detail: turns.problem.detail }];
  if (options.profile === "chat" || options.profile === "instruct") return turnVerdicts(turns, options);
  const verdict = WEB[options.profile](turns.pieces.join("\n"));
  return verdict === undefined ? [] : [verdict];
}
