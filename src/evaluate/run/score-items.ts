import type { EvaluationResult, ScoredAnswer, ScoredItem } from "../../domain/evaluation-result.ts";
import type { JudgeVerdict } from "../../domain/evaluation-judge.ts";
import { mean } from "../../statistics/index.ts";
import { isRightOrWrong, type ReadyScorer, scoreAnswer } from "../score/score-answer.ts";
import { passAtK } from "../score/pass-at-k.ts";
import type { Verdict } from "../score/verdict.ts";
import { isUnanswered, scoreOfAnswers } from "../score/summarise-scores.ts";
import { type EvalItem, fieldValue, textOf } from "../set/eval-item.ts";

/** An answer of a target, or the reason why there is none. */
export type TargetAnswer =
  | {
      text: string;
      isCutOff: boolean;
      isRefusal: boolean;
      /** Answers to the turns before the last. */
      earlier?: readonly string[];
    }
  | { error: string };

/** An item with its prompt and answers. */
export type AnsweredItem = {
  item: EvalItem;
  prompt: string;
  answers: readonly TargetAnswer[];
  /** Verdicts of scorers that need external resources (a sandbox, a language detector), by score, for each answer. */
  ran?: readonly ReadonlyMap<string, Verdict>[];
  /** Verdicts of judges on each answer. */
  said?: readonly (readonly JudgeVerdict[])[];
};

/** Scores all answers to an item. */
export function scoreItem(
  { item, prompt, answers, ran, said }: AnsweredItem,
  scorers: readonly ReadyScorer[],
): ScoredItem {
  const scoredAnswers = answers.map((answer, index) =>
    scoredAnswer(answer, { item, scorers, ran: ran?.[index], said: said?.[index] }),
  );
  const [first] = scorers.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
  return {
    id: item.id,
    sha256: item.sha256,
    slices: item.slices,
    cluster: item.cluster ?? null,
    prompt,
    reference: first === undefined ? null : (textOf(fieldValue(item.row, first)) ?? null),
    answers: scoredAnswers,
    scores: Object.fromEntries(
      scorers.map((scorer) => {
        const name = scoreOfAnswers(scorer);
        const values = scoredAnswers.map(({ scores }) => scores[name]).filter((value) => typeof value === "number");
        return [scorer.label, values.length === 0 ? null : itemScore(scorer, values, scoredAnswers)];
      }),
    ),
  };
}

/** The score of an item from those of its answers. Where a missing item counts as wrong, so does a missing answer. */
function itemScore(scorer: ReadyScorer, values: readonly number[], answers: readonly ScoredAnswer[]): number | null {
  if (scorer.kind === "pass-at-k") {
    return passAtK(answers.length, { right: values.filter((value) => value === 1).length, k: scorer.k });
  }
  if (!isRightOrWrong(scorer)) return mean(values);
  const missing = answers.filter(({ answer }) => answer === null);
  return mean([...values, ...missing.map(() => 0)]);
}

function scoredAnswer(
  answer: TargetAnswer,
  {
    item,
    scorers,
    ran,
    said = [],
  }: {
    item: EvalItem;
    scorers: readonly ReadyScorer[];
    ran?: ReadonlyMap<string, Verdict> | undefined;
    said?: readonly JudgeVerdict[] | undefined;
  },
): ScoredAnswer {
  if ("error" in answer) {
    return {
      answer: null,
      earlier: [],
      error: answer.error,
      isCutOff: false,
      isRefusal: false,
      scores: {},
      unparsable: [],
      verdicts: [],
    };
  }
  const verdicts = scorers.map((scorer) => ({
    label: scorer.label,
    ...(ran?.get(scorer.label) ?? scoreAnswer(scorer, answer, item)),
  }));
  return {
    answer: answer.text,
    earlier: [...(answer.earlier ?? [])],
    error: null,
    isCutOff: answer.isCutOff,
    isRefusal: answer.isRefusal,
    scores: Object.fromEntries(verdicts.map(({ label, value }) => [label, value])),
    unparsable: verdicts.filter(({ isUnparsable }) => isUnparsable).map(({ label }) => label),
    verdicts: [...said],
  };
}

/** Counts of answers by possible problem. */
export function answerCounts(items: readonly ScoredItem[]): EvaluationResult["counts"] {
  const answers = items.flatMap(({ prompt, answers: given }) => given.map((entry) => ({ ...entry, prompt })));
  const count = (is: (answer: (typeof answers)[number]) => boolean): number => answers.filter(is).length;
  return {
    answers: answers.length,
    answered: count(({ answer }) => answer !== null),
    errors: count(({ answer }) => answer === null),
    refusals: count(({ isRefusal }) => isRefusal),
    cutOff: count(({ isCutOff }) => isCutOff),
    empty: count(({ answer }) => answer?.trim() === ""),
    echoed: count(({ answer, prompt }) => answer !== null && answer.trim() !== "" && answer.trim() === prompt.trim()),
  };
}

/** The first items without an answer, with the reason. */
export function itemErrors(items: readonly ScoredItem[], most = 20): EvaluationResult["errors"] {
  return items
    .filter(isUnanswered)
    .slice(0, most)
    .map(({ id, answers }) => ({ item: id, message: answers[0]?.error ?? "no answer" }));
}
