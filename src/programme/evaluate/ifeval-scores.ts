import { Failure } from "../../base/failure.ts";
import { language } from "../../curate/quality/language.ts";
import type { AnsweredItem } from "../../evaluate/run/score-items.ts";
import { followed, INSTRUCTIONS, isKnownInstruction } from "../../evaluate/score/ifeval/followed.ts";
import type { Instruction } from "../../evaluate/score/ifeval/instruction.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import { scored, type Verdict } from "../../evaluate/score/verdict.ts";
import { type EvalItem, fieldValue } from "../../evaluate/set/eval-item.ts";

type IfevalScorer = Extract<ReadyScorer, { kind: "ifeval" }>;

/** Verdict on one answer to an item. */
type IfevalVerdict = (answer: string, item: EvalItem) => Verdict;

/**
 * Verdicts by the rules of IFEval, with the language detector of the data pipeline.
 *
 * @throws Failure bad_input if an item names an unknown instruction
 */
function ifevalVerdict(scorer: IfevalScorer, items: readonly EvalItem[]): IfevalVerdict {
  for (const item of items) {
    const unknown = instructionsOf(scorer, item).find(({ id }) => !isKnownInstruction(id));
    if (unknown === undefined) continue;
    throw new Failure("bad_input", `item ${JSON.stringify(item.id)}: ${unknown.id} is not an instruction of IFEval`, {
      hint: `available: ${INSTRUCTIONS.join(", ")}`,
    });
  }
  return (answer, item) => {
    const instructions = instructionsOf(scorer, item);
    if (instructions.length === 0) return { value: null, isUnparsable: false };
    const verdicts = followed(answer, instructions, { languageOf: language, isLoose: scorer.loose });
    const count = verdicts.filter((isFollowed) => isFollowed === true).length;
    return scored(scorer.level === "prompt" ? count === verdicts.length : count / verdicts.length);
  };
}

function instructionsOf(scorer: IfevalScorer, { row }: EvalItem): Instruction[] {
  const [names, settings] = [fieldValue(row, scorer.instructions), fieldValue(row, scorer.settings)];
  if (!Array.isArray(names)) return [];
  return names.map((name, index) => {
    const given: unknown = Array.isArray(settings) ? settings[index] : undefined;
    return { id: String(name), settings: given !== null && typeof given === "object" ? { ...given } : {} };
  });
}

/** Scores all answers of items by the scorers of kind `ifeval`. */
export function ifevalScores(
  scorers: readonly ReadyScorer[],
  items: readonly EvalItem[],
): ((answered: readonly AnsweredItem[]) => Map<string, Verdict>[][]) | undefined {
  const ready = scorers
    .filter((scorer): scorer is IfevalScorer => scorer.kind === "ifeval")
    .map((scorer) => ({ label: scorer.label, verdict: ifevalVerdict(scorer, items) }));
  if (ready.length === 0) return undefined;
  return (answered) =>
    answered.map(({ item, answers }) =>
      answers.map((answer) =>
        "error" in answer
          ? new Map<string, Verdict>()
          : new Map(ready.map(({ label, verdict }) => [label, verdict(answer.text, item)])),
      ),
    );
}
