import { Failure } from "../../../base/failure.ts";
import type { JudgedScore, JudgeVerdict } from "../../../domain/evaluation-judge.ts";
import type { EvaluationFingerprints, EvaluationResult } from "../../../domain/evaluation-result.ts";
import type { AnsweredItem, TargetAnswer } from "../../../evaluate/run/score-items.ts";
import type { Verdict } from "../../../evaluate/score/verdict.ts";
import { evaluationIds, newestOf, readItems, readResult } from "../evaluation-folder.ts";
import type { PromptedItem } from "../load-items.ts";
import type { LoadedEvaluation } from "../read-evaluation.ts";
import { statedNow } from "../stated-now.ts";
import type { JudgeAnswers, JudgeSurroundings } from "./ask-judge.ts";
import type { CheckedPanel } from "./check-panel.ts";
import { judgeAnswers } from "./judge-answers.ts";
import type { AnswersToJudge } from "./judged-items.ts";

/** Verdicts of all judges of an evaluation on a target. */
export type JudgedTarget = {
  judged: JudgedScore[];
  /** By item, for each of its answers. */
  ran: NonNullable<AnsweredItem["ran"]>[];
  said: NonNullable<AnsweredItem["said"]>[];
  ended: JudgeAnswers["ended"];
};

/** Asks every panel about the answers of a target. */
export async function judgeTarget(
  panels: readonly CheckedPanel[],
  given: Omit<AnswersToJudge, "opponents">,
  {
    around,
    opponentsOf,
  }: { around: JudgeSurroundings; opponentsOf: (target: string) => Promise<AnswersToJudge["opponents"]> },
): Promise<JudgedTarget> {
  const ran = given.answers.map((list) => list.map(() => new Map<string, Verdict>()));
  const said = given.answers.map((list) => list.map((): JudgeVerdict[] => []));
  const judged: JudgedScore[] = [];
  let ended: JudgeAnswers["ended"] = null;
  for (const checked of panels) {
    const { against } = checked.panel.scorer;
    const isOther = against !== undefined && against !== given.target;
    const opponents = isOther ? await opponentsOf(against) : undefined;
    const came = await judgeAnswers(checked, { ...given, opponents }, around);
    ended ??= came.ended;
    judged.push(came.judged);
    for (const [item, list] of came.verdicts.entries()) {
      for (const [sample, verdict] of list.entries()) {
        ran[item]![sample]!.set(checked.panel.label, verdict);
        said[item]![sample]!.push(...came.said[item]![sample]!);
      }
    }
  }
  return { judged, ran, said, ended };
}

/** Targets in an order in which targets that others are compared with come first. */
export function opponentsFirst(names: readonly string[], panels: readonly CheckedPanel[]): string[] {
  const first = new Set(panels.flatMap(({ panel }) => panel.scorer.against ?? []));
  return [...names.filter((name) => first.has(name)), ...names.filter((name) => !first.has(name))];
}

/** First answers of a target, by item. */
export function firstAnswers(answers: readonly (readonly TargetAnswer[])[]): (string | undefined)[] {
  return answers.map(([first]) => (first === undefined || "error" in first ? undefined : first.text));
}

/**
 * First answers of a target in its last result on the same set, with the same prompt and sampling parameters, as the
 * file states the target now.
 *
 * @throws Failure not_found if there is none
 */
export async function earlierAnswers(
  dir: string,
  target: string,
  {
    items,
    fingerprints,
    loaded,
  }: { items: readonly PromptedItem[]; fingerprints: EvaluationFingerprints; loaded: LoadedEvaluation },
): Promise<(string | undefined)[]> {
  const results = await Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
  const alike = results.filter((result) => result.target === target && isAlike(result, fingerprints));
  const stated = await Promise.all(alike.map((result) => statedNow(dir, loaded, result)));
  const last = newestOf(alike.filter((result, index) => result.fingerprints.target === stated[index]!.target));
  if (last === undefined) {
    const what = alike.length === 0 ? "has no result on this set" : "was changed after it was run";
    throw new Failure("not_found", `${target}, the target that answers are compared with, ${what}`, {
      hint: `run it first, or together: tunewright eval run ${loaded.name}`,
    });
  }
  const byId = new Map((await readItems(dir, last.id)).map((item) => [item.id, item.answers[0]?.answer ?? undefined]));
  return items.map(({ item }) => byId.get(item.id));
}

function isAlike({ fingerprints }: EvaluationResult, wanted: EvaluationFingerprints): boolean {
  return (["set", "prompt", "sampling"] as const).every((part) => fingerprints[part] === wanted[part]);
}
