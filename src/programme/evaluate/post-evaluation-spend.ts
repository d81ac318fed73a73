import type { EvaluationPosted } from "../../domain/evaluation-spend.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { postJournals } from "../paid-calls/post-journals.ts";
import type { StatePlace } from "../state/with-state.ts";
import { answersPath, vectorsPath } from "./evaluation-folder.ts";
import type { ReadyJudge } from "./judges/ask-judge.ts";

type Line = Pick<EvaluationPosted, "part" | "name"> & { model: string; journal: string };

/**
 * Posts the calls of an evaluation that the ledger does not contain.
 *
 * @returns the cost of each target, judge and embedding; null if nothing was paid
 */
export async function postEvaluationSpend(
  place: StatePlace,
  {
    evaluation,
    results,
    judges,
  }: { evaluation: string; results: readonly EvaluationResult[]; judges: readonly ReadyJudge[] },
): Promise<EvaluationPosted[] | null> {
  const own = new Map(judges.map((judge) => [judge.name, judge]));
  const lines: Line[] = [
    ...results.flatMap((result) => targetLines(place.programmeDir, result)),
    ...[...own.values()].map(({ name, judge: { model }, journal }): Line => ({ part: "judge", name, model, journal })),
  ];
  const posted: EvaluationPosted[] = [];
  for (const { part, name, model, journal } of lines) {
    const purpose = `evaluation/${evaluation}/${part}/${name}`;
    const sums = await postJournals(place, { purpose, activity: "evaluation", model, journals: [journal] });
    if (sums !== null) posted.push({ part, name, addedUsd: sums.addedUsd, totalUsd: sums.totalUsd });
  }
  return posted.length === 0 ? null : posted;
}

/** Files of the answers and of the vectors of a target; a missing file has no calls. */
function targetLines(dir: string, { id, evaluation, model, target, repeat, embeddings }: EvaluationResult): Line[] {
  const name = repeat === 1 ? target : `${target}.repeat-${repeat}`;
  const journal = answersPath(dir, { evaluation, target, repeat });
  const answers: Line = { part: "target", name, model: model ?? target, journal };
  const sources = [...new Set(embeddings.map(({ source }) => source))].join(", ").slice(0, 200);
  return sources === ""
    ? [answers]
    : [answers, { part: "vectors", name: id, model: sources, journal: vectorsPath(dir, id) }];
}
