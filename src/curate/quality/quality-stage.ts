import { NOTED_ONLY, type QualityOptions, type QualityReason } from "../../domain/quality.ts";
import type { JudgeVerdict } from "../judge/read-verdict.ts";
import type { CuratedRow, DroppedRow, RowNote, RowStage } from "../stage.ts";
import { qualityQuestion } from "./quality-prompt.ts";
import { rowTurns } from "./row-turns.ts";
import { turnVerdicts, type WordList } from "./turn-rules.ts";
import type { Verdict } from "./verdict.ts";
import { c4, fineweb, gopher } from "./web-pages.ts";

/** Options of the stage, with the word list loaded and the verdicts of a model. */
export type QualityStageOptions = QualityOptions & {
  list?: WordList | undefined;
  /** Verdicts by the key of their question. */
  judged?: ReadonlyMap<string, JudgeVerdict<number>> | undefined;
};

const WEB = { gopher, c4, fineweb };

/**
 * Drops rows of poor quality, each for the first rule that it breaks. Notes list further broken rules, and rules of
 * `allow` that a kept row breaks. If a model judged the rows, a row that breaks no rule is dropped if its score is
 * below the threshold; the verdict is a note.
 */
export const qualityStage: RowStage<QualityStageOptions> = {
  kind: "row",
  name: "quality",
  version: 7,
  run: (rows, options) => {
    const kept: CuratedRow[] = [];
    const dropped: DroppedRow[] = [];
    const notes: RowNote[] = [];
    for (const row of rows) {
      const verdicts = verdictsOf(row, options);
      const worst = (): Verdict | undefined =>
        verdicts.find(({ reason }) => ![...options.allow, ...NOTED_ONLY].some((name) => name === reason));
      const judge = worst() === undefined ? judgementOf(row, options) : undefined;
      verdicts.push(...poorVerdict(judge, options.judge?.min));
      const first = worst();
      if (first === undefined) kept.push(row);
      else dropped.push({ row, ...first });
      const others = verdicts.filter((verdict) => verdict !== first);
      if (others.length > 0 || judge !== undefined) {
        const quality = others.length > 0 ? { quality: others } : {};
        notes.push({ id: row.id, note: { ...quality, ...(judge === undefined ? {} : { judge: noteOf(judge) }) } });
      }
    }
    return { kept, dropped, notes };
  },
};

/** Verdict of a model on a row; undefined if it was not asked. */
function judgementOf({ fields }: CuratedRow, options: QualityStageOptions): JudgeVerdict<number> | undefined {
  if (options.judge === undefined || options.judged === undefined) return undefined;
  const question = qualityQuestion(fields, options.fields, options.judge);
  return question === undefined ? undefined : options.judged.get(question.key);
}

function poorVerdict(judge: JudgeVerdict<number> | undefined, min: number | undefined): Verdict<QualityReason>[] {
  if (judge === undefined || "unjudged" in judge || min === undefined || judge.value >= min) return [];
  return [{ reason: "judged-poor", detail: `score ${judge.value} of 5, limit ${min}: ${judge.reason}` }];
}

function noteOf(judge: JudgeVerdict<number>): Readonly<Record<string, unknown>> {
  return "unjudged" in judge ? judge : { score: judge.value, reason: judge.reason };
}

function verdictsOf({ fields }: CuratedRow, options: QualityStageOptions): Verdict[] {
  const turns = rowTurns(fields, options.fields);
  if ("problem" in turns) return [{ reason: turns.problem.finding, detail: turns.problem.detail }];
  if (options.profile === "chat" || options.profile === "instruct") return turnVerdicts(turns, options);
  const verdict = WEB[options.profile](turns.pieces.join("\n"));
  return verdict === undefined ? [] : [verdict];
}
