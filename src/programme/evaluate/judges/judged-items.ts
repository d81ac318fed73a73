import type { HeadlineTerms, JudgedItem } from "../../../evaluate/judge/judged-headline.ts";
import { labelScore } from "../../../evaluate/judge/judge-prompt.ts";
import type { TargetAnswer } from "../../../evaluate/run/score-items.ts";
import type { Verdict } from "../../../evaluate/score/verdict.ts";
import { fieldValue, textOf } from "../../../evaluate/set/eval-item.ts";
import { mean } from "../../../statistics/index.ts";
import type { PromptedItem } from "../load-items.ts";
import type { ReadyPanel } from "./ready-panels.ts";

/** Answers of a target to be judged. */
export type AnswersToJudge = {
  target: string;
  servedModels: readonly string[];
  items: readonly PromptedItem[];
  /** By item and sample. */
  answers: readonly (readonly TargetAnswer[])[];
  /** First answers of the target that pairs are compared with, by item; undefined for the reference. */
  opponents: readonly (string | undefined)[] | undefined;
};

/**
 * Items with the judges' score, 0 if the target gave no answer, and the human label of the same answer. Labels that
 * name another author are ignored if some name this target; an item whose labels are all of other answers is counted.
 */
export function judgedItems(
  panel: ReadyPanel,
  { given, verdicts }: { given: AnswersToJudge; verdicts: readonly (readonly Verdict[])[] },
): Pick<HeadlineTerms, "items" | "otherAnswers"> {
  const labels = labelsOf(panel, given);
  const isPair = panel.prompt.prompt.mode === "pairwise";
  let otherAnswers = 0;
  const items = given.items.flatMap(({ item }, index): JudgedItem[] => {
    const { cluster } = item;
    const answers = given.answers[index]!;
    const labelled = labels.get(item.id);
    const judged = verdicts[index]!.flatMap(({ value }) => (value === null ? [] : [value]));
    if (judged.length === 0) {
      const isUnanswered = answers.every((one) => "error" in one);
      return isUnanswered ? [{ score: 0, human: labelled === undefined ? undefined : 0, cluster }] : [];
    }
    const scores = [...judged, ...answers.filter((one) => "error" in one).map(() => 0)];
    const [only] = answers;
    const reference = panel.scorer.reference === undefined ? undefined : fieldValue(item.row, panel.scorer.reference);
    const other = given.opponents?.[index] ?? textOf(reference);
    const human =
      answers.length > 1 || only === undefined || "error" in only
        ? undefined
        : labelled?.get(answerKey(isPair ? [only.text, other] : [only.text]));
    if (labelled !== undefined && human === undefined) otherAnswers += 1;
    return [{ score: mean(scores), human: human === undefined ? undefined : mean(human), cluster }];
  });
  return { items, otherAnswers };
}

/** Human scores by item and labelled answer; both orders of a pair. */
function labelsOf(
  { prompt, labels }: ReadyPanel,
  { target, servedModels }: AnswersToJudge,
): Map<string, Map<string, number[]>> {
  const own = labels.filter(({ author }) => author === target || servedModels.includes(author ?? ""));
  const byItem = new Map<string, Map<string, number[]>>();
  for (const { id, answer, reference, human } of own.length > 0 ? own : labels) {
    if (id === undefined) continue;
    const score = labelScore(prompt.prompt, human)!;
    const byAnswer = byItem.get(id) ?? new Map<string, number[]>();
    byItem.set(id, byAnswer);
    if (prompt.prompt.mode !== "pairwise") add(byAnswer, [answer], score);
    else {
      add(byAnswer, [answer, reference], score);
      add(byAnswer, [reference, answer], 1 - score);
    }
  }
  return byItem;
}

function add(byAnswer: Map<string, number[]>, texts: readonly (string | undefined)[], score: number): void {
  const key = answerKey(texts);
  byAnswer.set(key, [...(byAnswer.get(key) ?? []), score]);
}

function answerKey(texts: readonly (string | undefined)[]): string {
  return JSON.stringify(texts.map((text) => text?.trim() ?? null));
}
