import type { JudgedRows } from "../../domain/data-report.ts";
import type { StageFolder } from "../pipeline/lineage/row-lineage.ts";
import { notesOf } from "./stage-rows.ts";

/** Scores that a model gave the rows in the stage `quality`, and the unjudged rows by reason. */
export async function sumJudge(stage: StageFolder): Promise<Pick<JudgedRows, "scores" | "unjudged">> {
  const [scores, unjudged] = [new Map<number, number>(), new Map<string, number>()];
  for await (const { note } of notesOf(stage)) {
    const judge = note["judge"] as { score: number } | { unjudged: string } | undefined;
    if (judge === undefined) continue;
    if ("unjudged" in judge) unjudged.set(judge.unjudged, (unjudged.get(judge.unjudged) ?? 0) + 1);
    else scores.set(judge.score, (scores.get(judge.score) ?? 0) + 1);
  }
  return {
    scores: [...scores].toSorted(([a], [b]) => b - a).map(([score, rows]) => ({ score, rows })),
    unjudged: [...unjudged].toSorted(([, a], [, b]) => b - a).map(([reason, rows]) => ({ reason, rows })),
  };
}
