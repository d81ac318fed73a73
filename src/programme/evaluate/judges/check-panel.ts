import { type JudgeCard, noCost } from "../../../domain/evaluation-judge.ts";
import type { JudgeCheck } from "../../../domain/judge-check.ts";
import { checkJudge } from "../../../evaluate/judge/check-judge.ts";
import {
  casePrompts,
  type CaseVerdict,
  panelLabel,
  positiveLabels,
  readCaseVerdict,
  verdictLabels,
} from "../../../evaluate/judge/judge-prompt.ts";
import { modelName } from "../../../llm/model-name.ts";
import { askJudge, type JudgeAnswers, type JudgeSurroundings, type ReadyJudge } from "./ask-judge.ts";
import type { LabelledCase } from "./label-rows.ts";
import type { ReadyPanel } from "./ready-panels.ts";

/** A judge compared with human labels. */
export type CheckedJudge = Pick<JudgeCard, "check" | "isAdmitted" | "reasons" | "checkCost"> & { ready: ReadyJudge };

/** A panel of judges that were compared with human labels. */
export type CheckedPanel = {
  panel: ReadyPanel;
  judges: CheckedJudge[];
  isAdmitted: boolean;
  /** Sensitivity and specificity of all judges together; undefined if there are no labels. */
  accuracy: Pick<JudgeCheck, "sensitivity" | "specificity"> | undefined;
  ended: JudgeAnswers["ended"];
};

/** Asks the judges of a panel about the labelled rows, and decides which may be used. */
export async function checkPanel(panel: ReadyPanel, around: JudgeSurroundings): Promise<CheckedPanel> {
  const { labels, judges, label } = panel;
  if (labels.length === 0) {
    const reasons = ["there are no human labels"];
    const checked = judges.map((ready): CheckedJudge => {
      const checkCost = noCost(ready.price.source);
      return { ready, check: null, isAdmitted: false, reasons, checkCost };
    });
    return { panel, judges: checked, isAdmitted: false, accuracy: undefined, ended: null };
  }
  const verdicts: CaseVerdict[][] = [];
  const checked: CheckedJudge[] = [];
  let ended: JudgeAnswers["ended"] = null;
  for (const ready of judges) {
    const came = await askJudge(
      ready,
      labels.map((row) => casePrompts(panel.prompt.prompt, row)),
      { ...around, step: `checking the judge ${ready.name} of ${label}` },
    );
    ended ??= came.ended;
    const given = came.answers.map((texts) =>
      readCaseVerdict(
        panel.prompt.prompt,
        texts.map((one) => ("text" in one ? one.text : undefined)),
      ),
    );
    verdicts.push(given);
    const check = checkOf(panel, { given, model: ready.judge.model });
    const { admitted: isAdmitted, reasons } = check;
    checked.push({ ready, check, isAdmitted, reasons, checkCost: came.cost });
  }
  const together = labels.map((_row, index): CaseVerdict => {
    const given = verdicts.map((list) => list[index]!.label);
    return { label: panelLabel(panel.prompt.prompt, given), isFlipped: false };
  });
  return {
    panel,
    judges: checked,
    isAdmitted: checked.every(({ isAdmitted }) => isAdmitted),
    accuracy: checked.length === 1 ? checked[0]!.check! : checkOf(panel, { given: together, model: undefined }),
    ended,
  };
}

function checkOf(
  { scorer, prompt, labels }: ReadyPanel,
  { given, model }: { given: readonly CaseVerdict[]; model: string | undefined },
): JudgeCheck {
  const isPair = prompt.prompt.mode === "pairwise";
  const rows = labels.map((row, index) => {
    const { label = "", isFlipped } = given[index]!;
    return {
      human: row.human,
      judge: label,
      ...(isPair && label !== "" ? { swapped: isFlipped ? "the other" : label } : {}),
      length: lengthOf(row, isPair),
      isOwn: row.author === undefined || model === undefined ? undefined : modelName(row.author) === modelName(model),
    };
  });
  const terms = {
    positive: scorer.positive ?? positiveLabels(prompt.prompt),
    thresholds: scorer.thresholds,
    labelsFrom: "sample" as const,
    verdicts: verdictLabels(prompt.prompt),
  };
  return { file: scorer.labels!.file, ...checkJudge(rows, terms) };
}

/** Characters of the answer; for a pair, by how much the first is longer. */
function lengthOf({ answer, reference = "" }: LabelledCase, isPair: boolean): number {
  return isPair ? answer.length - reference.length : answer.length;
}
