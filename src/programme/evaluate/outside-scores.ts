import type { AnsweredItem } from "../../evaluate/run/score-items.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import type { EvalItem } from "../../evaluate/set/eval-item.ts";
import { ifevalScores } from "./ifeval-scores.ts";
import { codeRunner } from "./run-code.ts";

type Verdicts = NonNullable<AnsweredItem["ran"]>;

/** Scores all answers of a target by the scorers that need more than the answer. */
export type OutsideScores = (
  answered: readonly AnsweredItem[],
  onProgress: (fraction: number) => void,
) => Promise<AnsweredItem[]>;

/**
 * Makes ready the scorers that need more than an answer: a sandbox for code, a language detector for IFEval. What they
 * lack is found here, before anything is asked.
 *
 * @throws Failure outside where the sandbox is refused; bad_input where an interpreter does not run, or an item names an
 *   unknown instruction
 */
export async function outsideScores(
  scorers: readonly ReadyScorer[],
  { items, unsafeCode }: { items: readonly EvalItem[]; unsafeCode: boolean },
): Promise<OutsideScores> {
  const runCode = await codeRunner(scorers, unsafeCode);
  const ifeval = ifevalScores(scorers, items);
  return async (answered, onProgress) => {
    const parts = [await runCode?.(answered, onProgress), ifeval?.(answered)].filter((part) => part !== undefined);
    return answered.map((item, index) => ({
      ...item,
      ran: joined(
        item,
        parts.map((part) => part[index]!),
      ),
    }));
  };
}

function joined({ answers }: AnsweredItem, parts: readonly Verdicts[]): Verdicts {
  return answers.map((_answer, sample) => new Map(parts.flatMap((part) => [...part[sample]!])));
}
