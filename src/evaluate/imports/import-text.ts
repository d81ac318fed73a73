import { textTable } from "../../base/text-table.ts";
import type { EvaluationImport } from "../../domain/evaluation-import.ts";
import { intervalText, scoreText } from "../report/score-words.ts";

const RIGHT = { align: "right" } as const;

/** Text of `eval import`. */
export function importText({ imported }: EvaluationImport): string {
  const rows = imported.flatMap(({ tool, result, scores }) =>
    scores.map(({ scorer, computed, reported }, index) => [
      result.evaluation,
      result.target,
      tool,
      scorer,
      scoreText(computed),
      intervalText(result.scores[index]!.interval),
      reported === null ? "not printed" : scoreText(reported),
      String(result.scores[index]!.n),
    ]),
  );
  const columns = [
    { head: "evaluation" },
    { head: "target" },
    { head: "from" },
    { head: "score" },
    { head: "mean", ...RIGHT },
    { head: "95 % interval", ...RIGHT },
    { head: "as printed", ...RIGHT },
    { head: "items", ...RIGHT },
  ];
  const notes = imported.flatMap(({ file, result, scores }) => [
    `${file}: evaluations/${result.id}`,
    ...(result.isComplete ? [] : [`${file} is not complete: ${result.stopped}`]),
    ...scores
      .filter(({ agrees }) => agrees === false)
      .map(({ scorer }) => `${file}: the mean of ${scorer} over the items is not what the tool printed`),
  ]);
  return [textTable(columns, rows), "", ...notes].join("\n");
}
