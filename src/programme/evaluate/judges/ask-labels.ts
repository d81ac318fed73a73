import { Failure } from "../../../base/failure.ts";
import { didYouMean } from "../../../base/suggest.ts";
import type { JudgeAskPlan } from "../../../domain/evaluation-run.ts";
import type { JudgesAsked } from "../../../domain/judges-asked.ts";
import { lockedSet } from "../../folder/testset-lock.ts";
import { requireUnchanged } from "../check-set.ts";
import { loadItems } from "../load-items.ts";
import { postEvaluationSpend } from "../post-evaluation-spend.ts";
import { evaluationFile, readEvaluation } from "../read-evaluation.ts";
import type { JudgeAnswers, JudgeSurroundings } from "./ask-judge.ts";
import { checkPanel } from "./check-panel.ts";
import { planJudges } from "./plan-judges.ts";
import { readyPanels } from "./ready-panels.ts";

/** Request of a check of judges. */
export type AskLabels = {
  /** Programme folder. */
  dir: string;
  /** Name of the evaluation. */
  name: string;
  /** Scorer whose judges are asked; undefined for all. */
  scorer: string | undefined;
};

/** Context of the check. */
export type AskLabelsSurroundings = JudgeSurroundings & {
  env: Readonly<Record<string, string | undefined>>;
  /** Asks for permission to send and pay for the labelled rows. */
  agree: (plans: readonly JudgeAskPlan[]) => Promise<boolean>;
};

/** The checked judges, and the reason if asking ended early. */
export type AskedLabels = { asked: JudgesAsked; ended: JudgeAnswers["ended"] };

/**
 * Asks the judges of an evaluation only about the rows with human labels, to improve a prompt before items are judged.
 * `eval run` then finds these answers in the file of the judge.
 *
 * @throws Failure not_found for the evaluation or the scorer; bad_input without judges, labels or agreement
 */
export async function askLabels({ dir, name, scorer }: AskLabels, around: AskLabelsSurroundings): Promise<AskedLabels> {
  const loaded = await readEvaluation(dir, name);
  const { evaluation } = loaded;
  const set = await lockedSet(dir, evaluation.set);
  await requireUnchanged(dir, evaluation.set, set);
  const { items } = await loadItems(dir, { set, evaluation });
  const all = await readyPanels({ dir, loaded, items, targets: Object.keys(evaluation.targets) }, around);
  const panels = all.filter(({ label }) => scorer === undefined || label === scorer);
  const labels = all.map(({ label }) => label);
  if (panels.length === 0) {
    throw new Failure("not_found", `${evaluationFile(name)} has no judge${scorer === undefined ? "" : ` ${scorer}`}`, {
      hint: didYouMean(scorer ?? "", labels) ?? "add a scorer of the kind judge",
    });
  }
  const bare = panels.find((panel) => panel.labels.length === 0);
  if (bare !== undefined) {
    throw new Failure("bad_input", `${evaluationFile(name)}: the scorer ${bare.label} has no human labels`, {
      hint: "set labels: { file: labels.jsonl, from: sample } on the scorer",
    });
  }
  const plans = await planJudges(panels, { items: [], samples: 1, targets: [], maxTokens: 1 });
  const isAsking = plans.some(({ isThisMachine, maxUsd }) => !isThisMachine || maxUsd !== null);
  if (isAsking && !(await around.agree(plans))) {
    throw new Failure("bad_input", "sending the labelled rows to the judge requires confirmation", {
      hint: "pass --yes",
    });
  }
  const judges: JudgesAsked["judges"] = [];
  let ended: JudgeAnswers["ended"] = null;
  for (const panel of panels) {
    const checked = await checkPanel(panel, around);
    ended ??= checked.ended;
    for (const { ready, check, isAdmitted, reasons, checkCost } of checked.judges) {
      const { name: judge, judge: stated } = ready;
      judges.push({
        scorer: panel.label,
        judge,
        model: stated.model,
        isAdmitted,
        reasons,
        check: check!,
        cost: checkCost,
      });
    }
  }
  const place = { programmeDir: dir, env: around.env, now: around.now };
  const ready = panels.flatMap((panel) => panel.judges);
  const ledger = await postEvaluationSpend(place, { evaluation: name, results: [], judges: ready });
  return { asked: { evaluation: name, judges, ledger }, ended };
}
