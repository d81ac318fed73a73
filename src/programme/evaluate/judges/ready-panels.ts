import type { Clock } from "../../../base/clock.ts";
import { Failure } from "../../../base/failure.ts";
import type { EvaluationTarget } from "../../../domain/evaluation.ts";
import type { EvaluationScorer } from "../../../domain/evaluation-scorer.ts";
import { modelName } from "../../../llm/model-name.ts";
import { hashOfRows } from "../find-contamination.ts";
import type { PromptedItem } from "../load-items.ts";
import { evaluationFile, type LoadedEvaluation } from "../read-evaluation.ts";
import { type ReadyJudge, readyJudge } from "./ask-judge.ts";
import { type LabelledCase, readLabelRows } from "./label-rows.ts";
import type { LoadedPrompt } from "./read-judge-prompt.ts";

/** A scorer with judges. */
export type JudgeScorer = Extract<EvaluationScorer, { kind: "judge" }>;

/** A scorer with its prompt, its judges, and the labelled rows. */
export type ReadyPanel = {
  label: string;
  scorer: JudgeScorer;
  prompt: LoadedPrompt;
  judges: ReadyJudge[];
  /** Empty if there are none. */
  labels: LabelledCase[];
  /** Hash of their file. */
  labelsSha256: string | null;
};

/**
 * The judges of an evaluation, ready to be asked.
 *
 * @param targets  that will be judged, by name
 * @throws Failure bad_input if a judge is a model that it judges, or a row of labels cannot be used
 */
export async function readyPanels(
  {
    dir,
    loaded,
    items,
    targets,
  }: { dir: string; loaded: LoadedEvaluation; items: readonly PromptedItem[]; targets: readonly string[] },
  { env, now }: { env: Readonly<Record<string, string | undefined>>; now: Clock },
): Promise<ReadyPanel[]> {
  const { evaluation, prompts } = loaded;
  const byId = new Map(items.map((entry) => [entry.item.id, entry]));
  const panels: ReadyPanel[] = [];
  for (const scorer of evaluation.scorers) {
    if (scorer.kind !== "judge") continue;
    const prompt = prompts.get(scorer.prompt)!;
    const judges: ReadyJudge[] = [];
    for (const name of scorer.judges) {
      const judge = evaluation.judges[name]!;
      for (const target of new Set([...targets, ...(scorer.against === undefined ? [] : [scorer.against])])) {
        if (!judge.allowSelf) refuseSelf({ name, model: judge.model }, { target, of: evaluation.targets[target]! });
      }
      judges.push(await readyJudge({ name, judge, evaluation: loaded.name }, { dir, env, now }));
    }
    const labels =
      scorer.labels === undefined
        ? []
        : await readLabelRows(dir, scorer.labels, { prompt: prompt.prompt, reference: scorer.reference, items: byId });
    const labelsSha256 = scorer.labels === undefined ? null : ((await hashOfRows(dir, [scorer.labels.file])) ?? null);
    panels.push({ label: scorer.name ?? scorer.kind, scorer, prompt, judges, labels, labelsSha256 });
  }
  return panels;

  function refuseSelf(
    { name, model }: { name: string; model: string },
    { target, of }: { target: string; of: EvaluationTarget },
  ): void {
    if (of.model === undefined || modelName(of.model) !== modelName(model)) return;
    throw new Failure(
      "bad_input",
      `${evaluationFile(loaded.name)}: the judge ${name} is ${model}, the model of the target ${target}`,
      { hint: "name another model, or set allowSelf: true for the judge if it may judge its own answers" },
    );
  }
}
